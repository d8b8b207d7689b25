"""The app's entry point: ``python -m mobile.main`` on a desktop, and what Android starts.

It says to Kivy what must be said before Kivy is imported, so nothing here imports a screen at the top.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mobile.window import prepare_window

if TYPE_CHECKING:
    from mobile.app import QalaApp
    from mobile.devices.platform import Devices
    from mobile.models.ports import LocalTasks

ANDROID_FOLDER = "ANDROID_PRIVATE"  # set by python-for-android: the app's own folder, closed to others
DESKTOP_SIZE = (412, 915)


def main(arguments: Sequence[str] | None = None, watch: Callable[[QalaApp], None] = lambda _app: None) -> int:
    """Open the phone's store, then its window; ``watch`` is shown the app before it runs."""
    parser = argparse.ArgumentParser(prog="python -m mobile.main", description="Qala's phone app")
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where this phone keeps its data"
    )
    parser.add_argument("--server", default="", help="the server's address in the sign-in form")
    parser.add_argument(
        "--cast",
        type=Path,
        default=demo_cast(),
        help="the demo city's file: whose face stands before this computer's camera",
    )
    parser.add_argument("--data", type=Path, default=data_dir(), help="the data folder, for those faces")
    parser.add_argument("--pictures", type=Path, help="a folder of pictures for the camera instead")
    parser.add_argument("--gpx", type=Path, help="a GPX track to drive along instead of standing at work")
    options = parser.parse_args([] if on_android() else arguments)
    prepare_window(options.folder / "kivy", size=None if on_android() else DESKTOP_SIZE)

    from mobile.app import QalaApp
    from mobile.keeping.database import NewerDatabase
    from mobile.keeping.sole import AlreadyRunning
    from mobile.keeping.store import WrongKey
    from mobile.models.phone import Phone
    from mobile.screens.trouble import TroubleApp
    from shared.i18n import DEFAULT_LANGUAGE, translate

    devices, attend = open_devices(options)
    phone = None
    try:
        phone = Phone(
            options.folder,
            devices.keys,
            device_name=f"{platform.node() or 'phone'} · {platform.system()}",
            server=options.server,
            on_wifi=devices.network.on_wifi,
            here=devices.whereabouts,
            devices=devices,
        )
        attend(phone.local)
        phone.start()
        app = QalaApp(phone.core())
        watch(app)
        app.run()
    except (NewerDatabase, WrongKey, AlreadyRunning) as error:
        text = translate(error.message, DEFAULT_LANGUAGE)
        print(text, file=sys.stderr)
        TroubleApp(text).run()
        return 1
    finally:
        if phone is not None:
            phone.close()
    return 0


def open_devices(options: argparse.Namespace) -> tuple[Devices, Callable[[LocalTasks], None]]:
    """The devices, and whom to tell of the phone's tasks once they are open: a desktop stands where its user works."""
    from mobile.devices.platform import DesktopCameraKind, DeviceSettings, for_this_platform, system_now

    if on_android():
        return for_this_platform(DeviceSettings(folder=options.folder)), lambda _tasks: None
    from mobile.simulated.desk_play import DeskPlay

    play = DeskPlay(options.cast, options.data, system_now)
    settings = DeviceSettings(
        folder=options.folder,
        camera=DesktopCameraKind.FOLDER if options.pictures else DesktopCameraKind.HEAD,
        pictures=options.pictures,
        faces=play.face,
        gpx=options.gpx,
        here=play.here,
    )
    devices = for_this_platform(settings)
    return replace(devices, prompted=(play, *devices.prompted)), play.attend


def on_android() -> bool:
    """Whether python-for-android runs this."""
    return ANDROID_FOLDER in os.environ


def demo_cast() -> Path | None:
    """The file that the demo city of this checkout has written, if there is one."""
    found = Path(os.environ.get("QALA_INSTANCE_DIR", "instance")) / "demo.json"
    return found if found.is_file() else None


def data_dir() -> Path | None:
    """Where the pictures of the demonstration's faces are."""
    folder = os.environ.get("QALA_DATA")
    return Path(folder) if folder else None


def default_folder() -> Path:
    """The app's own folder, whatever the system."""
    if on_android():
        return Path(os.environ[ANDROID_FOLDER])
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "qala-phone"


if __name__ == "__main__":
    sys.exit(main())
