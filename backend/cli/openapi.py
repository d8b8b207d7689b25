"""`qala openapi`: write the API's description."""

from __future__ import annotations

import json
from typing import IO

import click


@click.command()
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True))
def openapi(file: IO[str]) -> None:
    """Write the OpenAPI 3.1 description to FILE (- for standard output)."""
    from backend.cli.application import application
    from backend.extensions import api

    with application(describe_api=True):
        json.dump(api.spec.to_dict(), file, ensure_ascii=False, indent=2, sort_keys=True)
        file.write("\n")
