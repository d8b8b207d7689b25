"""``python -m mobile.android_build``: check what can be checked and lay the app out in build/android for buildozer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mobile.android_build.imports import DESKTOP_ONLY, reach
from mobile.android_build.pictures import draw
from mobile.android_build.spec import BadSpec, read_spec
from mobile.android_build.staging import NotReady, lay_out

ROOT = Path(__file__).parents[2]
APP = ROOT / "build" / "android" / "app"


def main() -> int:
    """Print what goes into the package; 1 when it could not work on a phone."""
    parser = argparse.ArgumentParser(prog="python -m mobile.android_build", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("app", "pictures"), default="app")
    parser.add_argument("--into", type=Path, default=APP, help="where the app's files go (%(default)s)")
    options = parser.parse_args()
    if options.what == "pictures":
        print(*draw(), sep="\n")
        return 0
    reached = reach(ROOT)
    try:
        spec = read_spec()
        python = spec.python_version()
        wrong = [*reached.wrong]
        for name in spec.missing(reached.foreign):
            wrong.append(f"{name} is on no phone, but imported in {', '.join(reached.foreign[name])}")
        if wrong:
            print(*wrong, sep="\n", file=sys.stderr)
            return 1
        files = lay_out(ROOT, reached, options.into)
    except (BadSpec, NotReady) as error:
        print(error, file=sys.stderr)
        return 1
    size = sum((options.into / name).stat().st_size for name in files)
    others = [name for name in reached.foreign if name not in sys.stdlib_module_names]
    print(
        f"Python {python}; {len(reached.modules)} modules, {len(files)} files, {size / 1e6:.1f} MB in {options.into}"
    )
    print(f"imported from others: {', '.join(others)}")
    print("left out:", *(f"  {name}: {reason}" for name, reason in DESKTOP_ONLY.items()), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
