#!/usr/bin/env bash
# Lock the newest fitting versions with their hashes; the server's lock is a part of the developers', training's agrees with it.
set -euo pipefail
cd "$(dirname "$0")/.."

common=(--quiet --generate-hashes --no-emit-index-url --python-version 3.11)
.venv/bin/uv pip compile pyproject.toml --extra dev --extra phone "${common[@]}" "$@" -o requirements/dev.txt >/dev/null
.venv/bin/uv pip compile pyproject.toml -c requirements/dev.txt "${common[@]}" "$@" -o requirements/server.txt >/dev/null
.venv/bin/uv pip compile pyproject.toml --extra training -c requirements/dev.txt "${common[@]}" "$@" -o requirements/training.txt >/dev/null
