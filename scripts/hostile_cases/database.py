"""Cases of a small database of good images with one hostile file in it."""

import csv
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from hostile_cases import fixtures
from hostile_cases.case import DONE, EITHER, REFUSED, Bench, Case, Expected, Told

Make = Callable[[Path], None]

USED, LEFT_OUT, WHATEVER = "used", "left out", "whatever"  # what must become of the hostile file
GOOD = 5  # images beside it
SIZE = 32
ALIKE = 8.0  # of 255: mean difference of two pictures of the same
PWNED = "PWNED"


def placed(content: bytes) -> Make:
    """Writes a file of this content."""

    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def database(folder: Path, shared: Path, file: str | bytes, make: Make) -> Path:
    """The good images, and the hostile one as the only one of felicidade."""
    root = folder / "data"
    shutil.copytree(fixtures.few(shared), root)
    path = root / "felicidade" / os.fsdecode(file)
    path.parent.mkdir(parents=True)
    make(path)
    return root


def inspected(file: str, make: Make) -> Callable[[Bench], Told]:
    """Inspects a file as data.root."""

    def play(bench: Bench) -> Told:
        make(bench.folder / file)
        return bench.call("inspect", ["data=folder", "data.crop=square", f"data.root={bench.folder / file}", "out=out"])

    return play


def among_good(
    name: str, file: str | bytes, make: Make, fate: str, says: Sequence[str] = (), like: Sequence[Image.Image] = ()
) -> Case:
    """A case that inspects the database and looks what became of the hostile file.

    Args:
        says: patterns that inspect must print of it.
        like: pictures, one of which it must look like.
    """

    def play(bench: Bench) -> Told:
        root = database(bench.folder, bench.shared, file, make)
        return look(bench, root, "out")

    def check(bench: Bench, told: Told) -> str | None:
        if (bench.folder / PWNED).exists():
            return "code of the file ran"
        wrong = accounted(bench, told, file, fate)
        return wrong or (unlike(bench, like) if like else None)

    return Case(name, play, Expected(DONE, tuple(says), check=check))


def look(bench: Bench, root: Path, out: str) -> Told:
    """Inspect a database at a small size."""
    return bench.call(
        "inspect", ["data=folder", "data.crop=square", f"data.root={root}", f"out={out}", f"image_size={SIZE}"]
    )


def accounted(bench: Bench, told: Told, file: str | bytes, fate: str) -> str | None:
    """Every file is either used or told of: what is wrong with that."""
    out = bench.folder / "out"
    with (out / "images.csv").open(encoding="utf-8", errors="surrogateescape") as table:
        rows = list(csv.DictReader(table))
    used = sum(int(row["used"]) for row in rows)
    words = told.text + "".join(
        path.read_text("utf-8", "surrogateescape") for path in (out / "left_out.csv", out / "report.md")
    )
    named = os.fsdecode(file).rsplit("/", 1)[-1]
    told_of = named in words or ascii(named)[1:-1] in words
    if used < GOOD:
        return f"only {used} of the {GOOD} good images are used"
    if fate == USED and used != GOOD + 1:
        return f"not used: {'left out' if told_of else 'and not told of'}"
    if fate == LEFT_OUT and used != GOOD:
        return "used as a face"
    if used == GOOD and not told_of:
        return "neither used nor told of"
    return None


def unlike(bench: Bench, pictures: Sequence[Image.Image]) -> str | None:
    """What is wrong with the picture that inspect shows of the hostile file, beside those it should look like."""
    shown = sheet(bench.folder / "out")
    differences = []
    for number, picture in enumerate(pictures):
        root = database(bench.folder / f"like_{number}", bench.shared, "x.png", lambda path, p=picture: p.save(path))  # type: ignore[misc]
        look(bench, root, f"out_{number}")
        other = sheet(bench.folder / f"out_{number}")
        if shown.shape != other.shape:
            return "another number of pictures is shown"
        differences.append(float(np.abs(shown - other).sum()) / (3 * SIZE * SIZE))
    nearest = min(differences)
    return None if nearest <= ALIKE else f"looks different, by {nearest:.0f} of 255"


def sheet(out: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """The contact sheet."""
    return np.asarray(Image.open(out / "contact_sheet.png").convert("RGB"), dtype=np.float32)


def projected(name: str, file: str, make: Make, refused: bool = False) -> Case:
    """A case that looks for the face nearest to the hostile file."""

    def play(bench: Bench) -> Told:
        make(bench.folder / file)
        weights = fixtures.run(bench.shared)
        return bench.call(
            "generate", [f"project={bench.folder / file}", "crop=square", f"weights={weights}", "steps=1", "out=out"]
        )

    def check(bench: Bench, told: Told) -> str | None:
        if (bench.folder / PWNED).exists():
            return "code of the file ran"
        return None if told.code == 2 or (bench.folder / "out" / "grid.png").is_file() else "nothing is there"

    says = (r"project|" + file,) if refused else ()
    return Case(name, play, Expected(REFUSED if refused else EITHER, says, check=check))


def trained(name: str, file: str, make: Make) -> Case:
    """A case that trains an epoch on raiva with the hostile file among its images."""

    def play(bench: Bench) -> Told:
        root = database(bench.folder, bench.shared, file, make)
        for path in (root / "felicidade").iterdir():
            path.rename(root / "raiva" / path.name)
        return bench.call(
            "train", [*fixtures.TINY, "emotion=raiva", f"data.root={root}", "data.people=all", "epochs=1",
                      "samples_per_emotion=null", "run_dir=run"],
        )  # fmt: skip

    return Case(name, play, Expected(DONE))
