"""What must be said to Kivy before it is imported: where it may write, that the command line is ours, how large its window is."""

from __future__ import annotations

import os
from pathlib import Path


def prepare_window(home: Path, *, size: tuple[int, int] | None = None, offscreen: bool = False) -> None:
    """Set the environment and the configuration; call it before anything imports kivy.

    ``home`` takes Kivy's own files; ``size`` is the window's on a desktop, in pixels; ``offscreen`` draws without a display.
    """
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KIVY_HOME"] = str(home)
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_NO_CONFIG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "MIXED"  # our log is Python's; Kivy must not take it over
    if offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        os.environ["KIVY_NO_CONSOLELOG"] = "1"  # it looks for devices and a clipboard that are not there

    from kivy.config import Config

    if offscreen:
        Config.set("graphics", "maxfps", "0")  # nobody looks: no waiting between frames
    if size is not None:
        for name, _provider in Config.items("input"):
            Config.remove_option("input", name)  # probing a desk's devices finds nothing and complains
        Config.set("input", "mouse", "mouse,disable_multitouch")
        Config.set("graphics", "width", str(size[0]))
        Config.set("graphics", "height", str(size[1]))
    Config.set("kivy", "exit_on_escape", "0")  # «back» is ours
