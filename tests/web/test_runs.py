"""What runs left, through HTTP."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from emogan.runs.folder import RunFolder

Open = Callable[..., TestClient]
ODD = "it's <b>ção</b> & ☃"


def pixels(content: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


@pytest.fixture
def outputs(tmp_path: Path, conditional_run: Path) -> Path:
    """A run, the same with an odd name, and a torn one."""
    folder = tmp_path / "outputs"
    for name in ("todas", ODD, "torn"):
        shutil.copytree(conditional_run, folder / name)
    record = folder / "torn" / "run.json"
    record.write_text(record.read_text()[:200])
    return folder


def test_without_runs_the_page_says_where_to_start(client: TestClient) -> None:
    assert client.get("/api/runs").json() == []
    page = client.get("/runs").text
    assert "No runs yet:" in page and 'href="/train"' in page


def test_all_runs_are_listed_and_a_torn_one_is_told(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    found = {one["name"]: one for one in page.get("/api/runs").json()}
    assert set(found) == {"todas", ODD, "torn"}
    assert (found["todas"]["emotion"], found["todas"]["epochs"], found["todas"]["ended"]) == ("todas", 3, "finished")
    assert not found["todas"]["resumable"] and found["todas"]["drawable"] and not found["todas"]["running"]
    assert "is no record of a run" in found["torn"]["fault"]
    shown = page.get("/runs", params={"show": ["todas", ODD, "torn", "../elsewhere"]})
    assert shown.status_code == 200 and "Cannot be read:" in shown.text
    assert "<b>" not in shown.text and "it&#39;s &lt;b&gt;ção&lt;/b&gt; &amp; ☃" in shown.text
    assert shown.text.count('<article class="run">') == 2
    assert "is no record of a run" in page.get("/api/runs/one?run=torn").json()["detail"]


def test_a_run_says_what_it_is(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    found = page.get("/api/runs/one", params={"run": ODD}).json()
    assert found["facts"]["model"] == "StyleGenerator" and found["facts"]["image_size"] == 16
    assert found["losses"]["epoch"] == [1, 2, 3]
    assert [one["epoch"] for one in found["grids"]] == [0, 2, 3]


def test_one_person_is_a_column_of_every_grid(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    strip = pixels(page.get("/api/runs/person.png?run=todas&number=2").content)
    for place, epoch in enumerate((0, 2, 3)):
        grid = pixels(page.get(f"/api/runs/grid.png?run=todas&epoch={epoch}").content)
        assert np.array_equal(strip[:, 18 * place : 18 * place + 16], grid[:, 18:34])
    assert strip.shape[1] == 3 * 18 - 2
    nobody = page.get("/api/runs/person.png?run=todas&number=3")
    assert nobody.json()["detail"] == "number=3 is nobody on the grids of that run: give a smaller one."


def test_of_many_grids_some_are_chosen(open_page: Open, outputs: Path) -> None:
    samples = RunFolder(outputs / "todas").samples
    for epoch in range(10, 110):
        shutil.copy(samples / "epoch_000003.png", samples / f"epoch_{epoch:06d}.png")
    strip = pixels(open_page(f"outputs={outputs}").get("/api/runs/person.png?run=todas").content)
    assert strip.shape[1] == 12 * 18 - 2


def test_only_pictures_of_the_run_are_shown(open_page: Open, outputs: Path, tmp_path: Path) -> None:
    page = open_page(f"outputs={outputs}")
    samples = RunFolder(outputs / "todas").samples
    secret = tmp_path / "secret.png"
    shutil.copy(samples / "real.png", secret)
    (samples / "epoch_000008.png").symlink_to(secret)
    (samples / "epoch_000009.png").write_text("a secret")
    for epoch, told in ((8, "leads elsewhere"), (9, "cannot be shown"), (7, "has no grid")):
        answer = page.get(f"/api/runs/grid.png?run=todas&epoch={epoch}")
        assert answer.status_code == 400 and told in answer.json()["detail"]
    assert page.get("/api/runs/grid.png?run=todas&real=true").status_code == 200
    assert page.get("/runs?show=todas").status_code == 200
    (outputs / "todas" / "run.json").unlink()
    (outputs / "todas" / "run.json").symlink_to(tmp_path / "outputs" / ".." / "elsewhere.json")
    shutil.copy(outputs / ODD / "run.json", tmp_path / "elsewhere.json")
    assert "leads elsewhere" in {one["name"]: one for one in page.get("/api/runs").json()}["todas"]["fault"]


@pytest.mark.parametrize("name", ["../outputs/todas/..", "/etc", "", "nobody", "a\0b", "../" * 9 + "etc"])
def test_there_is_no_run_elsewhere(open_page: Open, outputs: Path, name: str) -> None:
    page = open_page(f"outputs={outputs}")
    for one in ("one", "grid.png", "losses.png", "person.png", "evaluation"):
        answer = page.get(f"/api/runs/{one}", params={"run": name})
        assert answer.status_code == 400 and "is no run here" in answer.json()["detail"]


def test_losses_are_drawn_as_they_are_now(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    first = page.get("/api/runs/losses.png?run=todas&v=1")
    assert first.headers["cache-control"] == "private, max-age=3600"
    file = outputs / "todas" / "losses.csv"
    file.write_text(file.read_text() + "4,999,5.0,6.0\n")
    assert page.get("/api/runs/losses.png?run=todas").content != first.content
    file.unlink()
    assert "no losses yet" in page.get("/api/runs/losses.png?run=todas").json()["detail"]


def test_an_evaluation_is_shown_where_there_is_one(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    assert "was not evaluated" in page.get("/api/runs/evaluation?run=todas").json()["detail"]
    folder = outputs / "todas" / "evaluation"
    folder.mkdir()
    (folder / "metrics.json").write_text('{"rows": {"<i>x": {"all": {"kid": {"value": 0.25, "error": null}}}}}')
    assert page.get("/api/runs/evaluation?run=todas").json()["<i>x"]["all"]["kid"]["value"] == 0.25
    text = page.get("/runs?show=todas").text
    assert "0.250" in text and "&lt;i&gt;x" in text
    (folder / "metrics.json").write_text("[" * 100_000)
    assert page.get("/runs?show=todas").status_code == 200


def test_a_run_of_any_name_can_be_drawn_with(open_page: Open, outputs: Path) -> None:
    page = open_page(f"outputs={outputs}")
    assert page.post("/chosen", data={"weights": ODD, "back": "/runs"}).status_code == 200
    shown = page.get("/").text
    assert "<strong>it&#39;s &lt;b&gt;ção&lt;/b&gt; &amp; ☃</strong>" in shown
    assert page.get("/api/faces.png", params={"emotion": "raiva", "n": 1, "weights": ODD}).status_code == 200
