"""Draw every scene × language × theme × size into a folder, and name what is clipped; exit status 1 when anything is."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mobile.window import prepare_window

SIZES = ((360, 800), (412, 915))


def main() -> int:
    """One window a size, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m mobile.shots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", default="", help="scenes whose name begins so")
    parser.add_argument("--language", default="", help="one language instead of three")
    parser.add_argument("--theme", default="", choices=("", "light", "dark"), help="one theme instead of two")
    parser.add_argument("--font-scale", type=float, default=1.0, help="the system's font size")
    parser.add_argument("--size", default="", help="one size instead of two, such as 360x800")
    options = parser.parse_args()
    prepare_window(Path(tempfile.mkdtemp(prefix="qala-shots-")), size=SIZES[0], offscreen=True)

    from mobile.shots.drawing import draw

    sizes = SIZES if not options.size else (tuple(int(side) for side in options.size.split("x")),)
    found, drawn = draw(
        options.folder,
        sizes,
        only=options.only,
        language=options.language,
        theme=options.theme,
        font_scale=options.font_scale,
    )
    for line in found:
        print(line)
    print(f"{drawn} pictures in {options.folder}, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
