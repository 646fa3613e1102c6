import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageSequence

import emogan
from emogan.core.images import GAP
from emogan.web.routes import person as module


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


def frames(content: bytes) -> np.ndarray:
    return np.stack([np.asarray(one.convert("L")) for one in ImageSequence.Iterator(Image.open(io.BytesIO(content)))])


def cells(strip: np.ndarray, side: int = 128) -> list[np.ndarray]:
    return [strip[:, left : left + side] for left in range(0, strip.shape[1], side + GAP)]


def test_one_person_is_shown_with_all_six_emotions(client: TestClient) -> None:
    answer = client.get("/api/person.png?seed=7&first=3&intensity=1.2&truncation=0.8")
    expected = emogan.load().faces("todas", n=1, seed=7, first=3, intensity=1.2, truncation=0.8)
    assert np.array_equal(pixels(answer.content), np.asarray(expected.grid(6)))
    two_rows = client.get("/api/person.png?seed=7&columns=3")
    assert pixels(two_rows.content).shape == (2 * 128 + GAP, 3 * 128 + 2 * GAP)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_film_of_two_stops_is_that_of_generate(client: TestClient, tmp_path: Path, kind: str) -> None:
    made = emogan.generate("emotion=neutro", to="raiva", n=1, seed=5, frames=9, fps=10, out=tmp_path / "made")
    answer = client.get(f"/api/film.{kind}?stops=neutral,anger&seed=5&frames=9&fps=10")
    assert answer.headers["content-type"] == f"image/{kind}"
    assert answer.headers["content-disposition"] == f'inline; filename="neutro_to_raiva_s5_0000.{kind}"'
    assert answer.content == (made.folder / f"neutro_to_raiva_s5_0000.{kind}").read_bytes()
    film = emogan.load().interpolate("neutro", "raiva", frames=9, seed=5)
    assert np.array_equal(frames(answer.content), film.pixels.squeeze(3))


def test_a_film_of_several_stops_has_each_leg_and_no_frame_twice(client: TestClient) -> None:
    found = frames(client.get("/api/film.webp?stops=neutro,felicidade,raiva&frames=6").content)
    first = emogan.load().interpolate("neutro", "felicidade", frames=6).pixels.squeeze(3)
    second = emogan.load().interpolate("felicidade", "raiva", frames=6).pixels.squeeze(3)
    assert np.array_equal(found, np.concatenate([first, second[1:]]))
    back = frames(client.get("/api/film.webp?stops=neutro,felicidade,raiva&frames=6&loop=true").content)
    assert len(back) == 15 and np.array_equal(back[:11], found)


def test_a_strip_has_every_stop(client: TestClient) -> None:
    answer = client.get("/api/strip.png?stops=neutro,raiva,medo&seed=3")
    shown = cells(pixels(answer.content))
    assert len(shown) == 7
    for place, emotion in ((0, "neutro"), (3, "raiva"), (6, "medo")):
        assert np.array_equal(shown[place], emogan.load().faces(emotion, n=1, seed=3).pixels[0].squeeze(2))
    back = cells(pixels(client.get("/api/strip.png?stops=neutro,raiva&seed=3&loop=true&frames=5").content))
    assert len(back) == 5 and np.array_equal(back[0], back[4]) and np.array_equal(back[2], shown[3])
    assert np.array_equal(pixels(client.get("/api/strip.png?stops=neutro,raiva&seed=3&frames=1").content), shown[0])


