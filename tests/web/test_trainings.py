"""Trainings through HTTP: real processes, tiny networks."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from emogan.cli.arguments import prepare
from emogan.runs.claim import claim, is_claimed
from emogan.web import trainer
from emogan.web.server import application
from tests.conftest import TINY_STYLE
from tests.web.conftest import settings_of

LONG = ["epochs=100000" if one.startswith("epochs=") else one for one in TINY_STYLE if not one.startswith("data=")]
Open = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "SETTINGS", [*LONG, "grid.every=1"])


def until(page: TestClient, good: Callable[[dict[str, Any]], bool], seconds: float = 90) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: dict[str, Any] = page.get("/api/trainings/current").json()
        if good(found):
            return found
        assert found["state"] != "failed", found["error"]
        time.sleep(0.1)
    raise AssertionError(found)


def test_start_watch_stop_resume(open_page: Open, six_emotions: Path, tmp_path: Path) -> None:
    odd = tmp_path / "it's ${here} ção ☃"
    odd.symlink_to(six_emotions)  # a root may be a link itself
    outputs = tmp_path / "my runs"
    page = open_page(*prepare("app", [f"outputs={outputs}", f"roots={odd}"]))
    assert page.get("/api/trainings/current").json()["state"] == "none"
    wanted = {"emotion": "anger", "database": "0", "crop": "square", "minutes": 5, "seed": 3}
    begun = page.post("/api/trainings", json=wanted)
    assert (begun.status_code, begun.json()["state"]) == (201, "preparing")

    again = page.post("/api/trainings", json=wanted)
    assert again.status_code == 409
    assert "is being trained: wait for its end, or stop it first." in again.json()["detail"]

    seen = until(page, lambda one: (one["epoch"] or 0) >= 2)
    assert seen["state"] == "running" and 0 < seen["share"] < 0.5 and seen["losses"]["generator"] > 0
    run = seen["run"]
    assert is_claimed(outputs / run)
    line = page.get("/api/runs").json()[0]
    assert (line["name"], line["running"], line["resumable"]) == (run, True, False)
    other = page.post("/api/trainings/resume", json={"run": run})
    assert other.status_code == 409
    assert "training" in page.get("/train").text
    fragment = page.get("/train/now?state=running")
    assert "HX-Retarget" not in fragment.headers and 'hx-trigger="every 2s"' in fragment.text
    assert page.get("/train/now?state=preparing").headers["HX-Retarget"] == "#training"

    assert page.post("/api/trainings/current/stop").json()["state"] == "stopping"
    page.post("/api/trainings/current/stop")  # told twice, it saves all the same
    stopped = until(page, lambda one: one["state"] not in ("running", "stopping"), 20)
    assert stopped["state"] == "stopped" and stopped["resumable"] and not is_claimed(outputs / run)
    assert page.post("/api/trainings/current/stop").json()["detail"] == "No training runs."

    back = page.post("/api/trainings/resume", json={"run": run})
    assert back.status_code == 201, back.text
    further = until(page, lambda one: (one["epoch"] or 0) > stopped["epoch"] + 1)
    assert further["run"] == run and len(page.get("/api/runs").json()) == 1
    for one in ("grid.png", "losses.png", "person.png"):
        assert page.get(f"/api/runs/{one}", params={"run": run}).content.startswith(b"\x89PNG")


def test_it_goes_on_without_a_reader_and_is_saved_when_the_app_ends(six_emotions: Path, tmp_path: Path) -> None:
    app = application(settings_of(f"outputs={tmp_path}", f"roots=[{six_emotions}]"))
    with TestClient(app, base_url="http://localhost") as page:
        page.post(
            "/api/trainings", json={"emotion": "todas", "database": str(six_emotions), "crop": "square", "minutes": 5}
        )
        first = until(page, lambda one: (one["epoch"] or 0) >= 1)
        page.close()
        time.sleep(2)
        site = app.state.site
        losses = tmp_path / first["run"] / "losses.csv"
        assert len(losses.read_text().splitlines()) - 1 > first["epoch"]
    assert not site.trainer.training
    assert (tmp_path / first["run"] / "checkpoints" / "last.ckpt").is_file()
    assert '"ended": "interrupted' in (tmp_path / first["run"] / "run.json").read_text()


def test_why_a_training_failed_is_told(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "raiva").mkdir()
    page = open_page(f"outputs={tmp_path / 'out'}", f"roots=[{tmp_path}]")
    page.post("/api/trainings", json={"emotion": "raiva", "database": str(tmp_path)})
    end = time.monotonic() + 60
    while (found := page.get("/api/trainings/current").json())["state"] == "preparing" and time.monotonic() < end:
        time.sleep(0.1)
    assert found["state"] == "failed"
    assert str(tmp_path) in found["error"] and "Traceback" not in found["error"]
    assert found["error"].replace("'", "&#39;") in page.get("/train").text


@pytest.mark.parametrize("way", ["elsewhere", "dots", "link", "nothing", "zero", "number"])
def test_a_folder_elsewhere_is_refused(open_page: Open, tmp_path: Path, way: str) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret"
    root.mkdir()
    secret.mkdir()
    (root / "link").symlink_to(secret)
    named = {
        "elsewhere": str(secret), "dots": f"{root}/../secret", "link": f"{root}/link", "nothing": "", "zero": "a\0b",
        "number": "1",
    }[way]  # fmt: skip
    page = open_page(f"outputs={tmp_path / 'out'}", f"roots=[{root}]")
    answer = page.post("/api/trainings", json={"emotion": "raiva", "database": named})
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith("is not here: expected packaged, or a folder under one of the page's.")
    assert page.get("/api/trainings/current").json()["state"] == "none" and not (tmp_path / "out").exists()


def test_a_link_inside_a_folder_that_leads_elsewhere_is_refused(open_page: Open, tmp_path: Path) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret.png"
    (root / "raiva").mkdir(parents=True)
    secret.write_bytes(b"not for this page")
    (root / "raiva" / "p1.png").symlink_to(secret)
    page = open_page(f"outputs={tmp_path / 'out'}", f"roots=[{root}]")
    answer = page.post("/api/trainings", json={"emotion": "raiva", "database": "0"})
    assert answer.status_code == 400
    assert "p1.png leads to a file outside of the folders that this page may read" in answer.json()["detail"]
    assert page.get("/api/trainings/current").json()["state"] == "none"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"emotion": "odio"}, "Unknown emotion 'odio'"),
        ({"emotion": "raiva", "minutes": 241}, "minutes=241 is too long: expected at most 240 minutes."),
        ({"emotion": "raiva", "minutes": 0}, "minutes=0 is not usable"),
        ({"emotion": "raiva", "minutes": "NaN"}, "minutes=NaN is not usable"),
        ({"emotion": "raiva", "seed": -1}, "seed=-1 is not usable"),
        ({"emotion": "raiva", "model": "mine.Net"}, "model=mine.Net is not usable"),
        ({"emotion": "raiva", "init_from": "/etc"}, "init_from=/etc is not usable"),
        ({"emotion": "raiva", "model": "paper", "init_from": "packaged"}, "cannot start from the packaged networks"),
        ({"emotion": "raiva", "run_dir": "/tmp/x"}, "There is no parameter run_dir"),
        ({}, "emotion="),
    ],
)
def test_what_cannot_be_trained_is_told(client: TestClient, wanted: dict[str, Any], told: str) -> None:
    answer = client.post("/api/trainings", json=wanted)
    assert answer.status_code == 400 and told in answer.json()["detail"]
    assert client.get("/api/trainings/current").json()["state"] == "none"


def test_a_run_that_another_program_trains_is_left_alone(
    open_page: Open, conditional_run: Path, six_emotions: Path
) -> None:
    page = open_page(f"outputs={conditional_run.parent}", f"roots=[{six_emotions}]")
    with claim(conditional_run) or pytest.fail("it is free"):
        answer = page.post("/api/trainings/resume", json={"run": "todas"})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "todas is being trained by another program: wait for its end."


def test_a_run_on_images_elsewhere_is_not_gone_on_with(open_page: Open, conditional_run: Path) -> None:
    page = open_page(f"outputs={conditional_run.parent}")
    answer = page.post("/api/trainings/resume", json={"run": "todas"})
    assert answer.status_code == 400 and "are not in a folder of this page" in answer.json()["detail"]
    for name in ("../todas", "/etc", "", "a\0b"):
        answer = page.post("/api/trainings/resume", json={"run": name})
        assert answer.status_code == 400 and "is no run here" in answer.json()["detail"]


def test_the_form_says_what_is_wrong(client: TestClient) -> None:
    answer = client.post("/train", data={"emotion": "raiva", "minutes": "999", "init_from": ""})
    assert answer.status_code == 400 and "minutes=999 is too long" in answer.text and 'role="alert"' in answer.text
