import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig

from emogan.config import compare
from emogan.config.check import checked
from emogan.core.errors import UserError
from emogan.runs.checkpoint import read_checkpoint, write_checkpoint
from emogan.runs.claim import NAME, claim
from emogan.runs.folder import RunFolder
from emogan.runs.record import Images
from emogan.training.loop import train
from emogan.training.resume import find_place
from emogan.training.saved import read_saved
from tests.test_train import assert_same

Compose = Callable[..., DictConfig]


@pytest.fixture(scope="module")
def stopped_once(drawn_config: Compose, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of 4 epochs that was killed when its second checkpoint had been written."""
    work = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        patch.setattr(
            "emogan.training.callbacks.interrupt.StopOnSignal.on_train_epoch_start", killed_at_epoch(2), raising=False
        )
        with pytest.raises(RuntimeError, match="pulled plug"):
            train(drawn_config("epochs=4", "run_dir=outputs/train/raiva/first", "checkpoint.share=1000"))
    return work


@pytest.fixture
def stopped(stopped_once: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """That run, for the test alone; ``outputs/`` is where it lies."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(stopped_once, tmp_path, dirs_exist_ok=True)
    return Path("outputs/train/raiva/first")


@pytest.fixture(scope="module")
def whole(drawn_config: Compose, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 4 epochs that was never stopped."""
    return train(drawn_config("epochs=4", f"run_dir={tmp_path_factory.mktemp('whole') / 'run'}")).folder


def killed_at_epoch(epoch: int) -> Callable[..., None]:
    def hook(self: object, trainer: object, module: object) -> None:
        if trainer.current_epoch == epoch:  # type: ignore[attr-defined]
            raise RuntimeError("pulled plug")

    return hook


def test_auto_goes_on_with_the_newest_unfinished_run(train_config: Compose, stopped: Path, whole: Path) -> None:
    ended = train(
        train_config("epochs=4", "resume=auto", "checkpoint.share=1000", "run_dir=outputs/train/raiva/second")
    )
    assert ended.folder == stopped
    assert not Path("outputs/train/raiva/second").exists()
    assert (stopped / "losses.csv").read_bytes() == (whole / "losses.csv").read_bytes()
    states = [torch.load(run / "checkpoints" / "last.ckpt", weights_only=True) for run in (whole, stopped)]
    assert_same(states[0]["state_dict"], states[1]["state_dict"])


def test_auto_starts_anew_when_nothing_fits(train_config: Compose, stopped: Path) -> None:
    other = train(train_config("epochs=4", "resume=auto", "lr=0.001", "run_dir=outputs/train/raiva/other"))
    assert other.folder == Path("outputs/train/raiva/other")
    train(train_config("epochs=4", "resume=auto", "run_dir=outputs/train/raiva/x"))  # finishes the stopped one
    again = train(train_config("epochs=4", "resume=auto", "run_dir=outputs/train/raiva/again"))
    assert again.folder == Path("outputs/train/raiva/again")


def test_other_settings_are_named_and_refused(train_config: Compose, stopped: Path) -> None:
    checkpoint = stopped / "checkpoints" / "last.ckpt"
    with pytest.raises(UserError) as error:
        train(train_config("epochs=4", f"ckpt_path={checkpoint}", "lr=0.001", "data.rotation=2"))
    assert "data.rotation (5 then, 2 now), lr (5e-05 then, 0.001 now)" in str(error.value)


def test_a_finished_run_goes_on_only_with_more_epochs(train_config: Compose, stopped: Path) -> None:
    checkpoint = stopped / "checkpoints" / "last.ckpt"
    train(train_config("epochs=4", f"ckpt_path={checkpoint}"))
    with pytest.raises(UserError, match="has done 4 epochs already"):
        train(train_config("epochs=4", f"ckpt_path={checkpoint}"))
    train(train_config("epochs=5", f"ckpt_path={checkpoint}"))
    assert (stopped / "losses.csv").read_text().splitlines()[-1].startswith("5,")


def test_a_checkpoint_that_is_not_there_lists_those_that_are(train_config: Compose, stopped: Path) -> None:
    with pytest.raises(UserError, match=r"lost.ckpt does not exist.*there: .*last.ckpt, .*previous.ckpt"):
        train(train_config(f"ckpt_path={stopped / 'checkpoints' / 'lost.ckpt'}"))


def torn(path: Path) -> None:
    os.truncate(path, 1000)


def flipped(path: Path) -> None:
    """One byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 64
    path.write_bytes(content)


def without_numbers(path: Path) -> None:
    """Adam's moments are NaN, under a checksum that fits."""
    changed(path, lambda content: content["optimizer_states"][0]["state"][0]["exp_avg"].fill_(float("nan")))


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = read_checkpoint(path)
    change(content)
    part = path.with_name("changed")
    write_checkpoint(content, part)
    part.replace(path)


@pytest.mark.parametrize("damage", [torn, flipped, without_numbers])
@pytest.mark.parametrize("how", ["ckpt_path", "auto"])
def test_the_checkpoint_before_a_damaged_one_is_used_by_itself(
    train_config: Compose, stopped: Path, whole: Path, caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None], how: str,
) -> None:  # fmt: skip
    run = RunFolder(stopped)
    damage(run.last)
    asked = [f"ckpt_path={run.last}"] if how == "ckpt_path" else ["resume=auto", "run_dir=outputs/other"]
    ended = train(train_config("epochs=4", *asked, "checkpoint.share=1000"))
    assert ended.folder == stopped and run.read_record().ended == "finished"
    assert str(run.last) in caplog.text and f"Going on from {run.previous} instead" in caplog.text
    assert (stopped / "losses.csv").read_bytes() == (whole / "losses.csv").read_bytes()


def test_where_both_are_damaged_it_is_a_sentence(train_config: Compose, stopped: Path) -> None:
    run = RunFolder(stopped)
    flipped(run.last)
    torn(run.previous)
    with pytest.raises(UserError, match=r"previous\.ckpt is damaged"):
        train(train_config("epochs=4", f"ckpt_path={run.last}"))
    anew = train(train_config("epochs=4", "resume=auto", "run_dir=outputs/other"))
    assert anew.folder == Path("outputs/other")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(epoch="abc"),
        lambda content: content["hyper_parameters"].update(settings=None),
        lambda content: content["hyper_parameters"].update(images=None),
        lambda content: content.pop("state_dict"),
        lambda content: content.pop("rng"),
        lambda content: content.pop("callbacks"),
        lambda content: content["loops"].clear(),
        lambda content: content["loops"]["fit_loop"].clear(),
        lambda content: content["optimizer_states"].pop(),
        lambda content: content["optimizer_states"][0].clear(),
        lambda content: content["position"].update(steps=-1),
        lambda content: content.update({"pytorch-lightning_version": None}),
        lambda content: content["state_dict"].update({"generator.x": torch.zeros(2)}),
        lambda content: content["optimizer_states"][0]["state"][0].update(exp_avg=torch.zeros(3)),
    ],
)
def test_a_checkpoint_of_another_make_is_a_sentence(
    train_config: Compose, stopped: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    run = RunFolder(stopped)
    changed(run.last, change)
    run.previous.unlink(missing_ok=True)
    with pytest.raises(UserError, match=r"last\.ckpt (is no checkpoint|cannot be gone on from|does not fit)"):
        train(train_config("epochs=4", f"ckpt_path={run.last}"))


def test_other_images_are_refused_and_moved_ones_found(
    train_config: Compose, stopped: Path, drawn_faces: Path, tmp_path: Path
) -> None:
    run = RunFolder(stopped)
    moved = tmp_path / "moved"
    shutil.copytree(drawn_faces, moved)
    removed = sorted((moved / "raiva").iterdir())[0]
    content = removed.read_bytes()
    removed.unlink()
    common = ["epochs=4", f"ckpt_path={run.last}", f"data.root={moved}"]
    with pytest.raises(UserError, match=r"with other images: 10 then, 9 now; put those of then back"):
        train(train_config(*common))
    shutil.copy(sorted((moved / "raiva").iterdir())[0], removed)
    with pytest.raises(UserError, match="with other images: 10 then, "):
        train(train_config(*common))
    removed.write_bytes(content)
    assert run.read_record().images == Images(10, read_saved(run.last).images.sha256)
    train(train_config(*common))
    assert run.read_record().ended == "finished" and run.read_record().setting("data.root") == str(moved)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"null", b"[[[[", b'{"emotion": 3}'])
