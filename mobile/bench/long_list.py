"""A site with 500 people: how long its list takes to open, and every frame while a thumb scrolls through it.

``python -m mobile.bench.long_list FOLDER`` prints milliseconds as JSON. The window is drawn in memory, by the processor and not by a graphics chip, so
«thread_ms», what the app itself costs in its thread, says more than the whole of a frame.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from mobile.window import prepare_window

PEOPLE = 500
FRAMES = 240  # from the first to the last of them
SIZE = (412, 915)


def main(folder: Path) -> dict[str, Any]:
    """Open the list and scroll to its end."""
    prepare_window(folder, size=SIZE, offscreen=True)
    from mobile.capture.at_work import at_work
    from mobile.models.navigation import Place
    from mobile.screens.widgets.row_list import RowList
    from mobile.screens.widgets.row_view import RowView
    from mobile.shots.example_core import AtOnce, ExampleTasks, example_core
    from mobile.shots.examples import NOW, TASKS, uuid
    from mobile.shots.scenes import enter
    from mobile.shots.stage import Stage

    first = next(each for each in TASKS if at_work([each], NOW))
    people = tuple(
        replace(
            first.card.people[index % len(first.card.people)],
            id=uuid(10_000 + index),
            initials=f"Ахметов {index:03} С. Б.",
        )
        for index in range(PEOPLE)
    )
    tasks = ExampleTasks((replace(first, card=replace(first.card, people=people)),))
    stage = Stage(example_core(folder, tasks=tasks), AtOnce(), SIZE)
    enter(stage)
    started_s = time.perf_counter()
    stage.desk.navigation.go(Place.CHECK_IN)
    stage.frames()
    opened_ms = 1000 * (time.perf_counter() - started_s)
    [rows] = [widget for widget in stage.widgets() if isinstance(widget, RowList)]
    frames_ms, thread_ms = [], []
    for frame in range(FRAMES):
        rows.scroll_y = 1 - (frame + 1) / FRAMES
        before_s, thread_before_s = time.perf_counter(), time.thread_time()
        stage.frames(1)
        frames_ms.append(1000 * (time.perf_counter() - before_s))
        thread_ms.append(1000 * (time.thread_time() - thread_before_s))
    made = sum(isinstance(widget, RowView) for widget in rows.walk())
    last = people[-1].initials
    seen = last in {getattr(widget, "text", "") for widget in stage.widgets()}
    stage.close()
    return {
        "opened_ms": opened_ms,
        "frames_ms": frames_ms,
        "thread_ms": thread_ms,
        "rows_made": made,
        "last_seen": seen,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
