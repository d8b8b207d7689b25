"""The app, started as a thumb starts it, until its first frame is drawn: prints when that was, by the system's monotonic clock, and ends.

``python -m mobile.bench.first_frame FOLDER``
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from mobile.main import main

if TYPE_CHECKING:
    from mobile.app import QalaApp


def watch(app: QalaApp) -> None:
    """Wait for the window's first flip."""
    from kivy.core.window import Window

    def drawn(*_event: Any) -> None:
        Window.unbind(on_flip=drawn)
        print(time.monotonic(), flush=True)
        app.stop()

    Window.bind(on_flip=drawn)


if __name__ == "__main__":
    sys.exit(main(["--folder", sys.argv[1]], watch))
