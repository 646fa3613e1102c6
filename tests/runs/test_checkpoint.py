import io
import logging
import os
import pickle
import random
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import emogan
from emogan.core.errors import DamagedFileError, UserError
from emogan.runs import checkpoint
from emogan.runs.checkpoint import read_checkpoint, sound_checkpoint, write_checkpoint
from emogan.runs.seal import SealedFile


def content(epoch: int = 4) -> dict[str, Any]:
    return {
        "epoch": epoch,
        "state_dict": {"weight": torch.arange(3000.0), "images_seen": torch.tensor(7), "empty": torch.zeros(0)},
        "hyper_parameters": {"settings": {"emotion": "raiva", "hidden": [1, 2]}},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(40, dtype=torch.bfloat16)}}}],
        "rng": {"cpu": torch.zeros(16, dtype=torch.uint8)},
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_checkpoint(content(), tmp_path / "last.ckpt")
    return tmp_path / "last.ckpt"


def repack(path: Path, index: bytes | None = None, method: int = zipfile.ZIP_STORED) -> None:
    """The same zip without its seal, with another index or packed otherwise."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", method) as new:
        for part in old.infolist():
            own = index is not None and part.filename.endswith("/data.pkl")
            new.writestr(part.filename, index if own and index is not None else old.read(part))


def test_what_is_written_comes_back_and_other_programs_read_it_too(path: Path) -> None:
    found = read_checkpoint(path)
    assert found.pop("emogan") == emogan.__version__
    assert found["epoch"] == 4 and found["hyper_parameters"] == content()["hyper_parameters"]
    for name, tensor in content()["state_dict"].items():
        assert torch.equal(found["state_dict"][name], tensor)
    assert torch.equal(found["optimizer_states"][0]["state"][0]["exp_avg"], torch.ones(40, dtype=torch.bfloat16))
    assert torch.load(path, weights_only=True)["epoch"] == 4
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None and archive.comment.startswith(b"emogan sha256 ")
    (path.parent / "new").touch()
    assert path.stat().st_mode == (path.parent / "new").stat().st_mode
    (path.parent / "new").unlink()
    assert [file.name for file in path.parent.iterdir()] == ["last.ckpt"]


def test_one_flipped_bit_anywhere_is_recognised(path: Path) -> None:
    whole, choose = path.read_bytes(), random.Random(1)
    ends = [*range(40), *range(len(whole) - 140, len(whole))]  # the first header; the end of the zip and the seal
    for place in [*ends, *(choose.randrange(len(whole)) for _ in range(200))]:
        torn = bytearray(whole)
        torn[place] ^= 1 << choose.randrange(8)
        path.write_bytes(torn)
        with pytest.raises(DamagedFileError, match=r"last\.ckpt is damaged .*: use another checkpoint of its run\."):
            read_checkpoint(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_torn_checkpoint_is_recognised(path: Path, share: float) -> None:
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(DamagedFileError, match=r"last\.ckpt is damaged"):
        read_checkpoint(path)


def test_checkpoints_of_before_there_was_a_seal_are_read_and_their_damage_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    torch.save(content(), path)
    assert read_checkpoint(path)["epoch"] == 4
    torn = bytearray(path.read_bytes())
    torn[torn.index(torch.arange(3000.0).numpy().tobytes()[400:500])] ^= 64
    path.write_bytes(torn)
    with pytest.raises(DamagedFileError, match=r"last\.ckpt is damaged \(in its part"):
        read_checkpoint(path)


def test_a_newer_version_says_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(emogan, "__version__", "7.3.1")
        write_checkpoint(content(), tmp_path / "last.ckpt")
    with pytest.raises(UserError, match=r"last\.ckpt was written by emogan 7\.3\.1, this is .*: update emogan"):
        read_checkpoint(tmp_path / "last.ckpt")


def test_the_one_before_becomes_previous_and_is_used_when_the_last_is_damaged(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert sound_checkpoint(path.parent) == path
    write_checkpoint(content(5), path)
    previous = path.with_name("previous.ckpt")
    assert (read_checkpoint(path)["epoch"], read_checkpoint(previous)["epoch"]) == (5, 4)
    assert sound_checkpoint(path.parent) == path and not caplog.records
    torn = bytearray(path.read_bytes())
    torn[len(torn) // 2] ^= 64
    path.write_bytes(torn)
    assert sound_checkpoint(path.parent) == previous
    assert caplog.records[0].levelno == logging.WARNING and f"{path} is damaged" in caplog.text
    previous.write_bytes(b"")
    assert sound_checkpoint(path.parent) is None
    assert sound_checkpoint(path.parent / "nowhere") is None


def test_killed_while_it_is_put_in_its_place_the_one_before_is_found(path: Path, monkeypatch: Any) -> None:
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    monkeypatch.setattr(Path, "hardlink_to", None)  # mounted drives have none
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(content(5), path)
    found = sound_checkpoint(path.parent)
    assert found == path.with_name("previous.ckpt") and read_checkpoint(found)["epoch"] == 4


def test_a_full_disk_is_an_error_of_the_disk_and_nothing_is_lost(path: Path, monkeypatch: Any) -> None:
    small = type("Small", (SealedFile,), {"_put": full})
    monkeypatch.setattr(checkpoint, "SealedFile", small)
    with pytest.raises(OSError, match="No space left"):
        write_checkpoint(content(5), path)
    assert read_checkpoint(path)["epoch"] == 4
    assert [file.name for file in path.parent.iterdir()] == ["last.ckpt"]


def full(self: Any, data: bytes) -> None:
    raise OSError(28, "No space left on device")


def named(function: Callable[..., Any], *arguments: Any) -> bytes:
    kind = type("Named", (), {"__reduce__": lambda self: (function, arguments)})
    return pickle.dumps({"epoch": kind()}, 2)


@pytest.mark.parametrize("index", [named(bytearray, 3_000_000_000), named(os.getcwd), named(torch.zeros, 10)])
def test_an_index_that_asks_for_more_than_tensors_is_not_opened(path: Path, index: bytes) -> None:
    repack(path, index)
    with pytest.raises(UserError, match=r"last\.ckpt names .*, and is not opened: expected RUN/checkpoints/last\.ckpt"):
        read_checkpoint(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    """4.9 MB grew to 3.3 GB; here a fiftieth of that, in a process whose memory is bounded."""
    repack(path, pickle.dumps({"epoch": 4}, 2) + bytes(60_000_000), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match=r"last\.ckpt is packed as no checkpoint of emogan is, and is not opened"):
        read_checkpoint(path)


def test_tensors_that_claim_to_be_larger_than_the_file_are_refused(path: Path) -> None:
    huge = content() | {"state_dict": {"weight": torch.zeros(1).expand(60_000, 60_000)}}
    write_checkpoint(huge, path)
    with pytest.raises(UserError, match="its tensors are larger than it"):
        read_checkpoint(path)


WRONG: dict[str, list[Any]] = {
    "epoch": ["abc", float("nan"), [1], None, True, -1],
    "state_dict": [None, [], {"x": 1}],
    "hyper_parameters": [None, [], {}, {"settings": []}, {"settings": {1: 2}}],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_checkpoint_of_another_make_is_told_in_a_sentence(path: Path, key: str, value: object) -> None:
    write_checkpoint(content() | {key: value}, path)
    what = "settings" if key == "hyper_parameters" else key
    with pytest.raises(UserError, match=rf"last\.ckpt is no checkpoint of emogan \(its {what} is none\)"):
        read_checkpoint(path)


@pytest.mark.parametrize("wrong", [b"", b"no zip", bytes(500), b"PK"])
def test_what_is_no_checkpoint_is_told_in_a_sentence(tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "last.ckpt").write_bytes(wrong)
    with pytest.raises(UserError, match=r"last\.ckpt (cannot be read as a checkpoint of emogan|is damaged)"):
        read_checkpoint(tmp_path / "last.ckpt")
    with pytest.raises(UserError, match="nowhere does not exist: expected RUN/checkpoints"):
        read_checkpoint(tmp_path / "nowhere")
    with pytest.raises(UserError, match="cannot be read"):
        read_checkpoint(tmp_path)


def test_a_process_killed_while_saving_leaves_a_sound_checkpoint(tmp_path: Path) -> None:
    code = (
        "import sys, torch, pathlib; from emogan.runs.checkpoint import write_checkpoint\n"
        "settings = {'settings': {}}\n"
        "for epoch in range(10**6):\n"
        "    state = {'w': torch.full((200_000,), float(epoch))}\n"
        "    content = {'epoch': epoch, 'state_dict': state, 'hyper_parameters': settings}\n"
        "    write_checkpoint(content, pathlib.Path(sys.argv[1], 'last.ckpt')); print(epoch, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout
    done = [int(child.stdout.readline()) for _ in range(20)][-1]
    child.kill()
    child.wait()
    found = sound_checkpoint(tmp_path)
    assert found
    loaded = read_checkpoint(found)
    assert loaded["epoch"] >= done and (loaded["state_dict"]["w"] == loaded["epoch"]).all()


def test_names_that_are_no_utf8_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Jos\xe9") / "last.ckpt"
    path.parent.mkdir()
    write_checkpoint(content(), path)
    assert torch.equal(read_checkpoint(path)["state_dict"]["weight"], torch.arange(3000.0))


def in_itself() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def doubled() -> list[Any]:
    """A thousand bytes that stand for 2^30 values."""
    value: list[Any] = [1]
    for _ in range(30):
        value = [value, value]
    return value


def with_more_than_items() -> "OrderedDict[str, Any]":
    value: OrderedDict[str, Any] = OrderedDict()
    value.more = torch.zeros(1).expand(1_000_000, 10_000_000)  # type: ignore[attr-defined]
    return value


HUGE = torch.zeros(1).expand(1_000_000, 10_000_000)
CRAFTED: list[tuple[dict[str, Any], str]] = [
    ({"optimizer_states": [{"state": {0: {"exp_avg": HUGE}}}]}, "its tensors are larger than it"),
    ({"loops": {(1, HUGE): 1}}, "its tensors are larger than it"),
    ({"callbacks": with_more_than_items()}, "its tensors are larger than it"),
    ({"optimizer_states": in_itself()}, "too deep"),
    ({"optimizer_states": doubled()}, "too many values"),
    ({"hyper_parameters": {"settings": {"data": in_itself()}}}, "too deep"),
    ({"hyper_parameters": {"settings": {"lr": torch.ones(2)}}}, "its settings hold a Tensor among plain values"),
    ({"hyper_parameters": {"settings": {"hidden": ["x" * 300_000] * 90_000}}}, "too many values"),
    ({"epoch": 10**600}, "a number that is too large"),
    ({"state_dict": {1: torch.zeros(1)}}, "its state_dict is none"),
]


@pytest.mark.parametrize(("parts", "told"), CRAFTED)
def test_small_files_that_ask_for_much_are_refused_in_a_sentence(path: Path, parts: dict[str, Any], told: str) -> None:
    write_checkpoint(content() | parts, path)
    with pytest.raises(UserError, match=rf"last\.ckpt is no checkpoint of emogan \({told}\): expected RUN/checkpoints"):
        read_checkpoint(path)
