"""`qala ledger`: check, export and anchor the ledger."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.group()
def ledger() -> None:
    """Check, export and anchor the ledger."""


@ledger.command()
@click.option(
    "--anchors",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Anchors kept elsewhere; else QALA_ANCHOR_DIR.",
)
def verify(anchors: Path | None) -> None:
    """Check chain, anchors and access log; exit status 1 and the first bad entry when something is wrong.

    Exit status 2: an anchor's file cannot be read.
    """
    from backend.cli.application import application
    from backend.database import transaction
    from backend.ledger import proof, service

    with application() as app:
        elsewhere = anchors or app.config["QALA"].anchor_dir
        try:
            with transaction(read_only=True):
                flaw = proof.verify(elsewhere)
                last_id = service.last_id()
                key = proof.public_key_hex()
        except proof.NotAnAnchor as error:
            click.echo(str(error), err=True)
            sys.exit(2)
    if flaw is not None:
        click.echo(f"entry {flaw.entry_id}: {flaw.what}")
        sys.exit(1)
    click.echo(f"sound: {last_id} entries, ledger key {key}")
    if elsewhere is None or not any(elsewhere.glob("anchor-*.json")):
        click.echo(
            "No anchors from elsewhere were compared: a cut-off end would only show against them (--anchors DIR).",
            err=True,
        )


@ledger.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write the whole ledger to FILE, signed at its end; check it anywhere with verify_ledger.py."""
    from backend.cli.application import application
    from backend.clock import now
    from backend.database import transaction
    from backend.ledger import proof

    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        with application(), transaction(read_only=True), temporary.open("wb") as out:
            lines = 0
            for line in proof.export_lines(now()):
                out.write(line)
                lines += 1
            key = proof.public_key_hex()
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    click.echo(f"{lines - 1} entries in {file}; ledger key {key}")


@ledger.command()
def anchor() -> None:
    """Sign the ledger's newest entry now, and take the anchor to QALA_ANCHOR_DIR."""
    from backend.cli.application import application
    from backend.ledger import proof, work
    from shared.encoding import canonical_json

    with application() as app:
        folder = app.config["QALA"].anchor_dir
        made = work.anchor_now()
        click.echo(canonical_json(made).decode())
        if folder is None:
            click.echo("QALA_ANCHOR_DIR is empty: keep this line in a place elsewhere.", err=True)
            return
        try:
            path = proof.send_anchor(made, folder)
        except FileNotFoundError:
            click.echo(
                f"QALA_ANCHOR_DIR = {folder} is not there: mount it, or keep this line in a place elsewhere.",
                err=True,
            )
            sys.exit(1)
        click.echo(f"taken to {path}", err=True)
