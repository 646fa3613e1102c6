"""emogan train model=translator: another module, the same loop, folder, resume and callbacks."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from skimage.data import astronaut

import emogan
from emogan import UserError
from emogan.cli.command import run
from emogan.core.emotions import EMOTIONS
from emogan.core.files import as_json
from emogan.recognition.reading import packaged_reader
from emogan.training.callbacks import curves
from emogan.translating import known
from emogan.translating.known import Known, known_pairs
from emogan.translating.network import packaged_translator, translator_of, write_translator
from tests.training.waits import waits_in
from tests.translating.made import pairs

pytestmark = pytest.mark.usefixtures("log_handlers")
SMALL = (
    "model=translator", "data.root=pairs", "data.cache=cache", "batch_size=4", "model.generator.widths=[8,8]",
    "model.generator.style_dim=8", "model.generator.surface=[8,8]", "model.discriminator.width=2",
    "model.discriminator.widest=4", "module.real_from=4", "ema_images=8", "grid.faces=6", "grid.every=1", "epochs=2",
    "trainer.precision=32-true",
)  # fmt: skip
Train = Callable[..., Path]


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs that need not be rendered: what is read of the folder ``pairs`` is made up."""
    monkeypatch.chdir(tmp_path)
    Path("pairs").mkdir()
    found = pairs(len(packaged_reader().actions), people=10)
    monkeypatch.setattr(known, "read_pairs", lambda *_: found)


@pytest.fixture
def train() -> Train:
    """Trains a tiny translator; gives the run's folder."""

    def trained(folder: str, *settings: str) -> Path:
        assert run("train", [*SMALL, f"run_dir={folder}", *settings]) == 0
        return Path(folder)

    return trained


def test_a_translator_leaves_what_every_run_leaves(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    folder = train("run")
    told = capsys.readouterr().out
    assert "9 people in 54 pictures under pairs, 1 more are kept aside" in told
    assert "Flow error" in told and "emogan translate photo.jpg emotion=raiva weights=run" in told
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["ended"] == "finished" and record["images"]["count"] == 54 and record["emotion"] == "todas"
    with (folder / "losses.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [row["epoch"] for row in rows] == ["1", "2"] and all(float(row["discriminator"]) > 0 for row in rows)
    assert {path.name for path in (folder / "samples").iterdir()} >= {"real.png", "epoch_000002.png"}
    assert "Discriminator" in (folder / "summary.txt").read_text(encoding="utf-8")
    changed = emogan.translate(astronaut(), emotion="raiva", weights=str(folder))["raiva"]
    assert changed.size == (512, 512)


def test_a_step_of_a_translator_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "READ_EVERY", 1e9)
    settings = [*SMALL, "run_dir=run", "epochs=1", "batch_size=3", "checkpoint.every_minutes=60"]
    waits = waits_in(lambda callbacks: emogan.train(*settings, callbacks=callbacks))
    assert waits == {(2, "tolist")}  # at the end of the epoch


def test_a_resumed_translator_is_the_one_that_went_through(train: Train) -> None:
    whole = load_file(train("whole") / "checkpoints" / "generator.safetensors")
    train("parts", "epochs=1")
    assert run("train", [*SMALL, "ckpt_path=parts/checkpoints/last.ckpt"]) == 0
    parts = load_file("parts/checkpoints/generator.safetensors")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_killed_run_is_its_checkpoint_and_another_starts_from_it(
    train: Train, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = train("run", "epochs=1")
    ended = translator_of(str(folder)).network.state_dict()
    (folder / "checkpoints" / "generator.safetensors").unlink()
    killed = translator_of(str(folder)).network.state_dict()
    assert all(torch.allclose(ended[name], killed[name], atol=2e-3) for name in ended)
    train("again", f"init_from={folder}", "epochs=1")
    assert f"Starting from {folder}: generator alone." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["emotion=raiva"], "emotion=raiva is not usable with model=translator: it learns the way between all six"),
        (["image_size=64"], "image_size=64 channels=1 is not usable with model=translator: pairs are read at 128"),
        (["data=faces", "~data.root"], "model=translator learns from rendered pairs, and nothing else does"),
        (["augment=diff"], "augment is not usable with model=translator, whose pairs vary already"),
        (["model.generator.widths=[7,8]"], "expected a list of 2 to 6 multiples of 8"),
        (["model.generator.actions=5"], "model.generator.actions=5 is not usable: expected 56"),
        (["evaluate_every=100"], "evaluate_every=100 is not usable with model=translator: leave it out"),
        (["samples_per_emotion=5"], "samples_per_emotion=5 is not usable with model=translator: leave it out"),
        (["init_from=packaged", "specialising.people=1"], "specialising is not usable with model=translator"),
        (["init_from=elsewhere"], "init_from=elsewhere does not exist"),
    ],
)
def test_what_does_not_go_together_is_told(settings: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = [one for one in SMALL if one != "data.cache=cache" or "data=faces" not in settings]
    kept = [one for one in kept if not (one.startswith("data.root") and "data=faces" in settings)]
    assert run("train", [*kept, "run_dir=run", *(one for one in settings if one != "~data.root")]) == 2
    assert says in capsys.readouterr().err and not Path("run/run.json").exists()


def test_pairs_go_with_a_translator_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", ["emotion=todas", "model=paper", "data=pairs", "data.root=pairs", "run_dir=run"]) == 2
    assert "give model=translator and data.root=FOLDER" in capsys.readouterr().err


def test_pairs_are_read_once_and_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    first = known_pairs(Path("pairs"), Path("cache"), 1)
    monkeypatch.setattr(known, "read_pairs", lambda *_: pytest.fail("read again"))
    again = known_pairs(Path("pairs"), Path("cache"), 1)
    assert torch.equal(first.pairs.images, again.pairs.images) and torch.equal(first.read, again.read)
    assert again.pairs.people == first.pairs.people
    assert len(again.taught()) == 9 and again.unseen().pairs.people == ["p9"]
    assert first.read.shape == (10, len(EMOTIONS), 56) and isinstance(first, Known)
    (file,) = Path("cache").iterdir()
    content = bytearray(file.read_bytes())
    content[-9] ^= 1
    file.write_bytes(content)
    monkeypatch.setattr(known, "read_pairs", lambda *_: first.pairs)
    assert torch.equal(known_pairs(Path("pairs"), Path("cache"), 1).read, first.read)  # a torn file is read anew


def test_other_weights_are_no_translator(tmp_path: Path) -> None:
    gan = Path(emogan.__file__).parent / "networks" / "packaged" / "generator.safetensors"
    with pytest.raises(UserError, match="holds no translator: expected packaged, or what emogan train model=transl"):
        translator_of(str(gan))
    Path("run.json").write_text(as_json({}), encoding="utf-8")
    by = packaged_translator()
    settings = {"_target_": "os.system", "command": "ls"}
    write_translator(by.network, settings, Path("mine.safetensors"))
    with pytest.raises(UserError, match=r"A network of os\.system is not loaded"):
        translator_of("mine.safetensors")
