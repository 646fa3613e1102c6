import json
import logging
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig
from PIL import Image

from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.data import datamodule
from emogan.data.choose import in_turns
from emogan.data.datamodule import FaceDataModule
from emogan.data.decode import Framing, Image8, decode
from emogan.data.folder import read_folder
from emogan.data.index import digest_of
from emogan.data.kdef import read_kdef
from emogan.data.variations import AS_THEY_ARE, Variations
from emogan.training.build import check_networks
from emogan.training.loop import train
from tests.data.pictures import write_face
from tests.typed import typed

SMALL = (30, 40)
KNOWN = "f6bd9e2f263ea65ff9933005b2331904417cbe8ef16a453d1153889758844046"


def module(root: Path, emotion: str | None = "raiva", **changes: Any) -> FaceDataModule:
    """A data module on a KDEF tree, or with ``kind="folder"`` on a folder per emotion; 32 pixels, all images."""
    read: Any = partial(read_kdef, root, angle="S", sex=None, session=None, person=None, akdef=False)
    if changes.pop("kind", "kdef") == "folder":
        read = partial(read_folder, root)
    settings = {
        "framing": Framing(32, 1, "square", 0.57), "people": "all", "cache": None, "in_memory": 2, "on_disk": 50,
        "samples_per_emotion": None, "graded": True, "partners": False,
        "batch_size": 4, "variations": Variations(0.5, 5, "border", 0), "centred": True, "seed": 1,
    }  # fmt: skip
    return FaceDataModule(read=read, emotion=emotion, **{**settings, **changes})


