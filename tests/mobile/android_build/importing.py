"""Run by test_staged_app in a process of its own: imports every module of a laid-out app, with nothing else of the project in reach.

Arguments: the app's folder (byte code alone, as Android has it), the checkout, a folder for Kivy's files. Prints how many
modules were imported.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

app, checkout, home = (Path(argument).resolve() for argument in sys.argv[1:])
here = {"", str(checkout), str(Path(__file__).parent)}
sys.path[:] = [str(app), *(path for path in sys.path if path not in here)]
sys.modules.update({"numpy": None, "backend": None})  # type: ignore[dict-item]  # importing them fails, as on a phone

from mobile.window import prepare_window  # noqa: E402  # the app's, not the checkout's

prepare_window(home, size=(360, 800), offscreen=True)
from kivy.core.window import Window  # noqa: E402

if Window is None:
    sys.exit("no window")
names = [
    ".".join(path.relative_to(app).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(app.rglob("*.pyc"))
    if path.parent != app  # the entry would start the app
]
for name in names:
    module = importlib.import_module(name)
    assert Path(str(module.__file__)).is_relative_to(app), module.__file__
print(len(names))
