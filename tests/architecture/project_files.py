"""Which files belong to the project: what git tracks, and what it would track."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

PROJECT_DIR = Path(__file__).parents[2]


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project, also new ones that are not committed yet; ignored files are none."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, check=True).stdout
    paths = (PROJECT_DIR / name for name in listed.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file() and not path.is_symlink()))
