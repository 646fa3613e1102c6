from pathlib import Path

import pytest

import emogan
from emogan.core.errors import UserError
from emogan.runs.record import read_record
from tests.conftest import TINY_BALANCE


def test_the_packaged_network_is_specialised_once(
    unbalanced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = [f"data.root={unbalanced}", "out=out", *TINY_BALANCE, "image_size=128", "minutes=0.001", "tries=1"]
    balanced = emogan.balance(*settings)
    assert balanced.tables[1].rows[0] == ["drawn", 28]
    record = read_record(tmp_path / "out.network" / "run.json")
    assert (record.ended, record.setting("init_from"), record.emotion) == ("finished", "packaged", "neutro+raiva")
    assert record.images and record.images.count == 52

    def train(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr("emogan.training.loop.train", train)
    (tmp_path / "out" / "balance.json").unlink()
    (tmp_path / "out" / "manifest.csv").unlink()
    with pytest.raises(UserError, match=r"out=out holds .* already"):
        emogan.balance(*settings)
    with pytest.raises(UserError, match=r"holds a training with other settings, seed \(1 then, 2 now\)"):
        (tmp_path / "out.network").rename(tmp_path / "again.network")
        emogan.balance(*settings, "out=again", "seed=2")
    assert not (tmp_path / "again").exists()
    assert emogan.balance(*settings, "out=again").tables[1].rows == balanced.tables[1].rows


def test_a_network_that_does_not_know_the_emotion(
    unbalanced: Path, conditional_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emogan.sampling.sampler.known_to", lambda _: (emogan.Emotion.NEUTRO,))
    message = r"draws neutro only, not raiva, of which faces are missing: give weights of a run that learnt all"
    with pytest.raises(UserError, match=message):
        emogan.balance(
            f"data.root={unbalanced}", f"out={tmp_path / 'out'}", f"weights={conditional_run}", *TINY_BALANCE
        )
