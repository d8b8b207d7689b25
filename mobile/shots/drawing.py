"""Draws scenes and looks for faults in each."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from kivy.metrics import Metrics

from mobile.models.settings import ThemeChoice
from mobile.shots.check_in_scenes import CHECK_IN_SCENES
from mobile.shots.clipping import faults
from mobile.shots.crew_scenes import CREW_SCENES
from mobile.shots.example_core import AtOnce
from mobile.shots.fault_scenes import FAULT_SCENES
from mobile.shots.scenes import SCENES
from mobile.shots.stage import Stage
from shared.vocabulary import Language

ALL_SCENES = {**SCENES, **CHECK_IN_SCENES, **CREW_SCENES, **FAULT_SCENES}


def draw(
    folder: Path | None,
    sizes: Sequence[tuple[int, ...]],
    *,
    only: str = "",
    language: str = "",
    theme: str = "",
    font_scale: float = 1.0,
) -> tuple[list[str], int]:
    """Pictures named SIZE/SCENE-LANGUAGE-THEME.png; every fault as a line, and how many were looked at.

    Without a folder nothing is written.
    """
    Metrics.fontscale = font_scale
    languages = [Language(language)] if language else list(Language)
    themes = [ThemeChoice(theme)] if theme else [ThemeChoice.LIGHT, ThemeChoice.DARK]
    found, drawn = [], 0
    with tempfile.TemporaryDirectory() as reports:
        for width, height in sizes:
            for name, (make_core, play) in ALL_SCENES.items():
                if not name.startswith(only):
                    continue
                for spoken in languages:
                    stage = Stage(make_core(Path(reports)), AtOnce(), (width, height))
                    try:
                        stage.desk.settings.choose_language(spoken.value)
                        play(stage)
                        for chosen in themes:
                            stage.desk.settings.choose_theme(chosen.value)
                            stage.lay_out()
                            picture = f"{width}x{height}/{name}-{spoken}-{chosen}.png"
                            if folder is not None:
                                stage.frames(1)
                                stage.picture(folder / picture)
                            found += [f"{picture}: {fault}" for fault in faults(list(stage.widgets()))]
                            drawn += 1
                    finally:
                        stage.close()
    return found, drawn
