"""A database that is balanced with its own people, changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import emogan
from emogan.balancing.job import Balanced
from emogan.cli.command import run
from emogan.core.errors import UserError
from emogan.core.marking import OTHER_FACE
from emogan.data.folder import read_folder
from tests.conftest import TINY_BALANCE
from tests.test_balance import manifest, tree

MISSING = 3
TINY = [*(one for one in TINY_BALANCE if not one.startswith("data.crop")), "data.people=all"]
Balance = Callable[..., Balanced]


@pytest.fixture(scope="module")
def balance(tmp_path_factory: pytest.TempPathFactory) -> Balance:
    """Balances the packaged faces; further overrides as arguments."""
    work = tmp_path_factory.mktemp("changing")
    targets = work / "targets.csv"

    def balanced(out: str, by: str, *overrides: str) -> Balanced:
        there = next(int(row[1]) for row in plan.rows if row[0] == "raiva")
        targets.write_text(f"raiva,{there + MISSING}")
        base = ["data=faces", f"out={work / out}", f"by={by}", f"target={targets}"]
        found: Balanced = emogan.balance(*base, *TINY, *overrides)
        return found

    plan = emogan.balance("data=faces", f"out={work / 'plan'}", "plan=true", "by=translate", "target=1", *TINY).tables[
        0
    ]
    return balanced


@pytest.fixture(scope="module")
def made(balance: Balance) -> Path:
    found = balance("out", "translate")
    assert found.folder is not None and not found.said
    return found.folder


def test_the_same_people_are_angry(made: Path) -> None:
    lines = manifest(made)
    assert len(lines) == MISSING
    for line in lines:
        source = Path(line["source"])
        person = source.parent.name
        assert source.parts[0] == "neutro" and (made / source).is_file()
        assert line["file"] == f"raiva/{person}/synthetic_raiva_t1_{int(line['number']):06d}.png"
        with Image.open(made / line["file"]) as picture, Image.open(made / source) as before:
            assert picture.size == before.size
            assert picture.info["Description"] == OTHER_FACE
            assert f"emogan translate {source.as_posix()} emotion=raiva" in picture.info["Source"]
        read, was = (emogan.recognise(made / name)[0].emotions for name in (line["file"], source))
        assert read["raiva"] > was["raiva"]
    record = json.loads((made / "balance.json").read_text())
    assert record["asked"]["by"] == "translate" and len(record["asked"]["weights"]) == 64


def test_they_are_read_back_as_their_own_people(made: Path) -> None:
    read = {face.path: face for face in read_folder(made).faces}
    for line in manifest(made):
        face, source = read[made / line["file"]], read[made / line["source"]]
        assert face.person == source.person and face.emotion is not None and face.emotion.value == "raiva"


def test_again_there_is_nothing_to_do_and_what_is_missing_comes_back(balance: Balance, made: Path) -> None:
    before = tree(made)
    assert balance("out", "translate").written == 0
    (made / manifest(made)[0]["file"]).unlink()
    (made / "raiva" / "synthetic_raiva_t1_000000.png").write_bytes(b"of somebody else")
    assert balance("out", "translate").written == 1
    (made / "raiva" / "synthetic_raiva_t1_000000.png").unlink()
    assert tree(made) == before


def test_it_is_not_balanced_with(made: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"synthetic_raiva_t1_\d+\.png is a generated face: balance the database"):
        emogan.balance(f"data.root={made}", f"out={tmp_path / 'again'}", "by=translate", *TINY_BALANCE)


def test_both_take_turns(balance: Balance) -> None:
    found = balance("both", "both", "weights=packaged", "confidence=0")
    assert found.folder is not None
    sources = [line["source"] for line in manifest(found.folder)]
    assert len(sources) == MISSING
    assert "" in sources and any(sources), sources


def test_weights_are_of_no_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("balance", ["data=faces", f"out={tmp_path / 'x'}", "by=translate", "weights=packaged"]) == 2
    assert "weights=packaged is not usable with by=translate, which draws nobody" in capsys.readouterr().err
