import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from hydra import compose, initialize_config_dir

from emogan.config.compose import conf_dir, plain
from emogan.core.errors import UserError
from emogan.data.keeping import IN_MEMORY
from emogan.data.reals import real_faces
from emogan.data.registry import face_module, framing, reader


def settings(*overrides: str) -> dict[str, Any]:
    """The data of a run's record."""
    words = ["emotion=medo", "image_size=32", "run_dir=unused", "data.cache=null", *overrides]
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return json.loads(json.dumps(plain(compose("train", words))))["data"]  # type: ignore[no-any-return]


@pytest.fixture
def of_folder(drawn_faces: Path) -> dict[str, Any]:
    return settings("data=folder", "data.crop=square", f"data.root={drawn_faces}")


def test_what_a_record_describes_is_built(of_folder: dict[str, Any], drawn_faces: Path) -> None:
    assert len(reader(of_folder["read"])().faces) == 12
    assert framing(of_folder["framing"]).image_size == 32
    module = face_module(of_folder["module"], IN_MEMORY)
    assert module.images.shape == (2, 1, 32, 32) and module.centred is True
    packaged = settings()
    assert reader(packaged["read"])().faces[0].angle == "S"
    older = {name: value for name, value in of_folder["module"].items() if name != "people"}
    older["variations"] = {name: value for name, value in older["variations"].items() if name != "warp"}
    older["framing"] = {name: value for name, value in older["framing"].items() if name != "faces"} | {"crop": "face"}
    assert face_module(older, IN_MEMORY).people == "all"
    assert face_module(older, IN_MEMORY).framing == framing(of_folder["framing"])  # the square was called face


def test_only_faces_can_be_measured() -> None:
    with pytest.raises(UserError, match="no emotion of faces: only runs on databases of faces can be measured"):
        real_faces({"emotion": "fashion_mnist", "data": {}})


class Trap:
    """A file that is there once something of a record ran."""

    def __init__(self, folder: Path) -> None:
        self.sprung, evil = folder / "sprung", folder / "evil.pt"
        sprung = self.sprung

        class Evil:
            def __reduce__(self) -> Any:
                return Path.touch, (sprung,)

        torch.save(Evil(), evil)
        load = {"f": str(evil), "weights_only": False}
        self.calls: list[dict[str, Any]] = [
            {"_target_": "torch.load", **load},
            {"_target_": "emogan.data.datamodule.torch.load", **load},
            {"_target_": "emogan.data.index.os.system", "command": f"touch {sprung}"},
            {"_target_": "builtins.open", "file": str(sprung), "mode": "w"},
            {"_target_": "emogan.data.cache.save", "path": str(sprung)},
            {"_target_": "pathlib.Path.touch", "self": str(sprung)},
            {"_target_": "torch.save", "obj": 1, "f": str(sprung)},
            {"_target_": "logging.FileHandler", "filename": str(sprung)},
            {"_target_": "hydra.utils.call", "config": {"_target_": "torch.load", **load}},
        ]


PLACES = [
    *((part,) for part in ("read", "framing", "module")),
    *(("read", name) for name in ("root", "extra", "angle")),
    *(("framing", name) for name in ("image_size", "crop")),
    *(("module", name) for name in ("read", "framing", "variations", "people", "emotion", "seed", "extra")),
    *((*("module", "read"), "root"), ("module", "framing", "zoom"), ("module", "variations", "flip")),
]


@pytest.mark.parametrize("place", PLACES, ids=".".join)
@pytest.mark.parametrize("wrap", [lambda call: call, lambda call: [call], lambda call: {"a": [call]}])
def test_nothing_that_a_record_names_runs(
    of_folder: dict[str, Any], tmp_path: Path, place: tuple[str, ...], wrap: Any
) -> None:
    trap = Trap(tmp_path)
    for call in trap.calls:
        for words in ({}, {"_partial_": True}, {"_args_": [str(tmp_path / "evil.pt")]}):
            data = json.loads(json.dumps(of_folder))
            node = data
            for name in place[:-1]:
                node = node[name]
            node[place[-1]] = wrap(call | words)
            with pytest.raises(UserError) as told:
                reader(data["read"])()
                framing(data["framing"])
                face_module(data["module"], IN_MEMORY)
            assert "\n" not in str(told.value) and len(str(told.value)) < 700
            assert not trap.sprung.exists()


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        *(("read", {"root": value}) for value in (5, None, [], ["a"], True, "/dev/null", "a\0b", "x" * 5000)),
        *(("read", {"_target_": value}) for value in (None, 3, "emogan.data.folder", "read_folder", "")),
        *(("framing", {"image_size": value}) for value in ("a", None, -1, 1.5, [3])),
        *(("framing", {"crop": value}) for value in (7, None, "round", ["face"])),
        *(("framing", {name: "a"}) for name in ("zoom", "crop_above", "extra")),
        *(("module", {"samples_per_emotion": value}) for value in ("a", [1], True, 10**9, 1.5)),
        *(("module", {"emotion": value}) for value in (None, 3, [3], "../../x", "fashion_mnist")),
        *(("module", {name: None}) for name in ("read", "framing", "variations", "people")),
        *(("module", {name: 7}) for name in ("read", "framing", "variations", "people", "extra")),
        ("module", {"seed": "one", "samples_per_emotion": 2}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_settings_of_another_kind_are_told_in_a_sentence(
    of_folder: dict[str, Any], part: str, changed: dict[str, Any]
) -> None:
    of_folder[part] = of_folder[part] | changed
    with pytest.raises(UserError) as told:
        reader(of_folder["read"])()
        framing(of_folder["framing"])
        face_module(of_folder["module"], IN_MEMORY)
        assert "\n" not in str(told.value)


NOTHING: list[object] = [None, [], "text", 3]


def test_a_missing_part_is_told(of_folder: dict[str, Any]) -> None:
    for part in ("read", "framing", "variations", "batch_size"):
        module = {name: value for name, value in of_folder["module"].items() if name != part}
        with pytest.raises(UserError, match=r"are not read|cannot be used"):
            face_module(module, IN_MEMORY)
    for nothing in NOTHING:
        with pytest.raises(UserError, match="are not read"):
            reader(nothing)


def test_images_that_moved_are_read_where_they_are_now(
    of_folder: dict[str, Any], drawn_faces: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn_faces, tmp_path / "moved")
    here, there = (
        face_module(of_folder["module"], IN_MEMORY),
        face_module(of_folder["module"], IN_MEMORY, str(tmp_path / "moved")),
    )
    assert here.digest == there.digest and there.faces[0].path.is_relative_to(tmp_path)
    with pytest.raises(UserError, match=r"data\.root=x does not go with a run on the packaged faces"):
        reader(settings()["read"], "x")
