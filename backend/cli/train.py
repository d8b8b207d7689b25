"""`qala train`: teach the models of our own, on any folder of labelled photos; goes on where it was interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backend.cli.evaluate import AS_JSON, DATA, show, telling_of_photos
from backend.config import PROJECT_DIR

if TYPE_CHECKING:
    from backend.roads.training.machine import Machine

NEEDS = (
    "training needs the extra «training» (torch, onnx), which servers do without: "
    ".venv/bin/python -m pip install --require-hashes -r requirements/training.txt"
)


@click.group()
def train() -> None:
    """Teach the models of our own."""


@train.command()
@DATA
@AS_JSON
@click.option(
    "--folds", is_flag=True, help="Cross-validate over highways instead of training the model to ship."
)
@click.option(
    "--only",
    multiple=True,
    help="These folds only (two processes may do two side by side); the report is of them.",
)
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: PROJECT_DIR / "instance" / "roads-checkpoints",
    help="Folder that keeps photos, checkpoints and counts between runs.",
)
@click.option("--steps", default=1100, show_default=True, help="Steps of 8 crops for each network.")
@click.option(
    "--plain-steps",
    default=1100,
    show_default=True,
    help="Steps of each plain U-Net it is compared with; 0 leaves it out.",
)
@click.option(
    "--doubt",
    "doubts",
    multiple=True,
    type=click.FloatRange(0, 20),
    help="With --folds: measure this doubt of crowds of cracks too, and what choosing among them is worth.",
)
@click.option(
    "--local",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of confirmed and corrected local photos in the same form: tune the model in use on them instead, and promote it if better.",
)
@click.option("--ship", is_flag=True, help="Put the trained model and its card where workers load them.")
@click.option("--threads", default=2, show_default=True, help="Threads of torch.")
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where networks are trained; auto takes a GPU if one is at hand.",
)
@click.option(
    "--drawers",
    type=click.IntRange(0),
    help="Processes that draw crops beside it (all cores but one beside a GPU; 0: none, drawn between the steps).",
)
def roads(
    data: Path,
    as_json: bool,
    folds: bool,
    only: tuple[str, ...],
    checkpoints: Path,
    steps: int,
    plain_steps: int,
    doubts: tuple[float, ...],
    local: Path | None,
    ship: bool,
    threads: int,
    device: str,
    drawers: int | None,
) -> None:
    """Train the eye of roads: about 1.4 s of CPU a step, or on a GPU as fast as crops are drawn."""
    if doubts and (not folds or len(only) == 1):
        raise click.UsageError("--doubt: other doubts are measured with --folds, over two folds at least")
    if local is not None:
        _require_comparable(local)
    try:
        import torch
    except ModuleNotFoundError as error:
        raise click.ClickException(NEEDS) from error
    torch.set_num_threads(threads)
    from backend.roads.training.folds import cross_validate, train_final
    from backend.roads.training.machine import Machine, NoSuchDevice

    try:
        machine = Machine.found(device, drawers)
    except NoSuchDevice as error:
        raise click.UsageError(str(error)) from None

    def say(text: str) -> None:
        click.echo(text, err=True)

    if local is not None:
        _teach(data, local, checkpoints, steps, machine, as_json)
    elif folds:
        with telling_of_photos():
            result = cross_validate(
                data,
                checkpoints,
                steps=steps,
                plain_steps=plain_steps,
                only=only,
                doubts=doubts,
                machine=machine,
                say=say,
            )
        show(result, as_json)
    else:
        with telling_of_photos():
            path = train_final(data, checkpoints, steps=steps, machine=machine, say=say)
        if ship:
            from backend.roads.training.card import ship as put

            path = put(path, checkpoints)
        click.echo(str(path))


def _require_comparable(local: Path) -> None:
    """Refuse local photos that could not tell a better model, before anything is installed or trained for them."""
    from backend.roads.evaluation.frozen import TooFewPhotos, local_photos
    from backend.roads.evaluation.gain import NothingToCompare

    try:
        with telling_of_photos():
            local_photos(local)
    except (TooFewPhotos, NothingToCompare) as error:
        raise click.ClickException(str(error)) from error


def _teach(data: Path, local: Path, checkpoints: Path, steps: int, machine: Machine, as_json: bool) -> None:
    from backend.config import load_settings
    from backend.roads.seeing.network import PROMOTED, weights_in_use
    from backend.roads.training.teaching import teach

    first_learnt = any((place / "labels.csv").is_file() for place in (data, data / "roads"))
    instance = load_settings().instance_dir
    with telling_of_photos():
        result = teach(
            local,
            weights_in_use(instance),
            instance / PROMOTED,
            checkpoints,
            steps=steps,
            replay=data if first_learnt else None,
            machine=machine,
            say=lambda text: click.echo(text, err=True),
        )
    click.echo(json.dumps(result, ensure_ascii=False, indent=None if as_json else 1))


@train.command()
@DATA
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The ONNX file.")
@click.option("--steps", default=1400, show_default=True, help="Steps of 12 crops.")
@click.option("--threads", default=1, show_default=True, help="Of the CPU.")
def plates(data: Path, out: Path, steps: int, threads: int) -> None:
    """Teach the finder of number plates on drawn plates in real photos."""
    try:
        from backend.roads.blurring.training.plates import train as teach
    except ImportError as error:
        raise click.ClickException(NEEDS) from error
    teach(data, out, steps=steps, threads=threads)
