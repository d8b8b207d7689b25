"""`qala import-osm`: make an OpenStreetMap file the city's street network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click


@click.command("import-osm")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--anywhere", is_flag=True, help="Take a file that has nothing in the city's box (QALA_CITY_…)."
)
@click.option("--smaller", is_flag=True, help="Take a file with far fewer streets than are in force.")
def import_osm(file: Path, anywhere: bool, smaller: bool) -> None:
    """Make FILE (.osm.pbf, .osm, .osm.gz, .osm.bz2) the city's street network; ids of streets that stayed the same stay."""
    from backend.cli.application import application
    from backend.streets.importing import import_file

    started = time.monotonic()
    with application():
        row = import_file(file, by="cli", anywhere=anywhere, smaller=smaller)
    click.echo(described(row.version, row.source, row.counts, row.skipped, time.monotonic() - started))
    click.echo(row.attribution)


def described(
    version: int, source: str, counts: dict[str, Any], skipped: dict[str, Any], seconds: float
) -> str:
    """What was imported, in a few lines."""
    km = counts["km"]
    classes = ", ".join(f"{name.replace('_', ' ')} {length:g}" for name, length in km.items())
    lines = [
        f"streets {version} from {source} in {seconds:.1f} s",
        f"  {counts['segments']} segments, {sum(km.values()):.0f} km, {counts['nodes']} nodes, {counts['signals']} with "
        f"lights, {counts['one_ways']} one-way, {counts['banned_turns']} banned turns",
        f"  km by class: {classes}",
        f"  {counts['islet_segments']} segments are closed to vehicles or cannot be reached and left again",
    ]
    lines += [f"  not used: {count} {what}" for what, count in sorted(skipped.items())]
    return "\n".join(lines)
