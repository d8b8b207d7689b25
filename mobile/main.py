"""The app's entry point: ``python -m mobile.main`` on a desktop, and what Android starts.

It says to Kivy what must be said before Kivy is imported, so nothing here imports a screen at the top.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

from mobile.window import prepare_window

ANDROID_FOLDER = "ANDROID_PRIVATE"  # set by python-for-android: the app's own folder, closed to others
DESKTOP_SIZE = (412, 915)


def main() -> int:
    """Open the phone's store, then its window."""
    parser = argparse.ArgumentParser(prog="python -m mobile.main", description="Qala's phone app")
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where this phone keeps its data"
    )
    parser.add_argument("--server", default="", help="the server's address in the sign-in form")
    options = parser.parse_args([] if on_android() else None)
    prepare_window(options.folder / "kivy", size=None if on_android() else DESKTOP_SIZE)

    from mobile.app import QalaApp
    from mobile.keeping.database import NewerDatabase
    from mobile.keeping.seal import KeyFile
    from mobile.keeping.sole import AlreadyRunning
    from mobile.keeping.store import WrongKey
    from mobile.models.phone import Phone
    from mobile.screens.trouble import TroubleApp
    from shared.i18n import DEFAULT_LANGUAGE, translate

    phone = None
    try:
        phone = Phone(
            options.folder,
            KeyFile(options.folder / "store.key"),
            device_name=f"{platform.node() or 'phone'} · {platform.system()}",
            server=options.server,
        )
        phone.start()
        QalaApp(phone.core()).run()
    except (NewerDatabase, WrongKey, AlreadyRunning) as error:
        text = translate(error.message, DEFAULT_LANGUAGE)
        print(text, file=sys.stderr)
        TroubleApp(text).run()
        return 1
    finally:
        if phone is not None:
            phone.close()
    return 0


def on_android() -> bool:
    """Whether python-for-android runs this."""
    return ANDROID_FOLDER in os.environ


def default_folder() -> Path:
    """The app's own folder, whatever the system."""
    if on_android():
        return Path(os.environ[ANDROID_FOLDER])
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "qala-phone"


if __name__ == "__main__":
    sys.exit(main())
