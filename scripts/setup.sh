#!/usr/bin/env bash
# Make .venv from the hash-locked requirements; does nothing when the lock has not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=requirements/dev.txt
stamp=.venv/.lock-sha256

fits() { # a Python 3.11 that works and can make virtual environments (a pyenv shim may exist and still not run)
    "$1" -c 'import ensurepip, sqlite3, ssl, sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

find_python() { # the system's own first: one that pyenv has compiled takes a fifth more CPU for the same tests
    local candidate
    for candidate in "${PYTHON:-}" /usr/bin/python3.11 python3.11 /usr/local/bin/python3.11 python3 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11*/bin/python3.11 /opt/python*/bin/python3.11; do
        if [ -n "$candidate" ] && fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 with venv was not found. Debian, Ubuntu: apt-get install python3.11 python3.11-venv;" \
        "elsewhere name it: make PYTHON=/path/to/python3.11 $*" >&2
    return 1
}

wanted=$(sha256sum "$lock" | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    python=$(find_python setup)
    if ! fits .venv/bin/python; then
        "$python" -m venv --clear .venv
    fi
    echo "Installing $(grep -c '^[a-z].*==' "$lock") locked packages into .venv …"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --no-deps --require-hashes -r "$lock"
    echo "$wanted" >"$stamp"
fi

# The project itself: a path entry and the command, instead of an editable install that would need a build.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$PWD" | cmp -s - "$site/qala.pth" || printf '%s\n' "$PWD" >"$site/qala.pth"
command=$(printf '#!%s\nfrom backend.cli import main\n\nmain(prog_name="qala")' "$PWD/.venv/bin/python")
if [ "$(cat .venv/bin/qala 2>/dev/null || true)" != "$command" ]; then
    printf '%s\n' "$command" >.venv/bin/qala
    chmod +x .venv/bin/qala
fi

.venv/bin/qala messages compile

for kind in planning hauling clearing; do # compiled ahead (half a minute each), or the first plan would wait for it
    kernel=backend/routing/$kind/kernel.py
    compiled=.venv/.compiled-$kind-sha256
    if [ "$(cat "$compiled" 2>/dev/null || true)" != "$(sha256sum <"$kernel")" ]; then
        .venv/bin/python -m backend.routing.$kind.warming && sha256sum <"$kernel" >"$compiled"
    fi
done
