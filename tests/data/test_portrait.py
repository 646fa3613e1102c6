import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emogan.core.emotions import Emotion
from emogan.data.decode import Framing, Image8, decode
from emogan.data.folder import read_folder
from emogan.data.reading import UnusableImageError
from emogan.data.survey import irregular, left_out_files, portraits, reasons, survey
from emogan.finding.frames import anchors
from tests.finding.pictures import EYES_AND_MOUTH, astronaut, nothing, portrait


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def aligned(content: bytes, **changes: Any) -> Image8:
    return decode(content, Framing(**{"image_size": 128, "channels": 1, "crop": "align", "crop_above": 0.5, **changes}))


def unlike(one: Image8, other: Image8) -> float:
    """Mean absolute difference, of 255."""
    return float((one.pixels.float() - other.pixels.float()).abs().mean())


def reason_of(content: bytes, **changes: Any) -> tuple[str, str]:
    with pytest.raises(UnusableImageError) as error:
        aligned(content, **changes)
    return error.value.reason, error.value.detail


def test_the_face_is_cut_out() -> None:
    for channels in (1, 3):
        image = aligned(encoded(astronaut()), channels=channels)
        assert image.pixels.shape == (channels, 128, 128)
        assert (image.size, image.notes) == ((512, 512), ())
        assert image.face is not None
        assert np.abs(anchors(image.face.landmarks) - EYES_AND_MOUTH).max() < 6
    eyes, cheek = (image.pixels[0, y, 49].item() for y in (53, 70))
    assert eyes < cheek  # 0.3835 of 128 across, 0.4165 down


def test_turned_by_the_camera_or_by_hand_gives_the_same() -> None:
    straight = aligned(encoded(astronaut()))
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = astronaut().transpose(Image.Transpose.ROTATE_90)
    assert unlike(aligned(encoded(stored, exif=exif)), straight) == 0
    by_hand = astronaut().rotate(40, Image.Resampling.BICUBIC, fillcolor=(150, 150, 150))
    assert unlike(aligned(encoded(by_hand)), straight) < 10


def test_zoom_comes_nearer() -> None:
    content = encoded(astronaut())
    far, near = (aligned(content, zoom=zoom).pixels[0].float().numpy() for zoom in (1.0, 2.0))
    middle = Image.fromarray(far[32:96, 32:96]).resize((128, 128), Image.Resampling.BILINEAR)
    assert np.abs(np.asarray(middle) - near).mean() < 8


def test_a_large_picture_is_decoded_finer_where_its_face_is_small() -> None:
    """A face of 1,024 pixels in 50 megapixels: as fine as if it stood alone."""
    woman = astronaut().resize((2048, 2048), Image.Resampling.BICUBIC)
    canvas = Image.new("RGB", (8660, 5780), (120, 110, 100))
    canvas.paste(woman, (6000, 3000))
    alone = aligned(encoded(woman, "JPEG", quality=95), image_size=256)
    amid = aligned(encoded(canvas, "JPEG", quality=95), image_size=256)
    assert amid.size == (8660, 5780)
    assert amid.face is not None
    assert np.abs(anchors(amid.face.landmarks) - (EYES_AND_MOUTH * 4 + np.array([6000, 3000]))).max() < 24
    sharp = [float(np.abs(np.diff(one.pixels[0].float().numpy())).mean()) for one in (alone, amid)]
    assert sharp[1] > 0.85 * sharp[0]


def test_48_pixels() -> None:
    assert aligned(encoded(portrait().resize((48, 48), Image.Resampling.BOX)), image_size=48).size == (48, 48)


def test_no_face_and_several() -> None:
    for name in ("noise", "brick"):
        assert reason_of(encoded(nothing(name))) == ("no face", "none was found in it")
    assert reason_of(encoded(Image.new("L", (60, 60), 3)))[0] == "black placeholder"
    both = Image.new("RGB", (1024, 512))
    both.paste(astronaut(), (0, 0))
    both.paste(astronaut(), (512, 0))
    assert reason_of(encoded(both), faces="only")[0] == "several faces"
    assert aligned(encoded(both)).notes == ("several faces: the largest was taken",)


def test_a_survey_tells_what_was_found(tmp_path: Path) -> None:
    both = Image.new("RGB", (1024, 512))
    both.paste(astronaut(), (0, 0))
    both.paste(astronaut(), (512, 0))
    pictures = {"one": astronaut(), "two": both, "wall": nothing("wall")}
    (tmp_path / "raiva").mkdir()
    for name, picture in pictures.items():
        picture.save(tmp_path / "raiva" / f"{name}.png")
    index = read_folder(tmp_path)
    found = survey(index, Framing(32, 1, "align", 0.5))
    assert sorted(face.path.stem for face in found.used) == sorted(face.path.stem for face in found.found)
    assert portraits(found).rows == [["one face", 1], ["several faces: the largest was taken", 1]]
    assert reasons(found).rows == [["no face", 1]]
    assert ["raiva/two.png", "several faces: the largest was taken", "kept"] in irregular(found).rows
    assert left_out_files(found).rows == [
        ["raiva/wall.png", "no face", "none was found in it; data.crop=square takes images as they are"]
    ]
    assert {face.emotion for face in found.used} == {Emotion.RAIVA}
    strict = survey(index, Framing(32, 1, "align", 0.5, faces="only"))
    assert {row[0]: row[1] for row in reasons(strict).rows} == {"no face": 1, "several faces": 1}


def test_what_is_looked_for_is_part_of_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    how = Framing(32, 1, "align", 0.5)
    assert how.key != Framing(32, 1, "align", 0.5, faces="only").key
    assert "landmarker" not in Framing(32, 1, "square", 0.5).key
    before = how.key
    monkeypatch.setattr("emogan.data.decode.fingerprint", lambda: "another")
    assert how.key != before
