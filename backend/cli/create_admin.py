"""`qala create-admin`: invite an administrator of all districts."""

from __future__ import annotations

import sys

import click

ACTOR = "cli"


@click.command("create-admin")
@click.argument("login")
@click.option("--name", default=None, help="Name to show; the login when left out.")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input instead of printing a one-time code.",
)
def create_admin(login: str, name: str | None, password_stdin: bool) -> None:
    """Invite an administrator of all districts; prints the one-time code that sets the password."""
    from backend.accounts import service
    from backend.cli.application import application
    from backend.database import transaction
    from shared.vocabulary import Role

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with application() as app:
        password_hash = service.hash_password(password) if password is not None else ""
        with transaction():
            user, code = service.create_user(
                login=login, display_name=name or login, role=Role.ADMINISTRATOR, district_ids=(), actor=ACTOR
            )
            if password is not None:
                service.set_password(code, password, password_hash)
        if password is not None:
            click.echo(f"{user.login} may sign in.")
        else:
            click.echo(
                f"One-time code of {user.login}, good for {app.config['QALA'].code_hours} h, shown only now:\n{code}"
            )
