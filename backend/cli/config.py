"""`qala config`: print every setting: name, variable, value, purpose."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from typing import Any

import click

from backend.config import PREFIX, Settings, load_settings, without_passwords


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of text.")
def config(as_json: bool) -> None:
    """Print every setting: name, environment variable, value and what it is for. Secrets are not shown."""
    rows = described(load_settings(), os.environ)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        mark = "" if row["default"] else click.style("  (set)", fg="green")
        click.echo(
            f"{click.style(row['variable'], bold=True)} = {row['value'] if row['value'] != '' else '(empty)'}{mark}"
        )
        click.echo(f"    {row['why']}")


def described(settings: Settings, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each setting as a row: name, variable, value fit to be shown, whether it is the default, description."""
    rows = []
    for field in dataclasses.fields(Settings):
        variable = PREFIX + field.name.upper()
        if field.metadata["secret"]:
            shown: Any = "(set)" if environment.get(variable) else "(generated)"
        elif field.metadata["hidden"]:
            shown = "(set)" if environment.get(variable) else ""
        else:
            shown = shown_value(getattr(settings, field.name))
        rows.append(
            {
                "name": field.name,
                "variable": variable,
                "value": shown,
                "default": variable not in environment,
                "why": field.metadata["why"],
            }
        )
    return rows


def shown_value(value: Any) -> Any:
    """A value fit to be shown: paths as text, passwords in URLs masked."""
    if isinstance(value, bool | int | float):
        return value
    return "" if value is None else without_passwords(str(value))