def test_the_frontal_faces_of_one_emotion_without_the_broken_ones(kdef: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        data = module(kdef)
        data.setup()
    assert [face.path.name for face in data.faces] == ["AF01ANS.JPG", "AM01ANS.JPG", "BF01ANS.JPG", "BM01ANS.JPG"]
    assert data.images.shape == (4, 1, 32, 32)
    assert data.images.dtype == torch.uint8
    said = [record.getMessage() for record in caplog.records]
    assert f"Left out {kdef}/KDEF/AF02/AF02ANS.JPG: corrupt: image file is truncated" in "\n".join(said)
    assert f"Left out {kdef}/KDEF/BF02/BF02ANS.JPG: black placeholder: its mean is 3.0 of 255." in said
    assert f"{kdef}/KDEF/AF31/AF31V.JPG: misnamed: read as AF31SAHL." in said
    assert f"4 images of raiva from 2 people under {kdef}." in said
    assert {"Left out 1: corrupt.", "Left out 1: black placeholder.", "Left out 3: averaged face of AKDEF"
            " (data.akdef=true uses these)."} <= set(said)  # fmt: skip


def test_all_six_emotions_with_as_many_images_of_each(six_emotions: Path) -> None:
    data = module(six_emotions, "todas", kind="folder", samples_per_emotion=7)
    data.setup()
    assert data.emotions.tolist() == [place for place in range(6) for _ in range(7)]
    assert [face.emotion for face in data.faces] == [emotion for emotion in Emotion for _ in range(7)]
    alone = module(six_emotions, "surpresa", kind="folder", samples_per_emotion=7)
    alone.setup()
    assert torch.equal(alone.images, data.images[28:35])
    assert alone.emotions.tolist() == [4] * 7
    assert data.digest != alone.digest
    batch = next(iter(data.train_dataloader()))
    assert batch.images.shape == (4, 1, 32, 32) and batch.emotions.shape == (4,)


def test_batches_know_the_emotion_of_every_image(six_emotions: Path) -> None:
    data = module(six_emotions, "todas", kind="folder", variations=AS_THEY_ARE)
    data.setup()
    of_image = {image.numpy().tobytes(): place.item() for image, place in zip(data.images, data.emotions, strict=True)}
    for batch in data.train_dataloader():
        for image, place in zip(batch.images, batch.emotions, strict=True):
            assert of_image[((image + 1) * 127.5).round().to(torch.uint8).numpy().tobytes()] == place.item()


def test_fear_meets_the_bomb_and_the_text_file(kdef: Path) -> None:
    data = module(kdef, "medo")
    data.setup()
    assert [face.path.name for face in data.faces] == ["AF01AFS.JPG", "AF02AFS.JPG", "AM01AFS.JPG"]
    faults = {item.path.name: str(item) for item in data.left_out if item.irregular}
    assert faults["BF02AFS.JPG"] == "too large: 1600000000 pixels, 178956970 are the most: save it smaller"
    assert faults["BM01AFS.JPG"] == "corrupt: cannot identify image file"


def test_what_was_left_out_does_not_count_other_emotions_filters(kdef: Path) -> None:
    data = module(kdef)
    data.setup()
    filtered = [item.path.name for item in data.left_out if item.reason.startswith("its angle")]
    assert filtered == ["AF01ANHL.JPG"]  # not the sad AF31V, not the surprised AM31H


@pytest.mark.parametrize("name", ["anger", "AN", "4", "Raiva"])
def test_any_name_of_the_emotion(kdef: Path, name: str) -> None:
    data = module(kdef, name)
    data.setup()
    assert len(data.faces) == 4


@pytest.mark.parametrize(("name", "message"), [("odio", "Unknown emotion 'odio'"), (None, "No emotion given")])
def test_no_such_emotion(kdef: Path, name: str | None, message: str) -> None:
    with pytest.raises(UserError, match=message):
        module(kdef, name).setup()


def test_a_corrupt_image_does_not_shrink_the_choice(tmp_path: Path) -> None:
    for person in range(6):
        write_face(tmp_path / "raiva" / f"p{person}" / "1.jpg", person, SMALL)
    data = module(tmp_path, kind="folder", samples_per_emotion=5)
    data.setup()
    (data.faces[0].path).write_bytes(b"damaged")
    again = module(tmp_path, kind="folder", samples_per_emotion=5)
    again.setup()
    assert len(again.faces) == 5
    assert data.faces[0] not in again.faces


def test_a_choice_is_spread_over_people_and_repeats(kdef: Path) -> None:
    choices = []
    for seed in (1, 1, 2, 3, 4, 5):
        data = module(kdef, samples_per_emotion=2, seed=seed)
        data.setup()
        assert {face.person for face in data.faces} == {"F01", "M01"}
        choices.append(tuple(face.path for face in data.faces))
    assert choices[0] == choices[1]
    assert len(set(choices)) > 1


def test_images_and_faces_belong_together(kdef: Path) -> None:
    everything, some = module(kdef), module(kdef, samples_per_emotion=3)
    everything.setup()
    some.setup()
    for face, image in zip(some.faces, some.images, strict=True):
        assert torch.equal(image, everything.images[everything.faces.index(face)])
    assert len({image.numpy().tobytes() for image in everything.images}) == 4


def test_the_digest_is_of_the_used_images_wherever_they_lie(kdef: Path, tmp_path: Path) -> None:
    def digest(root: Path, **changes: Any) -> str:
        data = module(root, **changes)
        data.setup()
        return data.digest

    shutil.copytree(kdef, tmp_path / "copy")
    original = digest(kdef)
    assert re.fullmatch("[0-9a-f]{64}", original)
    assert original == digest(tmp_path / "copy") == digest(kdef, cache=str(tmp_path / "cache"))
    assert original == digest(kdef, cache=str(tmp_path / "cache"))  # now from the cache
    assert digest(kdef, samples_per_emotion=3) != original
    write_face(tmp_path / "copy" / "KDEF" / "AF01" / "AF01HAS.JPG", 50)
    assert digest(tmp_path / "copy") == original  # of another emotion
    write_face(tmp_path / "copy" / "KDEF" / "AF01" / "AF01ANS.JPG", 51)
    assert digest(tmp_path / "copy") != original


def test_a_second_start_decodes_nothing(kdef: Path, private_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = module(kdef, cache="auto")
    first.setup()
    assert len(list(private_cache.glob("*.npz"))) == 1
    monkeypatch.setattr("emogan.data.decoded.decode", None)
    second = module(kdef, cache="auto")
    second.setup()
    assert torch.equal(first.images, second.images)
    assert (first.digest, first.left_out) == (second.digest, second.left_out)


def test_too_few_images(kdef: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        module(kdef, samples_per_emotion=12).setup()
    assert str(error.value) == (
        f"Only 4 usable images of raiva under {kdef}, expected at least 12: add images, lower samples_per_emotion, or"
        " leave it out (files there are, usable or not: 0 of felicidade, 5 of medo, 0 of neutro, 6 of raiva, 0 of"
        " surpresa, 0 of tristeza)."
    )
    write_face(tmp_path / "raiva" / "1.jpg", 1, SMALL)
    with pytest.raises(UserError, match=r"Only 1 usable images of raiva under .* expected at least 2: add images"):
        module(tmp_path, kind="folder").setup()


def test_unreadable_files_are_named_and_skipped(as_nobody: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(4):
        write_face(as_nobody / "raiva" / f"{number}.jpg", number, SMALL)
    (as_nobody / "raiva" / "0.jpg").chmod(0)
    (as_nobody / "raiva" / "lost.jpg").symlink_to(as_nobody / "nowhere.jpg")
    (as_nobody / "raiva" / "folder.jpg").mkdir()
    data = module(as_nobody, kind="folder")
    data.setup()
    assert [face.path.name for face in data.faces] == ["1.jpg", "2.jpg", "3.jpg"]
    assert f"Left out {as_nobody}/raiva/0.jpg: cannot be read: Permission denied." in caplog.text
    assert f"Left out {as_nobody}/raiva/lost.jpg: cannot be read: No such file or directory." in caplog.text


def test_batches_cover_the_images_and_real_ones_are_as_they_are(kdef: Path) -> None:
    data = module(kdef, batch_size=2)
    data.setup()
    batches = [batch.images for batch in data.train_dataloader()]
    assert [batch.shape for batch in batches] == [(2, 1, 32, 32)] * 2
    assert all(-1 <= batch.min() < 0 < batch.max() <= 1 for batch in batches)
    assert torch.equal(data.real_batch(3).images, data.images[:3].float() / 255 * 2 - 1)
    assert len(data.real_batch(99).images) == 4
    images = data.images
    data.setup("fit")
    assert data.images is images


def test_the_loader_leaves_the_global_random_stream_alone(kdef: Path) -> None:
    data = module(kdef)
    data.setup()
    before = torch.get_rng_state()
    list(data.train_dataloader())
    assert torch.equal(before, torch.get_rng_state())


def test_training_on_kdef_from_the_command_line(kdef: Path, tmp_path: Path, private_cache: Path) -> None:
    done = typed(
        "train", "emotion=medo", "data=kdef", f"data.root={kdef}", "epochs=1",
        "model=paper", "image_size=32", "latent_dim=8",
        "model.generator.hidden=[32,16,48]", "model.discriminator.hidden=[48,32,16]",
        "evaluate_every=null", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"3 images of medo from 3 people under {kdef}." in done.stdout
    assert f"{kdef}/KDEF/BF02/BF02AFS.JPG: too large:" in done.stdout
    assert len(list(private_cache.glob("*.npz"))) == 1


def test_defaults_of_every_database_stand_in_conf() -> None:
    """The data modules have none of their own, so that conf/ is the one place."""
    assert datamodule.FaceDataModule.__init__.__defaults__ is None
    assert datamodule.ImageDataModule.__init__.__defaults__ is None


def test_a_list_of_emotions_is_one_set(six_emotions: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        data = module(six_emotions, ["anger", "medo"], kind="folder", samples_per_emotion=5)  # type: ignore[arg-type]
        data.setup()
    assert data.emotions.tolist() == [1] * 5 + [3] * 5
    assert "10 images of medo+raiva from" in caplog.text
    named = module(six_emotions, "medo+raiva", kind="folder", samples_per_emotion=5)
    named.setup()
    assert torch.equal(named.images, data.images) and named.digest == data.digest


def test_emotions_that_a_database_does_not_have(tmp_path: Path) -> None:
    for place, emotion in enumerate(("feliz", "raiva")):
        for number in range(3):
            write_face(tmp_path / emotion / f"{number}.jpg", 10 * place + number, SMALL)
    with pytest.raises(UserError) as error:
        module(tmp_path, "todas", kind="folder").setup()
    assert str(error.value) == (
        f"There are no images of medo, neutro, surpresa, tristeza under {tmp_path}, which emotion=todas needs: go on"
        " with those there are, emotion=[felicidade,raiva], or add images."
    )
    with pytest.raises(UserError, match=r"no images of medo under .* emotion=medo.raiva needs: go on .* emotion=raiva"):
        module(tmp_path, ["raiva", "medo"], kind="folder").setup()  # type: ignore[arg-type]
    data = module(tmp_path, ["felicidade", "raiva"], kind="folder")  # type: ignore[arg-type]
    data.setup()
    assert len(data.images) == 6


def test_twelve_of_many_decode_twelve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in range(40):
        write_face(tmp_path / "raiva" / f"p{person}" / "1.jpg", person, SMALL)
    everything = module(tmp_path, kind="folder")
    everything.setup()
    decoded: list[int] = []

    def count(content: bytes, framing: Framing) -> Image8:
        decoded.append(len(content))
        return decode(content, framing)

    monkeypatch.setattr("emogan.data.decoded.decode", count)
    for broken in (0, 3):
        for face in everything.faces[::7][:broken]:
            face.path.write_bytes(b"damaged")
        decoded.clear()
        data = module(tmp_path, kind="folder", samples_per_emotion=12, seed=3)
        data.setup()
        assert len(data.faces) == 12
        assert 12 <= len(decoded) <= 12 + broken
        if not broken:  # the choice that was made when all were decoded first
            assert data.faces == sorted(in_turns(everything.faces, 3)[:12], key=lambda face: face.path)


def test_notes_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(3):
        path = tmp_path / "raiva" / f"{number}.png"
        write_face(path, number, SMALL)
        with Image.open(path) as picture:
            picture.putalpha(90 + number)
            picture.save(path)
    with caplog.at_level(logging.INFO):
        module(tmp_path, kind="folder").setup()
    assert "3 of raiva: transparent, laid over white." in caplog.messages
    assert any(message.startswith("Nothing says who is shown") for message in caplog.messages)


def test_names_that_are_no_utf8(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = os.fsencode(tmp_path) + b"/express\xe3o/raiva/"
    os.makedirs(folder)  # noqa: PTH103
    for number in range(3):
        whole = write_face(tmp_path / "x.jpg", number, SMALL)
        whole.rename(os.fsdecode(folder + b"Jos\xe9 %d.jpg" % number))
    Path(os.fsdecode(folder + b"l\xedxo.jpg")).write_bytes(b"torn")
    with caplog.at_level(logging.INFO):
        data = module(tmp_path, kind="folder", cache=str(tmp_path / "cache"))
        data.setup()
        again = module(tmp_path, kind="folder", cache=str(tmp_path / "cache"))
        again.setup()
    assert len(data.faces) == 3
    assert data.digest == again.digest
    "\n".join(caplog.messages).encode("utf-8")
    assert any("express\\xe3o/raiva/l\\xedxo.jpg: corrupt" in message for message in caplog.messages)


def test_digests_are_what_they_were() -> None:
    """Written down at the commit before names were taken as bytes."""
    files = [("raiva/avó 1.jpg", "00" * 32), ("medo/b.png", "ff" * 32)]
    assert digest_of(files) == KNOWN


@pytest.mark.parametrize("asked", ["[raiva,medo]", "medo+raiva"])
def test_one_network_learns_the_emotions_there_are(asked: str, style_config: Callable[..., DictConfig]) -> None:
    folder = train(style_config(f"emotion={asked}", "epochs=1")).folder
    record = json.loads((folder / "run.json").read_text())
    assert record["emotion"] == "medo+raiva"
    assert emotions.chosen(record["emotion"]) == (Emotion.MEDO, Emotion.RAIVA)


def test_the_paper_s_networks_know_one_emotion(train_config: Callable[..., DictConfig]) -> None:
    with pytest.raises(UserError, match=r"emotion=medo\+raiva needs a conditional network, which"):
        check_networks(train_config("emotion=[raiva,medo]"))


def test_images_that_do_not_fit_into_memory_are_refused_before_they_are_decoded(
    six_emotions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emogan.core.machine.memory", lambda: 2 * 42 * 32 * 32)
    module(six_emotions, "todas", kind="folder", samples_per_emotion=7).setup()
    monkeypatch.setattr("emogan.data.datamodule.decode_together", None)
    with pytest.raises(UserError) as error:
        module(six_emotions, "todas", kind="folder").setup()
    assert str(error.value) == (
        "240 images with image_size=32 take 246 KB, and this machine has 86.0 KB of memory, of which they may take"
        " half: give a lower image_size, or fewer images with samples_per_emotion=NUMBER, or keep them on disk with"
        " data.cache=FOLDER."
    )
