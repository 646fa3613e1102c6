import asyncio
import io
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from threading import Event

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import emogan
from emogan.core.emotions import Emotion
from emogan.data.faces import PACKAGED
from emogan.web.jobs import Watch
from emogan.web.routes import photographs
from emogan.web.site import Site

FACE = PACKAGED / "KDEF" / "AF05" / "AF05NES.JPG"
PICTURES = ["photo", "found", *(str(emotion) for emotion in Emotion)]


def send(page: TestClient, content: bytes, kind: str = "image/jpeg", query: str = "steps=2") -> dict[str, object]:
    answer = page.post(f"/api/photographs?{query}", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 202, answer.text
    found: dict[str, object] = answer.json()
    return found


def over(page: TestClient, name: object) -> dict[str, object]:
    """What came of a search, when it is over."""
    for _ in range(400):
        found: dict[str, object] = page.get(f"/api/photographs/{name}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def refused(page: TestClient, content: bytes, kind: str = "image/png", query: str = "steps=2") -> tuple[int, str]:
    answer = page.post(f"/api/photographs?{query}", content=content, headers={"Content-Type": kind})
    return answer.status_code, answer.json()["detail"]


def saved(kind: str) -> bytes:
    """The face as another kind of file."""
    content = io.BytesIO()
    with Image.open(FACE) as face:
        face.save(content, kind)
    return content.getvalue()


@pytest.fixture
def blocked(client: TestClient) -> Iterator[Event]:
    """Keeps the thread of long work busy until the event is set."""
    free = Event()

    def work(watch: Watch) -> None:
        free.wait(30)

    site: Site = client.app.state.site  # type: ignore[attr-defined]
    site.jobs.add("else", work)
    yield free
    free.set()


def test_a_photograph_becomes_what_the_library_finds(client: TestClient) -> None:
    begun = send(client, FACE.read_bytes(), query="steps=5&median=false")
    assert begun["state"] in ("waiting", "running") and begun["pictures"] == [] and begun["verdict"] is None
    found, expected = over(client, begun["id"]), emogan.load().project(FACE, steps=5, median=False)
    assert (found["state"], found["done"], found["error"]) == ("done", 1.0, None)
    assert found["pictures"] == PICTURES and found["verdict"] == expected.verdict == "near"
    assert found["away"] == pytest.approx(expected.away, rel=1e-3)
    assert sum(found["shares"].values()) == pytest.approx(1)  # type: ignore[attr-defined]
    for name, picture in expected.named.items():
        answer = client.get(f"/api/photographs/{begun['id']}/{name}.png")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        shown = np.asarray(Image.open(io.BytesIO(answer.content)), dtype=float)
        assert np.abs(shown - picture.squeeze()).mean() < 1
    sheet = client.get(f"/api/photographs/{begun['id']}/sheet.png")
    assert Image.open(io.BytesIO(sheet.content)).size == (8 * 128 + 7 * 2, 128)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_files(client: TestClient, kind: str) -> None:
    begun = send(client, saved(kind), f"image/{kind.lower()}; charset=binary")
    assert over(client, begun["id"])["verdict"] in ("near", "far")


def bomb() -> bytes:
    """A PNG that says it has 40 000 x 40 000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(10**6))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no image", "corrupt: cannot identify image file"),
        (b"", "corrupt: cannot identify image file"),
        (bomb(), "too large: "),
        (FACE.read_bytes()[:3000], "corrupt: "),
        (b"%PDF-1.7", "PDF is not read: convert it to JPEG or PNG"),
    ],
    ids=["text", "nothing", "bomb", "truncated", "pdf"],
)
def test_what_is_no_photograph_is_told_at_once(client: TestClient, content: bytes, why: str) -> None:
    status, said = refused(client, content)
    assert status == 400
    assert said.startswith(f"The photograph cannot be used ({why}")
    assert said.endswith("): expected a photograph of a face.")


def test_a_page_may_have_limits_of_its_own(open_page: Callable[..., TestClient]) -> None:
    page = open_page("most.steps=20", "most.upload=0.01")
    answer = page.post("/api/photographs", content=bytes(10_001), headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.text) == (413, "That is too large: expected at most 0.01 MB.")
    assert refused(page, b"x", query="steps=21") == (400, "steps=21 is too many at once: expected at most 20.")


def test_a_body_without_a_length_is_counted(open_page: Callable[..., TestClient]) -> None:
    page = open_page("most.upload=0.01")
    answer = page.post("/api/photographs", content=iter([bytes(6000)] * 3), headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.json()["detail"]) == (413, "That is too large.")


def test_other_content_types_are_refused(client: TestClient) -> None:
    status, said = refused(client, FACE.read_bytes(), "multipart/form-data; boundary=x")
    assert status == 415
    assert said == (
        "Content-Type 'multipart/form-data' is no photograph's: expected one of image/jpeg, image/png, image/webp."
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("steps=0", "steps=0 is not usable"),
        ("steps=301", "steps=301 is too many at once: expected at most 300."),
        ("steps=" + "9" * 4000, "steps=999"),
        ("crop_above=2", "crop_above=2 is not usable"),
        ("crop_above=nan", "crop_above=nan is not usable"),
        ("step=3", "There is no parameter step"),
        ("weights=../..", "run='../..' is no run here"),
    ],
)
def test_wrong_parameters_are_told(client: TestClient, query: str, told: str) -> None:
    status, said = refused(client, FACE.read_bytes(), "image/jpeg", query)
    assert status == 400 and told in said and len(said) < 400


def test_a_search_can_be_stopped_and_is_forgotten(client: TestClient) -> None:
    address = f"/api/photographs/{send(client, FACE.read_bytes(), query='steps=300')['id']}"
    assert client.get(f"{address}/found.png").json()["detail"].startswith("This photograph is ")
    assert client.delete(address).status_code == 204
    for gone in (client.get(address), client.get(f"{address}/found.png"), client.delete(address)):
        assert gone.status_code == 404
        assert gone.json()["detail"] == f"There is no photograph {address[17:]!r} here, or not any more."
    began = time.monotonic()
    over(client, send(client, FACE.read_bytes(), query="steps=1")["id"])  # the thread is free again
    assert time.monotonic() - began < 20


def test_there_are_no_other_pictures(client: TestClient) -> None:
    address = f"/api/photographs/{send(client, FACE.read_bytes(), query='steps=1')['id']}"
    over(client, address[17:])
    said = client.get(f"{address}/odio.png").json()["detail"]
    assert said == f"There is no picture 'odio': expected one of {', '.join(PICTURES)}."
    assert client.get(f"{address}/..%2f..%2fetc.png").status_code in (400, 404)


def test_too_many_are_told_to_come_again(client: TestClient, blocked: Event) -> None:
    waiting = [send(client, FACE.read_bytes()) for _ in range(8)]
    assert refused(client, FACE.read_bytes(), "image/jpeg") == (503, "Too many others wait: ask again in a moment.")
    for one in waiting:
        assert client.delete(f"/api/photographs/{one['id']}").status_code == 204


def test_too_many_that_come_in_at_once_are_told_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photographs, "_coming", asyncio.Semaphore(0))
    assert refused(client, FACE.read_bytes(), "image/jpeg") == (503, "Too many others wait: ask again in a moment.")


def test_the_schema_says_what_the_body_is(client: TestClient) -> None:
    asked = client.get("/openapi.json").json()["paths"]["/api/photographs"]["post"]
    assert set(asked["requestBody"]["content"]) == {"image/jpeg", "image/png", "image/webp"}
    assert {one["name"] for one in asked["parameters"]} == {"steps", "crop", "crop_above", "median", "weights"}


@pytest.mark.parametrize(("language", "word"), [("en", "Find the nearest face"), ("pt", "Procurar a face")])
def test_the_page_and_the_part_that_a_search_fills(
    client: TestClient, blocked: Event, language: str, word: str
) -> None:
    cookies = {"Cookie": f"language={language}"}
    assert word in client.get("/photograph", headers=cookies).text
    name = send(client, FACE.read_bytes())["id"]
    assert f'hx-get="/photograph/{name}"' in client.get(f"/photograph?search={name}", headers=cookies).text
    assert "<progress" in client.get(f"/photograph/{name}", headers=cookies).text
    blocked.set()
    over(client, name)
    shown = client.get(f"/photograph/{name}", headers=cookies).text
    assert "<progress" not in shown and f'src="/api/photographs/{name}/surpresa.png"' in shown
    forgotten = client.delete(f"/photograph/{name}", headers=cookies)
    assert ("forgotten" if language == "en" else "esquecida") in forgotten.text
    assert client.get(f"/api/photographs/{name}").status_code == 404
    assert "<script>" not in client.get("/photograph?search=<script>", headers=cookies).text
