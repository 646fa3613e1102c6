import json
import os
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import emogan
from emogan.core.errors import DamagedFileError, UserError
from emogan.runs.weights import KINDS, read_weights, write_weights

FACTS = {"emotion": "raiva", "images_seen": "7", "odd": 'a "sha256":"' + "f" * 64 + '" é'}


def tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    kinds = {str(kind): (torch.randn(3, 5, generator=generator) * 3).to(kind) for kind in KINDS}
    return {**kinds, "scalar": torch.tensor(3), "empty": torch.zeros(0, 4), "turned": torch.randn(4, 6).T}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(emogan, "__version__", "0.2.0")
    write_weights(tensors(), FACTS, tmp_path / "w.safetensors")
    return tmp_path / "w.safetensors"


def test_the_library_reads_what_is_written(tmp_path: Path) -> None:
    expected, path = tensors(), tmp_path / "w.safetensors"
    write_weights(expected, FACTS, path)
    for found in (load_file(path), read_weights(path).tensors):
        assert found.keys() == expected.keys()
        for name, tensor in found.items():
            assert tensor.dtype == expected[name].dtype and torch.equal(tensor, expected[name]), name
    with safe_open(path, "pt") as file:
        facts = file.metadata()
    assert facts == read_weights(path).facts and facts["emogan"] == emogan.__version__
    assert {name: facts[name] for name in FACTS} == FACTS
    (tmp_path / "new").touch()
    assert path.stat().st_mode == (tmp_path / "new").stat().st_mode  # colleagues may read it


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    """The library's own writer orders facts at random."""
    one = {"b": torch.ones(3), "a": torch.zeros(2).half()}, dict.fromkeys("qwertyuiop", "x")
    other = {"a": torch.zeros(2).half(), "b": torch.ones(3)}, dict.fromkeys("poiuytrewq", "x")
    for name, content in (("one", one), ("other", other)):
        write_weights(*content, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_one_flipped_byte_anywhere_is_recognised(path: Path) -> None:
    whole, choose = path.read_bytes(), random.Random(2)
    for place in [*range(20), *range(20, len(whole), 7)]:
        torn = bytearray(whole)
        torn[place] ^= choose.randrange(1, 256)
        path.write_bytes(torn)
        with pytest.raises(UserError, match=r"w\.safetensors (is damaged|cannot be read as weights)"):
            read_weights(path)


@given(st.data())
def test_a_torn_file_is_recognised(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("torn") / "w.safetensors"
    write_weights({"a": torch.ones(30)}, {}, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(UserError, match=r"w\.safetensors (is damaged|cannot be read as weights)"):
        read_weights(path)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, wrong: float) -> None:
    path = tmp_path / "w.safetensors"
    write_weights({"a": torch.ones(2), "b": torch.tensor([1, wrong]).half()}, {}, path)
    with pytest.raises(UserError, match=r"holds values that are no numbers \(in b\): its training went wrong"):
        read_weights(path)


def test_files_without_a_checksum_are_read_and_newer_ones_say_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.safetensors"
    save_file({"a": torch.ones(2)}, path, {"emogan": "0.1.0"})
    assert read_weights(path).facts == {"emogan": "0.1.0"}
    save_file({"a": torch.ones(2)}, path)
    assert not read_weights(path).facts
    with monkeypatch.context() as later:
        later.setattr(emogan, "__version__", "9.1.0")
        write_weights({"a": torch.ones(2)}, {}, path)
    with pytest.raises(UserError, match=r"was written by emogan 9\.1\.0, this is .*: update emogan"):
        read_weights(path)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    for content in (b"", b"\xff" * 100, b"\x10" + bytes(7) + b'{"a":1}         ', os.urandom(500)):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(UserError, match="x cannot be read as weights"):
            read_weights(tmp_path / "x")
    with pytest.raises(UserError, match="y does not exist: expected weights"):
        read_weights(tmp_path / "y")
    with pytest.raises(UserError, match="cannot be read as weights"):
        read_weights(tmp_path)
    header = json.dumps({"a": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}).encode()
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + b"\0")
    with pytest.raises(UserError, match="holds values of a kind that emogan does not know"):
        read_weights(tmp_path / "x")


def test_damage_is_a_kind_of_its_own(path: Path) -> None:
    torn = bytearray(path.read_bytes())
    torn[-20] ^= 1
    path.write_bytes(torn)
    with pytest.raises(DamagedFileError, match=r"w\.safetensors is damaged \(its checksum does not fit\)"):
        read_weights(path)


def test_names_that_are_no_utf8_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Jos\xe9.safetensors")
    write_weights({"one": torch.ones(3)}, FACTS, path)
    assert torch.equal(read_weights(path).tensors["one"], torch.ones(3))
