"""Which modules the phone app can reach on Android, and what they import that is not ours: read from the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = ("mobile", "shared")
ENTRIES = ("mobile.main",)

DESKTOP_ONLY: Mapping[str, str] = {
    "mobile.simulated": "plays faces and a city; mobile.main asks for it on a desktop only",
    "mobile.devices.desktop_camera": "stands for a camera; mobile.devices.platform asks for it on a desktop only",
    "mobile.devices.desktop_location": "stands for a receiver; the same",
    "mobile.devices.gpx": "reads the track that the desktop's receiver drives along",
    "mobile.devices.simulated_head": "is what the desktop's camera sees",
}
"""What the app leaves out, with the reason. It may be imported inside functions alone, or Android would miss it at once."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import as it stands in the source; ``lazy`` when it runs inside a function."""

    name: str
    place: str
    lazy: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """The modules of the app by name, what they import from others by top-level name, and imports that Android cannot follow."""

    modules: Mapping[str, Path]
    foreign: Mapping[str, tuple[str, ...]]
    wrong: tuple[str, ...]


def reach(root: Path, entries: Sequence[str] = ENTRIES, left_out: Mapping[str, str] = DESKTOP_ONLY) -> Reach:
    """Everything that the entries import, directly or not; ``root`` is the folder that holds mobile and shared."""
    modules: dict[str, Path] = {}
    foreign: dict[str, list[str]] = {}
    wrong: list[str] = []
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        path = source_of(root, name)
        if name in modules or path is None:
            continue
        modules[name] = path
        if "." in name:
            waiting.append(name.rpartition(".")[0])  # Python runs the package first
        for each in imports_of(path, root):
            if _is_within(each.name, left_out):
                if not each.lazy:
                    wrong.append(
                        f"{each.place} imports {each.name}, which the app leaves out, when it is loaded"
                    )
            elif each.name.partition(".")[0] not in OURS:
                foreign.setdefault(each.name.partition(".")[0], []).append(each.place)
            elif (module := _module(root, each.name)) is not None:
                waiting.append(module)
            else:
                wrong.append(f"{each.place} imports {each.name}, which is not there")
    return Reach(
        modules={name: modules[name] for name in sorted(modules)},
        foreign={name: tuple(sorted(places)) for name, places in sorted(foreign.items())},
        wrong=tuple(sorted(wrong)),
    )


def imports_of(path: Path, root: Path) -> Iterator[Import]:
    """The imports of a module, and those of its Kivy rules (``#:import name module``); type checkers' own are no imports."""
    place = path.relative_to(root)
    yield from _found(ast.parse(path.read_bytes(), str(path)), place, lazy=False)
    for rules in rules_of(path):
        for number, line in enumerate(rules.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("#:import "):
                yield Import(line.split()[2], f"{rules.relative_to(root)}:{number}", lazy=False)


def rules_of(path: Path) -> tuple[Path, ...]:
    """The Kivy rules that go with a module: of the same name, or every one of the folder with its package."""
    if path.name == "__init__.py":
        return tuple(sorted(path.parent.glob("*.kv")))
    beside = path.with_suffix(".kv")
    return (beside,) if beside.is_file() else ()


def source_of(root: Path, name: str) -> Path | None:
    """The file of a module or of a package's ``__init__``; None for a name of another kind."""
    path = root.joinpath(*name.split("."))
    for candidate in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _module(root: Path, name: str) -> str | None:
    """``package.module.thing`` names the module that holds the thing; None where there is no such module."""
    if source_of(root, name) is not None:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent and source_of(root, parent) is not None else None


def _found(node: ast.AST, place: Path, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.If) and _is_for_type_checkers(child.test):
            for other in child.orelse:
                yield from _found(ast.Module([other], []), place, lazy=inside)
            continue
        where = f"{place}:{getattr(child, 'lineno', 0)}"
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, where, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (
                child.module or ""
            )  # relative ones are not followed, so they are told
            if module.partition(".")[0] in OURS:
                yield from (Import(f"{module}.{alias.name}", where, inside) for alias in child.names)
            else:
                yield Import(module, where, inside)
        elif isinstance(child, ast.Call) and (name := _named_at_run_time(child)) is not None:
            yield Import(name, where, inside)
        yield from _found(child, place, lazy=inside)


def _named_at_run_time(call: ast.Call) -> str | None:
    """The module of ``import_module("…")``."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called != "import_module" or not call.args:
        return None
    first = call.args[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "(unknown)"


def _is_for_type_checkers(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _is_within(name: str, prefixes: Mapping[str, str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)