def test_an_mp4_needs_its_command(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ffmpeg", lambda: None)
    answer = client.get("/api/film.mp4?stops=neutro,raiva")
    assert answer.status_code == 400
    assert "for want of the command ffmpeg" in answer.json()["detail"]


def test_an_mp4_is_what_its_command_writes(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "ffmpeg"
    command.write_text('#!/bin/sh\nlast=; for last; do :; done\nwc -c | tr -d " \\n" > "${last#file:}"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert "Save as MP4" in client.get("/person").text
    answer = client.get("/api/film.mp4?stops=neutro,raiva&frames=3")
    assert (answer.headers["content-type"], answer.content) == ("video/mp4", str(3 * 128 * 128 * 3).encode())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "strip.png?stops=raiva",
            "stops='raiva' is no way: expected 2 to 8 emotions, such as neutro,felicidade,raiva.",
        ),
        ("strip.png?stops=" + ",".join(["raiva"] * 9), "expected 2 to 8 emotions"),
        ("strip.png?stops=", "is no way: expected 2 to 8"),
        ("strip.png", "is not usable: field required."),
        ("film.gif?stops=neutro,odio", "Unknown emotion 'odio': expected one of felicidade"),
        ("film.gif?stops=neutro,raiva&frames=1", "frames=1 is not usable: input should be greater than or equal to 2."),
        ("film.gif?stops=neutro,raiva&frames=97", "97 frames are too many: expected at most 96 in all"),
        ("film.gif?stops=neutro,raiva,medo&frames=50", "99 frames are too many"),
        ("film.gif?stops=neutro,raiva&frames=50&loop=1", "98 frames are too many"),
        ("film.gif?stops=neutro,raiva&frames=" + "9" * 4000, "frames=9999"),
        ("film.gif?stops=neutro,raiva&fps=0", "fps=0 is not usable"),
        ("film.gif?stops=neutro,raiva&fps=nan", "fps=nan is not usable"),
        ("film.gif?stops=neutro,raiva&fps=1e9", "fps=1e9 is not usable"),
        ("film.avi?stops=neutro,raiva", "kind=avi is not usable: input should be 'gif', 'webp' or 'mp4'."),
        ("strip.png?stops=neutro,raiva&frames=97", "97 frames are too many"),
        ("strip.png?stops=neutro,raiva&frames=0", "frames=0 is not usable"),
        ("strip.png?stops=neutro,raiva&weights=../..", "is no run here"),
        ("strip.png?stops=neutro,raiva&emotion=medo", "There is no parameter emotion"),
        ("person.png?emotion=medo", "There is no parameter emotion"),
        ("person.png?first=-1", "first=-1 is not usable"),
        ("person.png?columns=1e3", "columns=1e3 is not usable"),
    ],
)
def test_what_cannot_be_drawn_is_told(client: TestClient, address: str, told: str) -> None:
    answer = client.get(f"/api/{address}")
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
    assert len(answer.json()["detail"]) < 400


def test_the_page_has_a_face_for_each_emotion_and_a_way(client: TestClient) -> None:
    page = client.get("/person").text
    assert len(re.findall(r'<img data-picture data-address="/api/faces.png"', page)) == 6
    for address in re.findall(r'(?:src|href)="(/api/[^"]+)"', page):
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_page_opens_with_the_way_of_its_address(client: TestClient) -> None:
    page = client.get("/person?stop=raiva&stop=medo&stop=nonsense&stop=surpresa").text
    chosen = re.findall(r'<option value="(\w+)" selected>', page.split("<template")[0].split("data-stops")[1])
    assert chosen == ["raiva", "medo", "surpresa"]
    assert "nonsense" not in re.sub(r'name="back" value="[^"]*"', "", page)


def test_a_network_of_one_emotion_has_no_way(open_page: Callable[..., TestClient], tmp_path: Path) -> None:
    page = open_page(f"outputs={tmp_path}")
    sampler = page.app.state.site.networks.of(None)  # type: ignore[attr-defined]
    one = replace(sampler, trained=replace(sampler.trained, emotion="raiva"))
    page.app.state.site.networks.of = lambda _: one  # type: ignore[attr-defined]
    text = page.get("/person").text
    assert "This network knows Anger only" in text and "data-stops" not in text
    answer = page.get("/api/strip.png?stops=raiva,medo")
    assert "draws raiva only, not medo" in answer.json()["detail"]
    assert pixels(page.get("/api/person.png").content).shape == (128, 128)
