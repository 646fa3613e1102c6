import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import emogan


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_sheet_shows_what_generate_draws(client: TestClient, tmp_path: Path) -> None:
    answer = client.get("/api/faces.png?emotion=anger&n=16&seed=7")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    expected = emogan.load().faces("raiva", n=16, seed=7).grid(4)
    assert np.array_equal(np.asarray(picture(answer.content)), np.asarray(expected))


def test_one_face_is_the_face_itself(client: TestClient) -> None:
    alone = client.get("/api/faces.png?emotion=medo&n=1&seed=7&first=3")
    expected = emogan.load().faces("medo", n=4, seed=7).images()[3]
    assert np.array_equal(np.asarray(picture(alone.content)), np.asarray(expected))


def test_an_archive_has_the_files_of_generate_and_a_manifest(client: TestClient, tmp_path: Path) -> None:
    made = emogan.generate("emotion=[raiva,medo]", n=3, seed=5, intensity=1.3, truncation=0.8, out=tmp_path / "made")
    answer = client.get("/api/faces.zip?emotion=raiva,medo&n=3&seed=5&intensity=1.3&truncation=0.8")
    assert answer.headers["content-disposition"] == 'attachment; filename="medo+raiva_s5_0000-0002.zip"'
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    faces = [name for name in packed.namelist() if name.endswith(".png")]
    assert sorted(faces) == [path.name for path in made.files if path.name.endswith(".png") and path.name != "grid.png"]
    for name in faces:
        assert packed.read(name) == (made.folder / name).read_bytes()
    rows = [*csv.DictReader(io.StringIO(packed.read("manifest.csv").decode()))]
    assert [row["file"] for row in rows] == faces
    assert rows[4] == {
        "file": "raiva_s5_0001.png", "shows": "raiva", "seed": "5", "number": "1", "truncation": "0.8",
        "intensity": "1.3", "median": "True", "weights": "packaged",
    }  # fmt: skip
    assert client.get(answer.request.url).content == answer.content


def test_a_mix_is_what_generate_mixes(client: TestClient) -> None:
    answer = client.get("/api/faces.png?mix=raiva:0.7,fear:0.3&n=4&median=false")
    expected = emogan.load().faces(mix={"raiva": 0.7, "medo": 0.3}, n=4, median=False).grid(2)
    assert np.array_equal(np.asarray(picture(answer.content)), np.asarray(expected))


def test_of_several_emotions_each_has_a_row(client: TestClient) -> None:
    sheet = picture(client.get("/api/faces.png?emotion=todas&n=2").content)
    assert sheet.size == (2 * 128 + 2, 6 * 128 + 5 * 2)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "No emotion given: expected emotion=NAME with one of felicidade"),
        ("emotion=odio", "Unknown emotion 'odio': expected one of felicidade, medo"),
        ("emotion=raiva&n=0", "n=0 is not usable: input should be greater than or equal to 1."),
        ("emotion=raiva&n=101", "n=101 is too many at once: expected at most 100 faces, all emotions together."),
        ("emotion=todas&n=17", "n=102 is too many at once: expected at most 100 faces, all emotions together."),
        ("emotion=raiva&n=" + "9" * 4000, "n=9999"),
        ("emotion=raiva&n=1e9", "n=1e9 is not usable: input should be a valid integer"),
        ("emotion=raiva&seed=-1", "seed=-1 is not usable"),
        ("emotion=raiva&seed=4294967296", "seed=4294967296 is not usable"),
        ("emotion=raiva&truncation=nan", "truncation=nan is not usable: input should be a finite number."),
        ("emotion=raiva&truncation=1e30", "truncation=1e30 is not usable"),
        ("emotion=raiva&intensity=inf", "intensity=inf is not usable"),
        ("emotion=raiva&median=perhaps", "median=perhaps is not usable: input should be a valid boolean"),
        ("emotion=raiva&columns=0", "columns=0 is not usable"),
        ("emotion=raiva&mix=medo:1", "each at least 0, and no emotion= beside it."),
        ("mix=medo:x", "mix='medo:x' is no mix: expected shares such as raiva:0.7,medo:0.3."),
        ("mix=medo:-1", "is not usable: expected shares of emotions"),
        ("mix=medo:nan", "is not usable: expected shares of emotions"),
        ("mix=", "Unknown emotion ''"),
        ("emotion=" + "a" * 201, "is not usable: string should have at most 200 characters."),
        ("emotion=raiva&emoton=medo", "There is no parameter emoton: /openapi.json lists those there are."),
        ("emotion=raiva&weights=../../etc/passwd", "run='../../etc/passwd' is no run here"),
        ("emotion=raiva&weights=/etc", "run='/etc' is no run here"),
        ("emotion=raiva&weights=a%00b", "is no run here"),
        ("emotion=raiva&weights=", "run='' is no run here"),
    ],
)
def test_what_cannot_be_drawn_is_told(client: TestClient, query: str, told: str) -> None:
    answer = client.get(f"/api/faces.png?{query}")
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
    assert len(answer.json()["detail"]) < 400


def test_a_page_may_have_limits_of_its_own(open_page: Callable[..., TestClient]) -> None:
    few = open_page("most.faces=4")
    assert few.get("/api/faces.png?emotion=raiva&n=4").status_code == 200
    assert "at most 4 faces" in few.get("/api/faces.png?emotion=raiva&n=5").json()["detail"]


def test_the_network_of_a_run_is_drawn_with(open_page: Callable[..., TestClient], conditional_run: Path) -> None:
    page = open_page(f"outputs={conditional_run.parent}")
    answer = page.get("/api/faces.png?emotion=raiva&n=4&weights=todas")
    expected = emogan.load(conditional_run).faces("raiva", n=4).grid(2)
    assert np.array_equal(np.asarray(picture(answer.content)), np.asarray(expected))
    page.cookies.set("weights", "todas")
    assert "todas" in page.get("/").text


def test_emotions_are_listed(client: TestClient) -> None:
    found = client.get("/api/emotions").json()
    assert found[3] == {"name": "raiva", "english": "anger", "number": 4, "kdef": "AN"}
    assert len(found) == 6


def test_the_schema_knows_every_parameter(client: TestClient) -> None:
    asked = client.get("/openapi.json").json()["paths"]["/api/faces.png"]["get"]
    found = {one["name"]: one["schema"] for one in asked["parameters"]}
    assert found["truncation"]["maximum"] == 2
    assert set(found) == {
        "emotion",
        "mix",
        "n",
        "seed",
        "first",
        "truncation",
        "intensity",
        "median",
        "weights",
        "columns",
    }
    assert asked["responses"]["200"]["content"] == {"image/png": {"schema": {"type": "string", "format": "binary"}}}
