"""Which way imports go: docs/architecture.md says it, this keeps it true."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "emogan"
# Rooms of one line do not know each other; a room knows those of the lines above it here.
FLOORS = (
    ("core",),
    ("networks", "rendering"),
    ("finding",),
    ("data",),
    ("config",),
    ("cli",),
    ("runs",),
    ("recognition",),
    ("metrics",),
    ("sampling",),
    ("reports",),
    ("translating",),
    ("completing",),
    ("exporting",),
    ("training",),
    ("balancing",),
    ("studying",),
    ("web",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FACE = {"__init__", "__main__", "api"}  # in emogan/ beside the verbs
HYDRA = {"cli", "config"}  # and the verbs
LIGHTNING = {"training"}
ALLOWED = {("hydra", "training/build.py"), ("pytorch_lightning", "data/datamodule.py")}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "conf" not in path.parts)


def room(path: Path) -> str:
    """The room that a file lies in; "" for verbs and the package's face."""
    inside = path.relative_to(PACKAGE).parts
    return inside[0] if len(inside) > 1 else ""


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def verbs() -> set[str]:
    return {path.stem for path in PACKAGE.glob("*.py")} - FACE


def test_every_folder_is_a_room_with_a_floor() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_down(path: Path) -> None:
    here = room(path)
    for name in imported(path):
        package, _, rest = name.partition(".")
        if package != "emogan" or not rest:
            continue
        there = rest.split(".")[0]
        if there in FLOOR and here:
            assert there == here or FLOOR[there] < FLOOR[here], f"{here} imports {name}"
        if path.stem not in FACE or here:
            assert there not in verbs(), f"{path.name} imports the verb {there}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_frameworks_stay_in_their_rooms(path: Path) -> None:
    here, inside = room(path), path.relative_to(PACKAGE).as_posix()
    for library, rooms in (("hydra", HYDRA), ("pytorch_lightning", LIGHTNING)):
        if here and here not in rooms and (library, inside) not in ALLOWED:
            assert library not in {name.split(".")[0] for name in imported(path)}, f"{inside} imports {library}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_verbs_and_the_command_line_print(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    if room(path) not in ("", "cli"):
        assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


def test_verbs_are_short() -> None:
    for verb in sorted(verbs()):
        lines = (PACKAGE / f"{verb}.py").read_text(encoding="utf-8").count("\n")
        assert lines <= 120, f"emogan/{verb}.py has {lines} lines"


def test_files_are_of_one_idea() -> None:
    for path in modules():
        assert path.read_text(encoding="utf-8").count("\n") <= 260, path
