"""`qala evaluate`: measure what the product claims, on data that anyone can point it at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from backend.config import DATA_DIR, PROJECT_DIR

DATA = click.option(
    "--data",
    envvar="QALA_DATA",
    type=click.Path(path_type=Path, file_okay=False),
    default=DATA_DIR,
    help="Folder of data (QALA_DATA, else ../shared/data beside the project).",
)
CACHE = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: PROJECT_DIR / "instance" / "evaluations",
    help="Folder that keeps slow intermediate results between runs.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
WORKER_PHOTOS = 9
"""Of the folder, at even distances."""


@click.group()
def evaluate() -> None:
    """Measure what the product claims; the exit status is 0 whether goals are met or not."""


@evaluate.command()
@DATA
@CACHE
@AS_JSON
@click.option("--choose", is_flag=True, help="Print the threshold that the data would have us ship instead.")
def faces(data: Path, cache: Path, as_json: bool, choose: bool) -> None:
    """Error rates (FMR, FNMR) of face comparison, single photos and fused frames."""
    from backend.faces.evaluation import choose_shipped, evaluate_faces

    if choose:
        click.echo(
            json.dumps(choose_shipped(data, cache=cache), ensure_ascii=False, indent=None if as_json else 1)
        )
    else:
        show(evaluate_faces(data, cache=cache), as_json)


@evaluate.command()
@DATA
@CACHE
@AS_JSON
@click.option("--choose", is_flag=True, help="Print the limits that the data would have us ship instead.")
@click.option(
    "--trial",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of a field trial to judge instead (see docs/liveness-trial.md).",
)
def liveness(data: Path, cache: Path, as_json: bool, choose: bool, trial: Path | None) -> None:
    """Error rates (APCER, BPCER) of liveness: a simulation of geometry, or a field trial."""
    from backend.faces.liveness_evaluation import choose_limits, evaluate_liveness
    from backend.faces.liveness_trial import evaluate_trial

    if trial is not None:
        show(evaluate_trial(trial), as_json)
    elif choose:
        click.echo(
            json.dumps(choose_limits(data, cache=cache), ensure_ascii=False, indent=None if as_json else 1)
        )
    else:
        show(evaluate_liveness(data, cache=cache), as_json)


@evaluate.command()
@DATA
@CACHE
@AS_JSON
@click.option("--choose", is_flag=True, help="Print the limit that the data would have us ship instead.")
def degradations(data: Path, cache: Path, as_json: bool, choose: bool) -> None:
    """What dark, blurred or covered faces do: retake, review, or «another person»."""
    from backend.faces.degradations import choose_refusal, evaluate_degradations

    if choose:
        click.echo(
            json.dumps(choose_refusal(data, cache=cache), ensure_ascii=False, indent=None if as_json else 1)
        )
    else:
        show(evaluate_degradations(data, cache=cache), as_json)


@evaluate.command("check-in")
@DATA
@CACHE
@AS_JSON
@click.option("--seconds", default=10.0, show_default=True, help="How long each rate is measured.")
def check_in(data: Path, cache: Path, as_json: bool, seconds: float) -> None:
    """CPU of a check-in beside the straightforward way; requests and ledger appends per second."""
    from backend.cli.throughput import measure_throughput
    from backend.faces.check_in_cost import evaluate_check_in_cpu

    result = evaluate_check_in_cpu(data, cache=cache)
    rates = measure_throughput(seconds)
    result["goals"] += rates["goals"]
    result["samples"] += rates["samples"]
    result["seconds"] = round(result["seconds"] + rates["seconds"], 1)
    show(result, as_json)


@evaluate.command()
@AS_JSON
@click.option("--seconds", default=10.0, show_default=True, help="How long each rate is measured.")
def fleet(as_json: bool, seconds: float) -> None:
    """Positions and frames taken in per second over HTTP: from trackers, phones and cameras, on SQLite and PostgreSQL."""
    from backend.cli.fleet_rates import measure_fleet

    show(measure_fleet(seconds), as_json)


@evaluate.command()
@CACHE
@AS_JSON
@click.option(
    "--kind",
    type=click.Choice(["cvrp", "mtvrptw", "qingdao", "carp", "replan"]),
    required=True,
    help="What the instances are.",
)
@click.option(
    "--instances",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of .vrp files with their .sol, of .dat files of arcs, or of Qingdao's (else KIND in the folder of data).",
)
@click.option(
    "--seconds",
    type=float,
    help="Time for each plan [20; 60 for carp; 600 for qingdao; replan: as the product asks].",
)
@click.option("--seeds", default=5, show_default=True, help="Days of which each is planned anew (replan).")
@click.option(
    "--full", is_flag=True, help="Every instance of the folder with three seeds; resumes from the cache."
)
@click.option("--only", multiple=True, help="Name of an instance; may be given several times.")
@click.option(
    "--contender",
    multiple=True,
    help="Qala, PyVRP, VROOM, OR-Tools; Savings, PyVRP in districts (else all of the kind).",
)
@DATA
def routing(
    data: Path,
    cache: Path,
    as_json: bool,
    kind: str,
    instances: Path | None,
    seconds: float | None,
    seeds: int,
    full: bool,
    only: tuple[str, ...],
    contender: tuple[str, ...],
) -> None:
    """Gaps of planned tours to the best-known costs, beside PyVRP, VROOM and OR-Tools, of streets too (carp); kilometres of a day of 3,000 sites."""
    if kind == "replan":
        from backend.routing.evaluation.replanning import measure_replanning

        show(measure_replanning(data, seeds, seconds), as_json)
        return
    from backend.routing.evaluation.measuring import SECONDS, measure

    say = (lambda _line: None) if as_json else click.echo
    folder = data / "waste" / "qingdao" if kind == "qingdao" else data / kind
    result = measure(
        kind,
        instances or folder,
        seconds or SECONDS[kind],
        cache,
        full=full,
        names=only,
        contenders=contender,
        say=say,
    )
    show(result, as_json)


@evaluate.command()
@AS_JSON
@click.option("--seeds", default=20, show_default=True, help="Nights.")
@click.option("--seconds", default=12.0, show_default=True, help="Time for each plan.")
@click.option(
    "--osm",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Streets of this extract instead of the invented city's.",
)
def hauling(as_json: bool, seeds: int, seconds: float, osm: Path | None) -> None:
    """Trips, waiting, the last load and what a cubic metre costs in hauling nights, beside first come, first served."""
    from backend.routing.evaluation.hauling import measure_hauling

    show(measure_hauling(seeds, seconds, osm), as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--each", default=12, show_default=True, help="Pictures for each size of plate or face.")
def blurring(data: Path, as_json: bool, each: int) -> None:
    """How much of faces and number plates is covered in photos of roads, and how much road is covered in vain."""
    from backend.faces.small_faces import find_small_faces
    from backend.roads.blurring.evaluation.measuring import measure_blurring
    from backend.roads.blurring.plates import find_plates

    show(measure_blurring(data, find_small_faces, find_plates, each=each), as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--seeds", default=20, show_default=True, help="Simulated drives for each kind of noise.")
@click.option("--repeats", default=3, show_default=True, help="Imports of each city; 0 leaves them out.")
def streets(data: Path, as_json: bool, seeds: int, repeats: int) -> None:
    """What imports, preparing and matrices cost; how much of noisy tracks is matched to the right streets."""
    from backend.cli.street_costs import measure_imports
    from backend.streets.evaluation.measuring import evaluate_streets

    result = evaluate_streets(data, seeds=seeds)
    costs = measure_imports(data, repeats)
    result["goals"] = costs["goals"] + result["goals"]
    result["samples"] += costs["samples"]
    result["seconds"] = round(result["seconds"] + costs["seconds"], 1)
    show(result, as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--seeds", default=20, show_default=True, help="Simulated drives for each kind of noise.")
def coverage(data: Path, as_json: bool, seeds: int) -> None:
    """How much of the streets that a plough worked on its noisy track shows, and how much it claims in vain."""
    from backend.routing.evaluation.coverage import measure_coverage

    show(measure_coverage(data, seeds), as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--seeds", default=8, show_default=True, help="Streams of simulated reports for each row.")
def merging(data: Path, as_json: bool, seeds: int) -> None:
    """How well reports of road faults merge into cases: pairwise precision and recall on simulated reports, with and without looks."""
    from backend.roads.cases.evaluation.measuring import evaluate_merging

    show(evaluate_merging(data, seeds=seeds), as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--cases", "count", default=100_000, show_default=True, help="Open cases in the database.")
def cases(data: Path, as_json: bool, count: int) -> None:
    """Milliseconds of taking a report into cases beside many open ones, committed to disk."""
    from backend.cli.case_costs import measure_cases

    show(measure_cases(data, count), as_json)


@evaluate.command()
@AS_JSON
@click.option("--rounds", default=6, show_default=True, help="Check-ins.")
@click.option("--photos", default=2000, show_default=True, help="Photos in the full outbox.")
@click.option("--tasks", default=10, show_default=True, help="New tasks that must reach the phone.")
def phone(as_json: bool, rounds: int, photos: int, tasks: int) -> None:
    """The phone app against a server of its own: tap to «saved», verdict, bytes, start, full outbox, long list, news."""
    from backend.cli.phone_process import measure_phone

    arguments = ("--rounds", str(rounds), "--photos", str(photos), "--tasks", str(tasks))
    show(measure_phone(arguments), as_json)


@evaluate.command()
@DATA
@CACHE
@AS_JSON
def roads(data: Path, cache: Path, as_json: bool) -> None:
    """The shipped eye of roads on a folder of labelled photos (or its folder roads): scores, baseline, what a photo costs a worker."""
    from backend.cli.worker_costs import measure_worker
    from backend.roads.evaluation.photos import read_folder
    from backend.roads.evaluation.shipped import evaluate_roads

    with telling_of_photos():
        result = evaluate_roads(data, cache=cache)
        photos = read_folder(data)
    spread = [photos[place * len(photos) // WORKER_PHOTOS] for place in range(WORKER_PHOTOS)]
    result["goals"] += measure_worker([photo.picture_path for photo in spread])
    show(result, as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--each", default=60, show_default=True, help="Photos for each kind of weather, blur or night.")
def refusals(data: Path, as_json: bool, each: int) -> None:
    """What the eye of roads says of photos under drawn snow, blur, noise and night: refused, or a sound road, which must never be."""
    from backend.roads.evaluation.refusing import evaluate_refusals

    with telling_of_photos():
        result = evaluate_refusals(data, each=each)
    show(result, as_json)


@evaluate.command("crack-kinds")
@DATA
@AS_JSON
def crack_kinds(data: Path, as_json: bool) -> None:
    """The geometric rule for kinds of cracks beside two labellers of 160 photos, with Cohen's kappa."""
    from backend.roads.evaluation.kinds import evaluate_kinds

    with telling_of_photos():
        result = evaluate_kinds(data)
    show(result, as_json)