def test_a_torn_record_stops_nobody_elses_resume(train_config: Compose, stopped: Path, content: bytes) -> None:
    other = Path("outputs/old")
    other.mkdir()
    (other / "run.json").write_bytes(content)
    assert train(train_config("epochs=4", "resume=auto", "run_dir=outputs/x")).folder == stopped


def test_a_living_run_is_left_alone(train_config: Compose, stopped: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with claim(stopped) or pytest.fail("nobody trains it"):
        with pytest.raises(UserError, match="is of a run that is being trained right now"):
            train(train_config("epochs=4", f"ckpt_path={stopped / 'checkpoints/last.ckpt'}"))
        with pytest.raises(UserError, match="is being trained into right now: choose another, or wait for its end"):
            train(train_config("epochs=4", f"run_dir={stopped}"))
        anew = train(train_config("epochs=4", "resume=auto", "run_dir=outputs/train/raiva/second"))
    assert anew.folder == Path("outputs/train/raiva/second")
    assert f"{stopped} is being trained right now: it is left alone" in caplog.text


def test_losses_that_are_damaged_are_told_before_training(
    train_config: Compose, stopped: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (stopped / "losses.csv").write_bytes(os.urandom(200))
    train(train_config("epochs=4", f"ckpt_path={stopped / 'checkpoints/last.ckpt'}"))
    assert "the rows of 2 of 2 epochs are lost" in caplog.text
    assert [row.split(",")[0] for row in (stopped / "losses.csv").read_text().splitlines()] == ["epoch", "3", "4"]


def test_a_run_folder_is_never_written_over(train_config: Compose, stopped: Path) -> None:
    with pytest.raises(UserError, match="holds a run already"):
        train(train_config(f"run_dir={stopped}"))


def test_differences_name_only_what_may_not_change() -> None:
    had = {"lr": 1, "epochs": 3, "data": {"flip": 0.5, "root": "a", "read": {"root": "a"}}, "grid": {"every": 1}}
    has = {"lr": 1, "epochs": 9, "data": {"flip": 0.1, "root": "b", "read": {"root": "b"}}, "grid": {"every": 2}}
    assert compare.differences(had, has) == {"data.flip": (0.5, 0.1)}


def test_a_resumed_run_has_no_generator_of_before(train_config: Compose, tmp_path: Path) -> None:
    folder = train(train_config("epochs=1")).folder
    generator = folder / "checkpoints" / "generator.safetensors"
    assert generator.is_file()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="killed"):
        patch.setattr("emogan.training.loop.Training.run", lambda _: (_ for _ in ()).throw(RuntimeError("killed")))
        train(train_config("epochs=2", f"ckpt_path={folder / 'checkpoints' / 'last.ckpt'}"))
    assert not generator.exists()


def in_itself(content: dict[str, Any]) -> None:
    content["optimizer_states"].append(content["optimizer_states"])


def settings_in_themselves(content: dict[str, Any]) -> None:
    settings = content["hyper_parameters"]["settings"]
    settings["data"]["more"] = settings


CRAFTED: list[Callable[[dict[str, Any]], object]] = [
    lambda content: content["optimizer_states"][0]["state"][0].update(exp_avg=torch.zeros(1).expand(10**6, 10**7)),
    in_itself,
    settings_in_themselves,
    lambda content: content["hyper_parameters"]["settings"].update(lr=torch.ones(2)),
    lambda content: content["state_dict"].update(images_seen=torch.ones(2)),
    lambda content: content["optimizer_states"][0].update(param_groups=torch.ones(2)),
]


def test_a_crafted_checkpoint_is_a_sentence_and_passed_over(
    train_config: Compose, stopped: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = RunFolder(stopped)
    whole, previous = run.last.read_bytes(), run.previous.read_bytes()
    for change in CRAFTED:
        run.last.write_bytes(whole)
        changed(run.last, change)
        run.previous.unlink()
        with pytest.raises(UserError, match=r"last\.ckpt (is no checkpoint|cannot be gone on from)"):
            find_place(checked("train", train_config("epochs=4", f"ckpt_path={run.last}")))
        run.previous.write_bytes(previous)
        place = find_place(checked("train", train_config("epochs=4", "resume=auto")))
        place.abandon()
        assert place.folder == stopped and f"Going on from {run.previous} instead" in caplog.text
        run.previous.write_bytes(previous)  # which became the last one
        caplog.clear()


def test_a_colleagues_run_does_not_stop_auto(
    train_config: Compose, stopped: Path, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = RunFolder(stopped.parent / "theirs")
    shutil.copytree(stopped, theirs.path)
    (theirs.path / NAME).unlink(missing_ok=True)
    (theirs.path / NAME).mkdir()
    os.utime(theirs.last, (2**32, 2**32))  # the newest
    assert train(train_config("epochs=4", "resume=auto")).folder == stopped
    assert f"{theirs.path} is left alone. The run folder {theirs.path} cannot be written" in caplog.text


def test_what_goes_on_elsewhere_than_its_checkpoint_is_refused(train_config: Compose, stopped: Path) -> None:
    last = RunFolder(stopped).last
    with pytest.raises(UserError, match=r"goes on in the folder of its run, .*first, not in run_dir=outputs/other: le"):
        train(train_config("epochs=4", f"ckpt_path={last}", "run_dir=outputs/other"))
    with pytest.raises(UserError, match=r"ckpt_path=.*last\.ckpt beside resume=auto: give one of them\."):
        train(train_config("epochs=4", f"ckpt_path={last}", "resume=auto"))
    assert not Path("outputs/other").exists()
    place = find_place(checked("train", train_config("epochs=4", f"ckpt_path={last}", f"run_dir={stopped.resolve()}")))
    place.abandon()
