"""`qala seed-demo`: fill an empty database with the demo city."""

from __future__ import annotations

from pathlib import Path

import click

from backend.cli.phone_process import enrolment_photos
from backend.config import DATA_DIR


@click.command("seed-demo")
@click.option(
    "--data",
    envvar="QALA_DATA",
    default=DATA_DIR,
    type=click.Path(path_type=Path),
    help="Folder of real data: people of faces/orl are enrolled too where it is there.",
)
def seed_demo(data: Path) -> None:
    """Fill an empty database with the demo city and print its logins; again, it plans what is missing for today."""
    from backend.cli import REFUSED, Refusal, demo_city
    from backend.cli.application import application
    from backend.cli.demo_cast import PEOPLE
    from backend.config import load_settings

    if load_settings().mode == "production":
        raise Refusal("QALA_MODE = 'production' has no demo: its passwords are shown to everybody", REFUSED)
    with application():
        demo = demo_city.start()
        wanted = {person.face for person in PEOPLE if person.face} - set(demo.faces.values())
        demo_city.fill(demo, enrolment_photos(sorted(wanted), data) if wanted else {})
    click.echo(described(demo.logins))


def described(logins: list[dict[str, str]]) -> str:
    """The logins as people read them."""
    passwords = {login["password"] for login in logins}
    same = len(passwords) == 1
    lines = [
        f"  {login['login']:<17}{login['role'].replace('_', ' ')}"
        + ("" if same else f"   {login['password']}")
        for login in logins
    ]
    head = (
        f"DEMO CITY, never for real data. Password of every login: {passwords.pop()}" if same else "DEMO CITY"
    )
    return "\n".join([head, *lines])
