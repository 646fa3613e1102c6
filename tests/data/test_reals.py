from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir

from emogan.config.compose import conf_dir, plain
from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.data.face_set import Faces, together
from emogan.data.faces import PACKAGED
from emogan.data.keeping import IN_MEMORY
from emogan.data.reals import real_faces
from tests.data.pictures import write_black, write_face


def settings(*overrides: str) -> dict[str, object]:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        return plain(compose("train", ["emotion=medo", "image_size=32", "run_dir=unused", *overrides]))


def test_a_kdef_tree_gives_the_same_faces_as_the_packaged_ones() -> None:
    """They are laid out alike: what learns from one works on the other unchanged."""
    packaged, digest, framing = real_faces(settings(), IN_MEMORY)
    kdef, same, _ = real_faces(settings("data=kdef", f"data.root={PACKAGED}"), IN_MEMORY)
    assert (len(packaged), framing.image_size) == (840, 32)
    assert torch.equal(packaged.images, kdef.images) and packaged.people == kdef.people
    assert digest == same
    assert [len(packaged.of(emotion)) for emotion in EMOTIONS] == [140] * 6
    assert int(packaged.held_out.sum()) == 240


def test_faces_can_be_chosen_and_put_together() -> None:
    faces = Faces(torch.arange(4).view(4, 1, 1, 1).to(torch.uint8), torch.tensor([0, 1, 1, 2]), ("a", "b", "c", "d"))
    chosen = faces[faces.emotions == 1]
    assert chosen.people == ("b", "c")
    whole = together([chosen, faces[torch.tensor([3, 0])]])
    assert whole.people == ("b", "c", "d", "a")
    assert whole.images.flatten().tolist() == [1, 2, 3, 0]


def test_where_nobody_is_told_apart_nobody_is_kept_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was: 80 images named by numbers gave 23 people kept aside."""
    for number in range(8):
        write_face(tmp_path / ("raiva", "medo")[number % 2] / f"{number}.png", number, (20, 24))
    monkeypatch.setattr("emogan.data.reals.decode_together", None)  # known before any work
    with pytest.raises(UserError) as error:
        real_faces(settings("data=folder", f"data.root={tmp_path}"), IN_MEMORY)
    assert str(error.value) == (
        f"Measures compare with people kept aside, but nothing says who the 8 images under {tmp_path} show: give a"
        " folder to each person, or name them with data=folder data.person=PATTERN (a regular expression whose group is"
        " the person), and train on that."
    )


def test_anonymous_faces_are_on_neither_side(tmp_path: Path) -> None:
    people = [f"p{number}" for number in range(10)]
    names = [f"{emotion}/_{who}_.png" for emotion in ("raiva", "medo") for who in people]
    others = [f"raiva/{number}.png" for number in range(12)]
    for seed, name in enumerate([*names, *others]):
        write_face(tmp_path / name, seed, (20, 24))
    faces, _, _ = real_faces(
        settings("data=folder", "data.crop=square", f"data.root={tmp_path}", r"data.person='_(p\d)_'"), IN_MEMORY
    )
    assert len(faces) == 32 and len(faces.anonymous) == 12
    assert faces.among("all").all()
    aside, rest = (faces[side] for side in (faces.held_out, faces.other_people))
    assert len(aside) + len(rest) == 20
    assert sorted({*aside.people} | {*rest.people}) == people and not {*aside.people} & {*rest.people}
    assert len(aside) and len(rest)


def test_a_kdef_tree_of_which_filters_leave_nothing(kdef: Path) -> None:
    with pytest.raises(UserError) as error:
        real_faces(settings("data=kdef", f"data.root={kdef}", "data.angle=FL"), IN_MEMORY)
    told = str(error.value)
    assert told.startswith(f"No face under {kdef} is left to measure with (")
    assert "its angle is not data.angle=FL" in told
    assert told.endswith("give another folder with data.root=FOLDER, or train with wider filters.")


def test_a_tree_of_which_no_image_is_usable(tmp_path: Path) -> None:
    for name in ("AF01ANS", "AF02ANS"):
        write_black(tmp_path / f"{name}.JPG")
    (tmp_path / "AF03ANS.JPG").write_text("text")
    with pytest.raises(UserError, match=r"is left to measure with \((2: black placeholder|1: second).*1: corrupt"):
        real_faces(settings("data=kdef", f"data.root={tmp_path}"), IN_MEMORY)


def test_all_faces_must_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emogan.core.machine.memory", lambda: 10**6)
    monkeypatch.setattr("emogan.data.reals.decode_together", None)
    with pytest.raises(
        UserError,
        match=r"^840 images with image_size=32 take 860 KB.*whatever samples_per_emotion is: train with a lower",
    ):
        real_faces(settings(), IN_MEMORY)
