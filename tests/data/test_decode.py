import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import TypeAdapter, ValidationError

from emogan.config.data import Zoom
from emogan.config.networks import ImageSize
from emogan.core.errors import UserError
from emogan.data.decode import MOST_ZOOM, SIZES, Framing, decode, square
from emogan.data.reading import UnusableImageError, read_bytes
from tests.data.pictures import drawn_face, write_bomb

FACE = Framing(image_size=128, channels=1, crop="square", crop_above=0.57)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def framing(**changes: Any) -> Framing:
    return Framing(**{"image_size": 128, "channels": 1, "crop": "square", "crop_above": 0.5, **changes})


@pytest.mark.parametrize("size", [32, 100, 256])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("crop", ["square", "paper"])
def test_size_channels_and_the_files_own_size(size: int, channels: int, crop: str) -> None:
    image, own, notes, _ = decode(
        encoded(drawn_face(1), "JPEG", quality=95), framing(image_size=size, channels=channels, crop=crop)
    )
    assert image.shape == (channels, size, size)
    assert image.dtype == torch.uint8
    assert own == (562, 762)
    assert notes == ()


def ring() -> Image.Image:
    """A white picture of KDEF's size with a black disc of 300 pixels across in its middle."""
    y, x = np.mgrid[:762, :562]
    return Image.fromarray(np.where(np.hypot(x - 281, y - 381) < 150, 0, 255).astype(np.uint8))


def test_square_keeps_a_circle_round_and_paper_squashes_it() -> None:
    extents = {}
    for crop in ("square", "paper"):
        dark = decode(encoded(ring()), framing(crop=crop, image_size=200))[0][0] < 128
        extents[crop] = (int(dark.any(0).sum()), int(dark.any(1).sum()))
    assert extents["square"] == pytest.approx((300 * 200 / 562,) * 2, abs=2)
    assert extents["paper"] == pytest.approx((300 * 200 / 562, 300 * 200 / 762), abs=2)


def test_zoom_shows_the_middle_larger() -> None:
    near, far = (decode(encoded(ring()), framing(zoom=zoom, image_size=200))[0][0] < 128 for zoom in (1.5, 1.0))
    assert int(near.any(0).sum()) == pytest.approx(1.5 * int(far.any(0).sum()), abs=3)
    assert int(near.any(1).sum()) == pytest.approx(int(near.any(0).sum()), abs=2)


def test_crop_above_moves_the_square() -> None:
    ramp = Image.fromarray(np.repeat(np.linspace(20, 250, 200, dtype=np.uint8)[:, None], 100, axis=1))
    first_rows = [int(decode(encoded(ramp), framing(crop_above=above, image_size=100))[0][0, 0, 0]) for above in (0, 1)]
    assert first_rows[0] == 20
    assert first_rows[1] == pytest.approx((20 + 250) / 2, abs=2)


@given(width=st.integers(1, 2000), height=st.integers(1, 2000), above=st.floats(0, 1), zoom=st.floats(1, 10))
def test_the_square_lies_inside(width: int, height: int, above: float, zoom: float) -> None:
    left, top, right, bottom = square(width, height, above, zoom)
    side = right - left
    assert side == bottom - top
    assert side == max(1, round(min(width, height) / zoom))
    assert side == min(width, height) or zoom > 1
    assert min(left, top) >= 0
    assert right <= width
    assert bottom <= height
    assert abs(left - (width - right)) <= 1


def test_fast_jpeg_decoding_changes_nothing_to_see() -> None:
    picture = drawn_face(3)
    fast = decode(encoded(picture, "JPEG", quality=95), framing(image_size=64))[0].float()
    slow = decode(encoded(picture), framing(image_size=64))[0].float()
    assert (fast - slow).abs().mean() < 1.5


