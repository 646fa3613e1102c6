"""The guides are typed as they stand: their files are written, their code and commands run, on a few faces."""

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emogan.cli.command import run
from emogan.cli.verbs import VERBS
from emogan.core.emotions import Emotion
from emogan.core.trust import TRUSTED
from emogan.data.faces import PACKAGED, packaged_faces
from emogan.data.kdef import read_kdef

DOCS = Path(__file__).parents[1] / "docs"
LONGEST = 30  # lines of a network, an objective, a database, a measure
PEOPLE = ("01", "02", "03", "04", "05", "06", "07", "08", "10", "13")  # of the packaged women; half are kept aside
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SMALL_NETWORK = [
    *("image_size=16", "latent_dim=8", "epochs=1", "batch_size=8", "minutes=null", "evaluate_every=null"),
    *("model.generator.width=8", "model.generator.widest=16", "model.generator.style_dim=12", "grid.faces=6"),
    *("model.discriminator.width=8", "model.discriminator.widest=16", "model.discriminator.features=12"),
]
SMALL_RECOGNISER = ["recogniser.steps=2", "recogniser.width=8", "recogniser.features=16", "recogniser.batch=8"]
# What makes a command of a guide small; all else is as a person types it.
SMALLER = {
    "train": SMALL_NETWORK,
    "evaluate": [*SMALL_RECOGNISER, "faces=12", "neighbours=1", "subsets=2", "subset_size=5", "bootstrap=2"],
    "inspect": ["data.crop=square"],
    "balance": [*SMALL_RECOGNISER, "confidence=0", "tries=1", "data.crop=square"],
}


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_handlers: None) -> Iterator[Path]:
    """A folder to type in, with the folders of faces that the guides speak of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(TRUSTED, "")
    for session in "AB":
        for person in PEOPLE:
            name = f"KDEF/{session}F{person}"
            shutil.copytree(PACKAGED / name, tmp_path / "KDEF_and_AKDEF" / name)
    yield tmp_path
    sys.modules.pop("mine", None)


def blocks(page: str) -> list[tuple[str, str]]:
    """The kind and the text of each block of commands or code."""
    found = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    assert found
    return found


def play(page: str) -> None:
    """Write, run and type what a page shows, from top to bottom."""
    there: dict[str, object] = {}
    for kind, text in blocks(page):
        if kind == "sh":
            for line in text.splitlines():
                typed(line)
        elif named := re.match(r"# (\w+\.py)\n", text):
            with Path(named[1]).open("a", encoding="utf-8") as file:
                file.write(text)
            sys.modules.pop(named[1].removesuffix(".py"), None)
        else:
            exec(compile(text, page, "exec"), there)


def typed(line: str) -> None:
    """Run a command of emogan as the shell would; other programs' are passed over."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        if name == TRUSTED:
            os.environ[name] = value
    if words[:1] == ["emogan"] and words[1] in VERBS:
        verb, *rest = words[1:]
        smaller = [one for one in SMALLER.get(verb, []) if fits(one, rest)]
        assert run(verb, [*rest, *smaller]) == 0, line
    os.environ[TRUSTED] = ""


def fits(smaller: str, typed: list[str]) -> bool:
    """Whether a setting goes with what was typed: a run is repeated as it is."""
    return not any(one.startswith("from_run=") for one in typed)


def unbalanced(root: Path) -> None:
    """A folder of files with telling names, few of them angry."""
    root.mkdir()
    people = [f"F{number:02d}" for number in range(1, 15)]
    for face in packaged_faces("S", None, None, people).faces:
        if face.emotion is not Emotion.RAIVA or face.person < "F11":
            shutil.copy(face.path, root / face.path.name)


def table_of(root: Path) -> None:
    """Images in one folder, and beside them what they show."""
    faces = read_kdef(Path("KDEF_and_AKDEF"), "S", None, None, None, akdef=False).faces
    root.mkdir()
    rows = ["file,emotion,person", "nobody.jpg,boredom,F99"]
    for face in faces:
        shutil.copy(face.path, root / face.path.name)
        rows.append(f"{face.path.name},{face.emotion},{face.person}")
    (root / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_what_is_of_one_s_own_is_short_and_works(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table_of(at_home / "table")
    for kind, text in blocks("extending.md"):
        assert kind == "sh" or text.count("\n") < LONGEST
    play("extending.md")
    told = capsys.readouterr().out
    assert "sharpness" in told and "its emotion is none of the six" in told
    rows = json.loads((at_home / "runs/table/evaluation/metrics.json").read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 5  # four yardsticks and the run
    assert all("mine.sharpness" in one for row in rows.values() for one in (row["all"], *row["emotions"].values()))
    assert rows["real, blurred"]["all"]["mine.sharpness"]["value"] < rows["noise"]["all"]["mine.sharpness"]["value"] / 2
    assert len(list((at_home / "faces_net").glob("raiva_*.png"))) == 4

    # What a file names is followed where the person at the keyboard says so, and nowhere else.
    assert run("generate", ["emotion=raiva", "weights=runs/net", "out=again"]) == 2
    assert "EMOGAN_TRUST=NAME before the command allows one of your own" in capsys.readouterr().err
    assert run("evaluate", ["run=runs/table"]) == 2
    assert "Data of mine.read_table are not read" in capsys.readouterr().err


def test_a_researcher_trains_measures_and_repeats(at_home: Path) -> None:
    play("guide-researcher.md")
    assert (at_home / "kdef_seen/contact_sheet.png").is_file()
    assert (at_home / "two_seeds/report.html").is_file()


def test_a_game_artist_draws_a_cast(at_home: Path) -> None:
    play("guide-games.md")
    assert len(list((at_home / "cast").glob("*_s3_*.png"))) == 60
    assert len(list(at_home.glob("angry_*.png"))) == 12
    assert list((at_home / "six_moods").glob("photo_*.*")) and list((at_home / "surprised").glob("*.gif"))


def test_an_unbalanced_database_is_filled(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unbalanced(at_home / "DB")
    play("guide-unbalanced.md")
    assert "changed faces" in capsys.readouterr().out
    assert not (at_home / "DB_plan").exists()
    for tree in (at_home / "DB_changed", at_home / "DB_drawn"):  # how many pass is the tiny recogniser's to say
        record = json.loads((tree / "balance.json").read_text(encoding="utf-8"))
        assert record["ended"] == "finished" and record["candidates"]["raiva"] >= 6
        assert record["after"]["raiva"] == record["before"]["raiva"] + record["generated"]
        assert len((tree / "manifest.csv").read_text(encoding="utf-8").splitlines()) == 1 + record["generated"]
        assert (tree / "contact_sheet.png").is_file() == bool(record["generated"])
