"""`qala demo`: drive a running demo city as phones would."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from backend.cli import REFUSED, Refusal
from backend.cli.phone_process import COMMAND, run_phone
from backend.config import DATA_DIR, PROJECT_DIR, load_settings

server_option = click.option("--server", help="URL of the running server; else QALA_HOST and QALA_PORT.")
data_option = click.option(
    "--data",
    envvar="QALA_DATA",
    default=DATA_DIR,
    type=click.Path(path_type=Path),
    help="Folder of real data: faces/orl shows another person.",
)


@click.group()
def demo() -> None:
    """Drive a running demo city as phones would."""


@demo.command("check-in")
@server_option
@data_option
@click.option("--language", default="ru", type=click.Choice(["ru", "kk", "en"]), show_default=True)
def check_in(server: str | None, data: Path, language: str) -> None:
    """Seven check-ins with their verdicts and reasons.

    The right person inside and outside the place of work, another person, a printed photo, a used challenge, a wrong
    movement, and another device's key. Exit status 1 when one
    of them ends otherwise than it should.
    """
    sys.exit(run_phone(["check-in", *_arguments(server, data), "--language", language]))


@demo.command()
@server_option
@data_option
@click.option("--pace", default=30.0, show_default=True, help="Mean seconds between two acts.")
@click.option("--seed", type=int, help="Repeat a certain course of acts.")
def city(server: str | None, data: Path, pace: float, seed: int | None) -> None:
    """Let the demo city live until SIGTERM or Ctrl-C.

    Phones check people in; crews drive routes, report defects and move tasks; dispatchers plan the days that follow. `qala serve --demo` runs this by itself.
    """
    arguments = ["city", *_arguments(server, data), "--pace", str(pace)]
    if seed is not None:
        arguments += ["--seed", str(seed)]
    os.chdir(PROJECT_DIR)
    os.execv(COMMAND[0], [*COMMAND, *arguments])


@demo.command("waste-day")
@click.option(
    "--osm",
    type=click.Path(path_type=Path, dir_okay=False),
    help="OpenStreetMap file; else the invented city.",
)
@click.option("--sites", default=120, show_default=True, help="Container sites.")
@click.option("--trucks", default=5, show_default=True, help="Trucks with a crew on shift.")
@click.option("--landfills", default=2, show_default=True, help="Places to unload; those of the file first.")
@click.option("--seconds", default=20.0, show_default=True, help="How long the solver may look for better.")
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the plan into this PNG file."
)
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def waste_day(
    osm: Path | None,
    sites: int,
    trucks: int,
    landfills: int,
    seconds: float,
    picture: Path | None,
    as_json: bool,
) -> None:
    """A whole waste day in minutes, on a server of its own.

    Planned, released to simulated phones, driven, planned anew when a truck breaks down, closed. With a file, streets, mapped
    containers and landfills are the real ones, and other sites stand where people live. Exit status 1 when the day does not
    end as it should.
    """
    from backend.cli.waste_day.day import play

    summary = play(
        osm=osm,
        sites=sites,
        trucks=trucks,
        landfills=landfills,
        seconds=seconds,
        picture=picture,
        say=lambda line: click.echo(line, err=True),
    )
    _show(summary, as_json)
    sound = summary["plan"] == "closed" and summary["collected"] > 0 and summary["violations"] == 0
    sys.exit(0 if sound else 1)


def _show(summary: dict[str, Any], as_json: bool) -> None:
    """The figures of a demonstration, to read or for a program."""
    if as_json:
        click.echo(json.dumps(summary))
        return
    for name, value in summary.items():
        click.echo(f"{name.replace('_', ' '):28} {value}")


def _arguments(server: str | None, data: Path) -> list[str]:
    """What every simulated phone needs to know: the server, the cast, where its keys are kept."""
    from backend.console.demo_marker import demo_path, read_demo

    settings = load_settings()
    if read_demo(settings) is None:
        raise Refusal(
            f"{settings.instance_dir} holds no demo city: run `qala serve --demo` or `qala seed-demo` first",
            REFUSED,
        )
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    url = server or f"http://{host}:{settings.port}"
    keys = settings.instance_dir / "demo-phones"
    return [
        "--server",
        url,
        "--cast",
        str(demo_path(settings)),
        "--keys",
        str(keys),
        "--data",
        str(data.resolve()),
    ]


@demo.command("snow-night")
@click.option(
    "--osm",
    type=click.Path(path_type=Path, dir_okay=False),
    help="OpenStreetMap file; else the invented city.",
)
@click.option("--districts", default=2, show_default=True, help="Districts, each with a depot.")
@click.option(
    "--machines", default=12, show_default=True, help="Machines with a crew on shift, in all districts."
)
@click.option("--loaders", default=2, show_default=True, help="Snow loaders; 0: no hauling.")
@click.option("--trucks", default=6, show_default=True, help="Dump trucks, half of them a contractor's.")
@click.option("--seconds", default=20.0, show_default=True, help="How long the solver may look for better.")
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the plan into this PNG file."
)
@click.option(
    "--beside", is_flag=True, help="Plan the same night from a foreman's list too: street by street."
)
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def snow_night(
    osm: Path | None,
    districts: int,
    machines: int,
    loaders: int,
    trucks: int,
    seconds: float,
    picture: Path | None,
    beside: bool,
    as_json: bool,
) -> None:
    """A snow night in minutes: snowfall, plan by streets, phones that drive it, a breakdown, the end.

    Nothing of a running server is touched. Try ``--osm FILE.osm.pbf --districts 9 --machines 200 --seconds 120``.
    """
    from backend.cli.snow_night.night import play

    summary = play(
        osm=osm,
        districts=districts,
        machines=machines,
        loaders=loaders,
        trucks=trucks,
        seconds=seconds,
        picture=picture,
        beside=beside,
        say=lambda line: click.echo(line, err=True),
    )
    _show(summary, as_json)
    sys.exit(0 if summary["plan"] == "closed" and summary["runs_done"] > 0 else 1)


@demo.command()
@data_option
@click.option(
    "--osm",
    type=click.Path(path_type=Path, dir_okay=False),
    help="OpenStreetMap file; else the invented city.",
)
@click.option("--faults", default=20, show_default=True, help="Faults that are photographed.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw ten results on their photos into this file.",
)
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def defects(data: Path, osm: Path | None, faults: int, picture: Path | None, as_json: bool) -> None:
    """Real photos of road faults (``DATA/roads``) sent by two crews' phones: what is seen, which are one case, and why.

    On a server of its own. Exit status 1 when no case came of them.
    """
    from backend.cli.defects.day import play

    summary = play(
        roads=data / "roads",
        osm=osm,
        faults=faults,
        picture=picture,
        say=lambda line: click.echo(line, err=True),
    )
    _show(summary, as_json)
    sys.exit(0 if summary["cases"] > 0 else 1)