def test_other_kinds_of_images_and_turned_cameras() -> None:
    picture = drawn_face(4, (100, 100))
    plain = decode(encoded(picture), framing(image_size=50))[0].float()
    for other in (picture.quantize(), picture.convert("RGBA"), picture.convert("L")):
        assert (decode(encoded(other), framing(image_size=50))[0].float() - plain).abs().mean() < 6
    assert (decode(encoded(picture.convert("CMYK"), "TIFF"), framing(image_size=50))[0] - plain).abs().mean() < 6
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    turned = encoded(picture.rotate(90), exif=exif)
    assert torch.equal(decode(turned, framing(image_size=50))[0].float(), plain)


def reason_of(content: bytes) -> tuple[str, str]:
    with pytest.raises(UnusableImageError) as error:
        decode(content, FACE)
    return error.value.reason, error.value.detail


def test_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    whole = encoded(drawn_face(1), "JPEG")
    write_bomb(tmp_path / "bomb.jpg")
    reason, detail = reason_of((tmp_path / "bomb.jpg").read_bytes())
    assert reason == "too large"
    assert "1600000000 pixels" in detail
    assert reason_of(whole[: len(whole) // 2])[0] == "corrupt"
    assert "truncated" in reason_of(whole[: len(whole) // 2])[1]
    assert reason_of(b"This is no picture.") == ("corrupt", "cannot identify image file")
    assert reason_of(b"") == ("corrupt", "cannot identify image file")
    assert reason_of(encoded(Image.new("RGB", (562, 762), (2, 0, 3)))) == (
        "black placeholder", "its mean is 1.0 of 255",
    )  # fmt: skip


def test_a_resolution_that_is_a_text_is_no_corruption() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x011A] = 6, 72.0  # the camera on its side, and a resolution: a fraction (type 5)
    rational, text = b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x02"
    content = encoded(drawn_face(1, (30, 40)), "JPEG", exif=exif.tobytes(), dpi=(72, 72))
    assert rational in content
    assert torch.equal(decode(content.replace(rational, text), FACE).pixels, decode(content, FACE).pixels)


def test_a_dark_face_is_no_placeholder() -> None:
    assert decode(encoded(Image.new("L", (562, 762), 10)), FACE)[0].float().mean() == 10


def test_files_that_cannot_be_read(tmp_path: Path, as_nobody: Path) -> None:
    (as_nobody / "dangling.jpg").symlink_to(as_nobody / "nowhere")
    secret = as_nobody / "secret.jpg"
    secret.write_bytes(b"x")
    secret.chmod(0)
    for path, detail in (
        (as_nobody / "dangling.jpg", "No such file or directory"),
        (as_nobody, "Is a directory"),
        (secret, "Permission denied"),
    ):
        with pytest.raises(UnusableImageError) as error:
            read_bytes(path)
        assert (error.value.reason, error.value.detail) == ("cannot be read", detail)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow wonders about the damage
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_damage_anywhere_gives_an_image_or_the_one_error(kind: str, data: st.DataObject) -> None:
    content = bytearray(encoded(drawn_face(5, (30, 40)), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    try:
        image = decode(bytes(content), framing(image_size=32)).pixels
    except UnusableImageError:
        return
    assert image.shape == (1, 32, 32)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"image_size": 0},
            "image_size=0 is not usable: expected a whole number from 4 to 4,096, such as 128; change it",
        ),
        ({"image_size": 25_000}, "image_size=25000 is not usable: expected a whole number from 4 to 4,096,"),
        ({"zoom": math.inf}, "data.zoom=inf is not usable: expected a number from 1 to 100;"),
        ({"channels": 2}, "channels=2 is not usable: expected 1 for greyscale or 3 for RGB;"),
        ({"crop": "oval"}, "data.crop=oval is not usable: expected one of align, square, paper;"),
        ({"crop_above": 1.5}, "data.crop_above=1.5 is not usable: expected a number from 0 to 1;"),
        ({"zoom": 0.5}, "data.zoom=0.5 is not usable: expected a number from 1 to 100;"),
        ({"zoom": 2.0, "crop": "paper"}, "data.zoom=2.0 is not usable: expected 1 with data.crop=paper,"),
    ],
)
def test_a_framing_that_cannot_be(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        framing(**changes)
    assert str(error.value).startswith(message)


def test_the_bounds_are_those_of_the_settings() -> None:
    """A record reaches this without the check of settings."""
    sizes, zooms = TypeAdapter(ImageSize), TypeAdapter(Zoom)
    for size in SIZES:
        assert sizes.validate_python(size) == framing(image_size=size).image_size
    for size in (SIZES[0] - 1, SIZES[1] + 1):
        with pytest.raises(ValidationError):
            sizes.validate_python(size)
        with pytest.raises(UserError):
            framing(image_size=size)
    assert zooms.validate_python(MOST_ZOOM) == framing(zoom=MOST_ZOOM).zoom
    with pytest.raises(ValidationError):
        zooms.validate_python(MOST_ZOOM + 1)


def test_too_little_memory_for_the_last_step_is_told_of_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def resize(*_: object) -> None:
        raise MemoryError

    content = encoded(drawn_face(1))
    monkeypatch.setattr(Image.Image, "resize", resize)
    with pytest.raises(UnusableImageError, match="too large: there is not enough memory to decode it"):
        decode(content, framing())


def over(ground: int) -> tuple[np.ndarray[Any, Any], bytes]:
    """Noise under a cut-out disc, and the PNG of it; the picture as it lies over a ground."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:64, :64]
    seen = np.hypot(x - 32, y - 32) < 20
    grey = np.where(seen, 120, rng.integers(0, 256, (64, 64))).astype(np.uint8)
    alpha = np.where(seen, 255, 0).astype(np.uint8)
    picture = Image.fromarray(np.dstack([grey, grey, grey, alpha]))
    return np.where(seen, 120, ground), encoded(picture)


@pytest.mark.parametrize("kind", ["RGBA", "LA", "TIFF", "WEBP", "palette"])
def test_transparency_is_laid_over_white_and_told(kind: str) -> None:
    expected, content = over(255)
    picture = Image.open(io.BytesIO(content))
    if kind == "LA":
        content = encoded(picture.convert("LA"))
    elif kind == "palette":
        content = encoded(picture.quantize(64))
    elif kind != "RGBA":
        content = encoded(picture, kind, **({"lossless": True} if kind == "WEBP" else {}))
    for channels in (1, 3):
        image = decode(content, framing(image_size=64, channels=channels))
        assert image.notes == ("transparent, laid over white",)
        assert (image.pixels.float() - torch.from_numpy(expected)).abs().mean() < 2
    assert decode(encoded(picture.convert("RGB").convert("RGBA")), framing()).notes == ()  # opaque


def test_an_image_that_is_transparent_everywhere_is_no_face() -> None:
    rng = np.random.default_rng(0)
    picture = np.dstack([rng.integers(0, 256, (30, 30, 3)), np.full((30, 30), 3)]).astype(np.uint8)
    assert reason_of(encoded(Image.fromarray(picture))) == ("nothing to see", "it is transparent everywhere")


def test_grey_of_16_bits_is_scaled_and_told() -> None:
    ramp = np.linspace(0, 1, 50 * 50).reshape(50, 50)
    for bits, most in ((16, 65535), (12, 4095), (10, 1023)):
        for kind in ("PNG", "TIFF"):
            values = np.rint(ramp * most).astype(np.uint16)
            image = decode(encoded(Image.fromarray(values), kind), framing(image_size=50))
            assert image.notes == (f"its {bits} bits scaled to 8",)
            assert (
                image.pixels[0].float() - torch.from_numpy(ramp * 255)
            ).abs().max() <= 0.63  # half a step of 8 and of 10 bits
    eight = decode(encoded(Image.fromarray(np.rint(ramp * 255).astype(np.uint16))), framing(image_size=50))
    assert eight.notes == ()
    assert (eight.pixels[0].float() - torch.from_numpy(ramp * 255)).abs().max() <= 0.51
    whole = Image.fromarray(np.rint(ramp * 65535).astype(np.int32))
    assert decode(encoded(whole, "TIFF"), framing()).notes == ("its 16 bits scaled to 8",)


def test_floating_point_with_and_without_a_clear_range() -> None:
    ramp = np.linspace(0, 1, 50 * 50, dtype=np.float32).reshape(50, 50)
    image = decode(encoded(Image.fromarray(ramp), "TIFF"), framing(image_size=50))
    assert image.notes == ("its values from 0 to 1 scaled to 8 bits",)
    assert (image.pixels[0].float() - torch.from_numpy(ramp * 255)).abs().max() <= 0.51
    for wrong, detail in (
        (ramp - 0.5, "from -0.5 to 0.5: save it with 8 or 16 bits a channel"),
        (ramp * 1e6, "from 0 to 1e+06: save it with 8 or 16 bits a channel"),
        (np.where(ramp > 0.5, np.nan, ramp).astype(np.float32), "some are no numbers: save it with 8 bits a channel"),
    ):
        assert reason_of(encoded(Image.fromarray(wrong), "TIFF")) == ("values of no known range", detail)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "MPO", "AVIF"])
def test_the_first_of_several_images_is_used_and_told(kind: str) -> None:
    first, second = drawn_face(1, (40, 40)), drawn_face(2, (40, 40))
    content = encoded(first, kind, save_all=True, append_images=[second])
    image = decode(content, framing(image_size=40))
    assert image.notes == ("the first of several images in its file",)
    assert (image.pixels.float() - decode(encoded(first), framing(image_size=40)).pixels.float()).abs().mean() < 6
    assert decode(encoded(first, kind), framing()).notes == ()


def test_a_turned_photograph_has_its_turned_size() -> None:
    exif = Image.Exif()
    for turn in range(1, 9):
        exif[0x0112] = turn
        for kind in ("JPEG", "PNG", "TIFF", "WEBP"):
            content = encoded(drawn_face(1, (40, 60)), kind, exif=exif)
            assert decode(content, FACE).size == ((60, 40) if turn > 4 else (40, 60)), (kind, turn)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_broken_exif_is_no_corruption(data: st.DataObject) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x011A], exif[0x010F] = 1, 72.0, "a camera"
    exif.get_ifd(0x8769)[0x9286] = b"a comment"
    block = exif.tobytes()
    content = encoded(drawn_face(1, (30, 40)), "JPEG", exif=block, dpi=(72, 72))
    start = content.index(block) + 6  # what says that it is EXIF stays
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 12))):
        broken[start + data.draw(st.integers(0, len(block) - 7))] = data.draw(st.integers(0, 255))
    image = decode(bytes(broken), framing(image_size=30))
    assert sorted(image.size) == [30, 40]


def test_large_pictures_are_shrunk_as_they_would_be_resized() -> None:
    """Bands, factors and turns of a picture above the limit, against Pillow's own way."""
    y, x = np.mgrid[:5000, :6000]
    values = (128 + 60 * np.sin(x / 700) + 60 * np.cos(y / 900)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(values)
    for changes in ({}, {"crop": "paper"}, {"crop_above": 1.0, "zoom": 2.0}):
        frame = framing(image_size=100, **changes)
        image = decode(encoded(picture, "PNG", compress_level=1, exif=exif), frame)
        upright = picture.transpose(Image.Transpose.ROTATE_270)
        if frame.crop == "square":
            upright = upright.crop(square(upright.width, upright.height, frame.crop_above, frame.zoom))
        expected = np.asarray(upright.resize((100, 100), Image.Resampling.BILINEAR)).astype(float)
        assert image.size == (5000, 6000)
        assert np.abs(image.pixels[0].numpy() - expected).max() <= 2
