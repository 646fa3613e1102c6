"""A photograph whose faces follow sliders, over HTTP and in a browser."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from emogan.core.emotions import EMOTIONS
from emogan.core.marking import COMPLETED, OTHER_FACE
from emogan.web import changing
from tests.test_complete import masked
from tests.web.browser import Watched, needs_axe, needs_chromium

Open = Callable[..., Watched]


def as_png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def address(client: TestClient) -> str:
    return f"/api/changes/{client.post('/api/changes/made').json()['id']}"


def pixels(client: TestClient, address: str) -> NDArray[np.int_]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"), int)


def test_the_faces_of_a_photograph_are_found_and_read(client: TestClient) -> None:
    answer = client.post("/api/changes", content=changing.MADE.read_bytes(), headers={"Content-Type": "image/jpeg"})
    told = answer.json()
    (face,) = told["faces"]
    left, top, right, bottom = face["box"]
    assert 0 < left < 0.5 < right < 1 and 0 < top < bottom < 1
    assert max(face["emotions"], key=face["emotions"].get) == "neutro" and set(face["emotions"]) == {
        one.value for one in EMOTIONS
    }
    assert client.get(f"/api/changes/{told['id']}").json() == told
    assert client.delete(f"/api/changes/{told['id']}").status_code == 204
    assert client.get(f"/api/changes/{told['id']}").status_code == 404


def test_the_picture_follows_what_is_asked_for(client: TestClient, address: str) -> None:
    rest = pixels(client, f"{address}/picture.png")
    whole = Image.open(changing.MADE).size
    assert rest.shape[1::-1] == whole
    half, full = (pixels(client, f"{address}/picture.png?surpresa={share}") for share in (0.5, 1))
    changed = [np.abs(one - rest).mean() for one in (half, full)]
    assert 0 < changed[0] < changed[1]
    assert (pixels(client, f"{address}/picture.png?surpresa=1&intensity=0.5") == half).all()
    open_, shut = (pixels(client, f"{address}/picture.png?jawOpen={value}") for value in (0.6, 0))
    assert (shut == rest).all() and (open_ != rest).any()
    assert pixels(client, f"{address}/preview.jpg?raiva=1").shape[1] <= changing.PREVIEW
    made = Image.open(io.BytesIO(client.get(f"{address}/picture.png?raiva=1").content))
    assert made.info["Description"] == OTHER_FACE


def test_six_at_once_a_film_and_the_faces_outlined(client: TestClient, address: str) -> None:
    six = pixels(client, f"{address}/six.png")
    assert six.shape[0] == changing.SHEET and six.shape[1] > 3 * six.shape[0]
    film = Image.open(io.BytesIO(client.get(f"{address}/film.gif?felicidade=1&frames=4").content))
    assert film.n_frames == 6 and OTHER_FACE in str(film.info["comment"])  # type: ignore[attr-defined]
    outlined = pixels(client, f"{address}/outlined.png")
    assert (np.abs(outlined - changing.LINE).sum(-1) == 0).any()


def test_a_cover_is_taken_away(client: TestClient) -> None:
    photo, _ = masked()
    begun = client.post("/api/changes", content=as_png(photo), headers={"Content-Type": "image/png"}).json()
    answer = client.get(f"/api/changes/{begun['id']}/completed.png")
    made = Image.open(io.BytesIO(answer.content))
    assert made.info["Description"] == COMPLETED and (np.asarray(made) != np.asarray(photo)).any()
    page = client.get(f"/photograph/change/{begun['id']}").text
    assert "completed.png?emotion=medo" in page
    other = pixels(client, f"/api/changes/{begun['id']}/completed.png?emotion=felicidade")
    assert (other != np.asarray(made.convert("RGB"))).any()


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("get", "/picture.png?raiva=2", 400, "raiva"),
        ("get", "/picture.png?anger=1", 400, "anger"),
        ("get", "/film.gif?frames=1000", 400, "1998 frames are too many"),
        ("get", "/completed.png", 400, "Nothing was found that covers a face"),
        ("get", "/completed.png?emotion=xyz", 400, "xyz"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    client: TestClient, address: str, method: str, path: str, status: int, says: str
) -> None:
    answer = getattr(client, method)(f"{address}{path}")
    assert answer.status_code == status and says in str(answer.json()["detail"])


def test_what_is_no_photograph_of_a_face_is_told(client: TestClient) -> None:
    wall = as_png(Image.new("RGB", (90, 70), (120, 110, 90)))
    answer = client.post("/api/changes", content=wall, headers={"Content-Type": "image/png"})
    assert answer.status_code == 400 and answer.json()["detail"].startswith("The photograph cannot be used (no face")
    other = client.post("/api/changes", content=b"x", headers={"Content-Type": "text/plain"})
    assert other.status_code == 415
    assert client.get("/photograph/change/gone", follow_redirects=False).headers["location"] == "/photograph"


@needs_chromium
@needs_axe
@pytest.mark.parametrize("language", ["en-GB", "pt-BR"])
def test_the_page_follows_its_sliders(served: str, watched: Open, language: str) -> None:
    window = watched(served, locale=language)
    page = window.page
    page.goto("/photograph/made")
    picture = page.locator("[data-picture]")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    before = picture.get_attribute("src")
    page.locator("#surpresa").fill("1")
    page.wait_for_function("before => document.querySelector('[data-picture]').src !== before", arg=before)
    expect(page.locator("a[download='changed.png']")).to_have_attribute("href", re.compile("surpresa=1"))
    assert page.locator(".bars meter").count() == 6
    assert not window.is_wider_than_its_window() and window.violations() == []


@needs_chromium
def test_a_photograph_is_sent_and_can_be_changed(served: str, watched: Open, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(changing.MADE.read_bytes())
    page = watched(served).page
    page.goto("/photograph")
    page.get_by_label("Choose a photograph").set_input_files(tmp_path / "photo.jpg")
    page.get_by_role("button", name="Change the expression").click()
    page.wait_for_url(re.compile("/photograph/change/"))
    expect(page.get_by_role("heading", name="Another expression")).to_be_visible()


def test_sliders_are_followed_fast_enough(client: TestClient, address: str) -> None:
    took = []
    for number in range(12):
        began = time.perf_counter()
        pixels(client, f"{address}/preview.jpg?raiva={number / 20}&jawOpen=0.3")
        took.append(time.perf_counter() - began)
    assert sorted(took)[3] < 1 / 4  # 8 a second where nothing else is at work
