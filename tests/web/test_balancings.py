"""Balancings through HTTP: real processes, tiny networks and databases."""

import csv
import io
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

import emogan
from emogan.cli.arguments import prepare
from emogan.web.balancer import BalanceQuery, Balancer
from tests.conftest import TINY_BALANCE

Answer = dict[str, Any]
Open = Callable[..., TestClient]
SMALL = [one for one in TINY_BALANCE if not one.startswith("confidence=")]
ADDRESS = "/api/balancings"


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small images and recognisers."""
    asked = Balancer.overrides

    def overrides(self: Balancer, query: BalanceQuery) -> list[str]:
        as_packaged = [] if query.weights else ["image_size=128"]
        return [*asked(self, query), *SMALL, *as_packaged]

    monkeypatch.setattr(Balancer, "overrides", overrides)


@pytest.fixture
def outputs(tmp_path: Path, conditional_run: Path) -> Path:
    shutil.copytree(conditional_run, tmp_path / "my outputs" / "todas")
    return tmp_path / "my outputs"


@pytest.fixture
def page(open_page: Open, unbalanced: Path, outputs: Path) -> TestClient:
    return open_page(f"roots=[{unbalanced}]", f"outputs={outputs}", "most.minutes=20", "most.balanced=500")


def wanted(**given: Any) -> Answer:
    """A balancing of the drawn database by the tiny run."""
    return {"database": "0", "name": "drawn", "weights": "todas", "confidence": 0, **given}


def planned(page: TestClient, asked: Answer) -> Answer:
    begun = page.post(f"{ADDRESS}/plans", json=asked)
    assert begun.status_code == 202, begun.text
    return until(page, f"{ADDRESS}/plans/{begun.json()['id']}", lambda one: one["state"] not in ("waiting", "running"))


def balanced(page: TestClient, asked: Answer) -> Answer:
    begun = page.post(ADDRESS, json=asked)
    assert begun.status_code == 201, begun.text
    return ended(page)


def ended(page: TestClient) -> Answer:
    return until(page, f"{ADDRESS}/current", lambda one: one["state"] not in ("running", "stopping"))


def until(page: TestClient, address: str, good: Callable[[Answer], bool]) -> Answer:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found: Answer = page.get(address).json()
        if good(found):
            return found
        assert found["state"] not in ("failed", "stopped"), found
        time.sleep(0.05)
    raise AssertionError(found)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("tiny")
def test_a_plan_says_what_the_command_says(page: TestClient, unbalanced: Path, outputs: Path, tmp_path: Path) -> None:
    before = tree(outputs)
    found = planned(page, wanted(target=50))
    settings = [f"data.root={unbalanced}", f"out={tmp_path / 'x'}", f"weights={outputs / 'todas'}", *TINY_BALANCE]
    made = emogan.balance(*settings, "plan=true", "target=50")
    assert (found["state"], found["missing"], found["specialising"]) == ("done", 48, 0)
    assert found["table"]["rows"] == [list(row) for row in made.tables[0].rows]
    assert [re.sub(r"\d+", "1", one) for one in found["said"]] == [re.sub(r"\d+", "1", one) for one in made.said]
    special = planned(page, wanted(target=50, weights=None, minutes=7))
    assert special["specialising"] == 7
    assert special["said"][1] == "Specialising takes 7 minutes before (minutes)."
    assert planned(page, wanted(target=10))["said"] == ["Nothing is missing."]
    assert tree(outputs) == before
    assert page.delete(f"{ADDRESS}/plans/{found['id']}").status_code == 204
    assert page.get(f"{ADDRESS}/plans/{found['id']}").status_code == 404


@pytest.mark.usefixtures("tiny")
def test_odd_names_are_names(open_page: Open, unbalanced: Path, outputs: Path, tmp_path: Path) -> None:
    odd = tmp_path / "it's ${here} [a,b] ção"
    shutil.copytree(unbalanced, odd / "null")
    shutil.copytree(outputs / "todas", outputs / "a, 'b' ${c}")
    page = open_page(*prepare("app", [f"outputs={outputs}", f"roots={odd}"]))
    found = planned(page, wanted(database=str(odd / "null"), weights="a, 'b' ${c}", person=r"/(p\d+)\.", name="ção"))
    assert (found["state"], found["missing"], found["error"]) == ("done", 28, "")


@pytest.mark.usefixtures("tiny")
def test_a_database_is_balanced_as_the_command_does_it(
    page: TestClient, unbalanced: Path, outputs: Path, tmp_path: Path
) -> None:
    assert page.get(f"{ADDRESS}/current").json()["state"] == "none"
    found = balanced(page, wanted())
    assert (found["state"], found["error"], found["nothing_to_do"]) == ("finished", None, False)
    assert found["parts"] == [
        {"what": "real faces", "done": 52, "total": 52}, {"what": "raiva", "done": 28, "total": 28}
    ]  # fmt: skip
    outcome = found["outcome"]
    counts = [outcome[name] for name in ("before", "target", "after")]
    assert counts == [{"neutro": 40, "raiva": 12}, {"neutro": 40, "raiva": 40}, {"neutro": 40, "raiva": 40}]
    assert (outcome["generated"], outcome["not_filled"], outcome["said"]) == (28, {}, [])
    assert outcome["candidates"]["raiva"] == 28 + sum(outcome["refused"]["raiva"].values())

    out = tmp_path / "by hand"
    settings = [f"data.root={unbalanced}", f"out={out}", f"weights={outputs / 'todas'}", *TINY_BALANCE]
    assert emogan.balance(*settings).written == 83
    here = tree(outputs / "balanced" / "drawn")
    here.pop(".balancing.lock", None)
    by_hand = tree(out)
    by_hand.pop(".balancing.lock", None)
    assert here == by_hand

    assert page.get(ADDRESS).json() == ["drawn"]
    assert page.get(f"{ADDRESS}/one?name=drawn").json() == outcome
    manifest = page.get(f"{ADDRESS}/manifest.csv?name=drawn")
    assert manifest.headers["content-disposition"] == 'attachment; filename="drawn_manifest.csv"'
    assert len([*csv.DictReader(io.StringIO(manifest.text))]) == 28
    sheet = page.get(f"{ADDRESS}/contact_sheet.png?name=drawn")
    assert Image.open(io.BytesIO(sheet.content)).height > 3 * 16

    again = balanced(page, wanted())
    assert again["nothing_to_do"] and again["state"] == "finished" and again["outcome"] == outcome
    shown = page.get("/data/balance").text
    assert "drawn: nothing to do" in shown
    for address in re.findall(r'(?:src|href)="(/(?:api|data)[^"]+)"', shown):
        assert page.get(address).status_code == 200, address
    other = balanced(page, wanted(confidence=0.9))
    assert other["state"] == "failed"
    assert "was begun with other settings or images: confidence (0 then, 0.9 now)" in other["error"]


@pytest.mark.usefixtures("tiny")
def test_it_is_stopped_and_the_same_request_goes_on(page: TestClient, outputs: Path) -> None:
    asked = wanted(weights=None, minutes=15)
    assert page.post(ADDRESS, json=asked).json()["state"] == "running"
    other = page.post(ADDRESS, json=wanted(name="other"))
    assert other.status_code == 409
    assert other.json()["detail"] == "balanced/drawn is being balanced: wait for its end, or stop it first."
    training = page.post("/api/trainings", json={"emotion": "raiva"})
    assert training.status_code == 409 and "balanced/drawn is being balanced" in training.json()["detail"]
    run = "balanced/drawn.network"
    losses = outputs / run / "losses.csv"
    seen = until(page, f"{ADDRESS}/current", lambda one: one["specialising"] is not None and losses.is_file())
    assert 0 <= seen["specialising"]["share"] < 0.5
    assert seen["specialising"]["run"] == run in [one["name"] for one in page.get("/api/runs").json()]
    assert page.get("/api/faces.png?emotion=raiva&n=1").status_code == 200
    assert page.post(f"{ADDRESS}/current/stop").json()["state"] in ("stopping", "stopped")
    stopped = ended(page)
    assert (stopped["state"], stopped["outcome"], stopped["error"]) == ("stopped", None, None)
    assert page.post(f"{ADDRESS}/current/stop").json()["detail"] == "No balancing runs."
    assert (outputs / run / "checkpoints" / "last.ckpt").is_file()
    assert page.post(ADDRESS, json=asked).status_code == 201
    record = outputs / run / "run.json"
    until(page, f"{ADDRESS}/current", lambda _: "resumed" in json.loads(record.read_text()))
    page.post(f"{ADDRESS}/current/stop")
    assert ended(page)["state"] == "stopped"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"name": "../x"}, "name='../x' is no name for a folder: expected 1 to 60 letters, digits, - and _"),
        ({"name": ".."}, "is no name for a folder"),
        ({"name": ""}, "is no name for a folder"),
        ({"name": "/tmp/x"}, "is no name for a folder"),
        ({"name": "a/b"}, "is no name for a folder"),
        ({"name": "a\\b"}, "is no name for a folder"),
        ({"name": "a.network"}, "is no name for a folder"),
        ({"name": "a\0"}, "is no name for a folder"),
        ({"name": "a\n"}, "is no name for a folder"),
        ({"name": "a" * 61}, "is no name for a folder"),
        ({"name": "${oc.env:HOME}"}, "is no name for a folder"),
        ({"name": 7}, "name=7 is not usable"),
        ({"target": -1}, "target=-1 is not usable: expected max, or a number from 0 to 1,000,000."),
        ({"target": "/etc/passwd"}, "target=/etc/passwd is not usable"),
        ({"target": 2.5}, "target=2.5 is not usable"),
        ({"target": True}, "target=True is not usable"),
        ({"target": None}, "target=None is not usable"),
        ({"target": 501}, "target=501 is too many: expected at most 500 of each emotion."),
        ({"weights": "/etc"}, "run='/etc' is no run here"),
        ({"weights": "../x"}, "is no run here"),
        ({"weights": ""}, "is no run here"),
        ({"minutes": 0}, "minutes=0 is not usable"),
        ({"minutes": 21, "weights": None}, "minutes=21 is too long: expected at most 20 minutes."),
        ({"confidence": 1.1}, "confidence=1.1 is not usable: input should be less than or equal to 1."),
        ({"confidence": "NaN"}, "confidence=NaN is not usable"),
        ({"people": "some"}, "people=some is not usable"),
        ({"database": "/etc"}, "database=/etc is not here"),
        ({"database": "0/.."}, "database=0/.. is not here"),
        ({"database": "packaged", "kind": "folder"}, "kind=folder does not go with database=packaged"),
        ({"out": "/tmp/x"}, "There is no parameter out"),
        ({"real": "link"}, "There is no parameter real"),
    ],
)
def test_what_cannot_be_balanced_is_told(page: TestClient, outputs: Path, asked: Answer, told: str) -> None:
    for address in (f"{ADDRESS}/plans", ADDRESS):
        answer = page.post(address, json=wanted(**asked))
        assert answer.status_code == 400 and told in answer.json()["detail"], answer.text
    assert page.get(f"{ADDRESS}/current").json()["state"] == "none" and not (outputs / "balanced").exists()


@pytest.mark.parametrize("name", ["..", "../todas", "", "a/b", "nowhere", "todas"])
def test_only_balanced_databases_are_shown(page: TestClient, name: str) -> None:
    for what in ("one", "contact_sheet.png", "manifest.csv"):
        answer = page.get(f"{ADDRESS}/{what}", params={"name": name})
        assert answer.status_code == 400 and "name=" in answer.json()["detail"]


def test_links_lead_nowhere(page: TestClient, outputs: Path, tmp_path: Path, unbalanced: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "balance.json").write_text('{"asked": {}, "ended": "finished"}')
    below = outputs / "balanced"
    (below / "inside").mkdir(parents=True)
    for link, to in (("out", ""), ("net.network", ""), ("inside/balance.json", "balance.json")):
        (below / link).symlink_to(elsewhere / to)
    for name in ("out", "net"):
        answer = page.post(ADDRESS, json=wanted(name=name))
        assert answer.json()["detail"] == f"name={name} leads elsewhere, by a link: give another name."
    assert page.get(ADDRESS).json() == []
    assert "leads elsewhere" in page.get(f"{ADDRESS}/one?name=inside").json()["detail"]
    assert [path.name for path in elsewhere.iterdir()] == ["balance.json"]


def test_images_elsewhere_are_not_copied(open_page: Open, tmp_path: Path) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret.png"
    (root / "raiva").mkdir(parents=True)
    secret.write_bytes(b"not for this page")
    (root / "raiva" / "p1.png").symlink_to(secret)
    page = open_page(f"outputs={tmp_path / 'out'}", f"roots=[{root}]")
    answer = page.post(ADDRESS, json={"database": "0", "name": "x"})
    assert answer.status_code == 400 and "leads to a file outside" in answer.json()["detail"]
    found = planned(page, {"database": "0", "name": "x"})
    assert found["state"] == "failed" and "leads to a file outside" in found["error"]


@pytest.mark.parametrize(
    "record",
    [
        {"asked": {}},
        {"asked": {}, "ended": 7},
        {"asked": {"target": "max"}, "ended": "finished"},
        {"asked": {}, "ended": "finished", "before": {"raiva": "<b>"}},
        {"asked": {}, "ended": "finished", "said": ["\ud800"]},
        {"asked": {}, "ended": "finished", "refused": {"raiva": [1]}},
        [],
    ],
)
def test_a_record_that_somebody_crafted_is_a_sentence(page: TestClient, outputs: Path, record: Any) -> None:
    (outputs / "balanced" / "odd").mkdir(parents=True)
    (outputs / "balanced" / "odd" / "balance.json").write_text(json.dumps(record))
    answer = page.get(f"{ADDRESS}/one?name=odd")
    assert answer.status_code == 400 and "emogan balance" in answer.json()["detail"]


@pytest.mark.usefixtures("tiny")
def test_the_page_plans_balances_and_shows_what_came_of_it(page: TestClient, unbalanced: Path, outputs: Path) -> None:
    form = page.get(f"/data/balance?database={unbalanced}&kind=folder&people=all").text
    assert f'<option value="{unbalanced}" selected>' in form and '<option value="todas">' in form
    assert f'value="{unbalanced.name}" required' in form  # a name for the folder
    asked = {"database": str(unbalanced), "name": "drawn", "target": "", "weights": "todas", "confidence": "1"}
    begun = page.post("/data/balance", data=asked)
    name = re.search(r"plan=([\w-]+)", str(begun.url))
    assert name is not None
    until(page, f"{ADDRESS}/plans/{name[1]}", lambda one: one["state"] == "done")
    part = page.get(f"/data/balance/planned?plan={name[1]}").text
    assert 'hx-swap-oob="innerHTML:#said"' in part and "every 1s" not in part
    plan = page.get(f"/data/balance?plan={name[1]}", headers={"accept-language": "pt"}).text
    assert "Faces de cada emoção e o que falta" in plan and ">28</td>" in plan and "Nothing was written." in plan

    running = page.post("/data/balance/start", data={"plan": name[1]}).text
    assert "drawn is being balanced" in running and "Show the plan" not in running
    assert 'A database is being balanced: <a href="/data/balance">drawn</a>' in page.get("/data").text
    assert "HX-Retarget" not in page.get("/data/balance/now?state=running").headers
    assert ended(page)["state"] == "finished"
    changed = page.get("/data/balance/now?state=running")
    assert changed.headers["HX-Retarget"] == "#balancing" and "drawn is balanced as far as it went" in changed.text
    found = page.get(f"{ADDRESS}/one?name=drawn").json()
    assert (found["not_filled"], found["generated"], found["contact_sheet"]) == ({"raiva": 28}, 0, False)
    for shown in (page.get("/data/balance").text, page.get("/data/balance?show=drawn").text):
        assert "raiva is not filled: 0 of the 28 faces that are missing passed" in shown
        assert "refused: below the confidence" in shown and "No face was generated." in shown
        assert "Show the plan" in shown
    answer = page.get(f"{ADDRESS}/contact_sheet.png?name=drawn")
    assert answer.status_code == 400 and "name=drawn has no contact_sheet.png" in answer.json()["detail"]
    (outputs / "balanced" / "odd").mkdir()
    record = {"asked": {}, "ended": "finished", "before": {"<b>": 1}, "said": ["<b>"]}
    (outputs / "balanced" / "odd" / "balance.json").write_text(json.dumps(record))
    assert "<b>" not in page.get("/data/balance?show=odd").text


def test_the_page_says_what_is_wrong(page: TestClient, outputs: Path) -> None:
    wrong = page.post("/data/balance", data={"database": "/etc", "name": "x"})
    assert wrong.status_code == 400 and "database=/etc is not here" in wrong.text and 'value="x" required' in wrong.text
    for name in ("../x", "a/b"):
        wrong = page.post("/data/balance", data={"name": name})
        assert wrong.status_code == 400 and "is no name for a folder" in wrong.text
    assert page.post("/data/balance", data={"name": "x", "target": "501"}).status_code == 400
    assert "plan is not kept any more" in page.post("/data/balance/start", data={"plan": "x"}).text
    assert "plan is not kept any more" in page.get("/data/balance/planned?plan=x").text
    assert page.post("/data/balance/again").url.path == page.post("/data/balance/stop").url.path == "/data/balance"
    assert "is no name for a folder" in page.get("/data/balance?show=../todas").text
    assert not (outputs / "balanced").exists()