@evaluate.command()
@DATA
@AS_JSON
@click.option("--choose", is_flag=True, help="On the highway that chose the limits instead of the others.")
def copies(data: Path, as_json: bool, choose: bool) -> None:
    """Photos saved anew that are known again, and photos a few metres apart that are taken for copies."""
    from backend.roads.evaluation.copies import evaluate_copies

    with telling_of_photos():
        result = evaluate_copies(data, choosing=choose)
    show(result, as_json)


@contextmanager
def telling_of_photos() -> Iterator[None]:
    """Say in one line what is wrong with a folder of labelled photos, or with checkpoints beside it."""
    from backend.roads.evaluation.identity import OtherPhotos
    from backend.roads.evaluation.photos import BadPhoto, DataMissing

    try:
        yield
    except (BadPhoto, DataMissing, OtherPhotos) as error:
        raise click.ClickException(str(error)) from error


def show(result: dict[str, Any], as_json: bool) -> None:
    """Print a result in the one form of every measurement, or as a table for people."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(
        f"{result['name']} {result['version']}: {result['samples']} samples, {result['seconds']:.1f} s, data {result['data']}\n"
    )
    width = max(len(goal["name"]) for goal in result["goals"])
    click.echo(f"{'':{width}}  {'value':>10}  {'low':>10}  {'high':>10}  {'goal':>12}")
    for goal in result["goals"]:
        wished = (
            ""
            if goal["goal"] is None
            else f"{'≤' if goal['direction'] == 'at_most' else '≥'} {goal['goal']:g}"
        )
        verdict = "" if goal["met"] is None else "  met" if goal["met"] else "  NOT MET"
        numbers = (
            f"{number:>10.4g}" if isinstance(number, int | float) else f"{'':>10}"
            for number in (goal["value"], goal["low"], goal["high"])
        )
        click.echo(f"{goal['name']:{width}}  {'  '.join(numbers)}  {wished:>12}{verdict}")
