import csv
import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

import emogan

Answer = dict[str, Any]
Open = Callable[..., TestClient]
ODD = "<b>a & 'b' ${x}"


@pytest.fixture
def root(tmp_path: Path, drawn_faces: Path) -> Path:
    """A root with a database that links to nothing outside."""
    folder = tmp_path / "root"
    for path in drawn_faces.rglob("*.jpg"):
        copy = folder / "drawn" / path.relative_to(drawn_faces)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def page(open_page: Open, root: Path, tmp_path: Path) -> TestClient:
    return open_page(f"roots=[{root}]", f"outputs={tmp_path / 'outputs'}")


def looked(page: TestClient, **asked: Any) -> Answer:
    """What comes of a look."""
    begun = page.post("/api/databases/inspect", json=asked)
    assert begun.status_code == 202, begun.text
    return ended(page, begun.json()["id"])


def ended(page: TestClient, name: str) -> Answer:
    for _ in range(600):
        found: Answer = page.get(f"/api/databases/{name}").json()
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def rows(content: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content))]


def test_roots_and_the_folders_in_them_are_listed(page: TestClient, client: TestClient, root: Path) -> None:
    (root / ".hidden").mkdir()
    assert page.get("/api/databases").json() == ["packaged", str(root), str(root / "drawn")]
    assert client.get("/api/databases").json() == ["packaged"]


def test_it_finds_what_inspect_finds(page: TestClient, root: Path, tmp_path: Path) -> None:
    (root / "drawn" / "raiva" / "bad.jpg").write_bytes(b"no image")
    made = emogan.inspect("data=folder", data={"root": root / "drawn", "crop": "square"}, out=tmp_path / "made")
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    found = looked(page, database=str(root / "drawn"), crop="square")
    assert (found["state"], found["share"], found["error"]) == ("done", 1.0, "")
    for name, expected in zip(("counts", "sizes", "reasons"), made.tables[:3], strict=True):
        assert found["tables"][name]["rows"] == [list(row) for row in expected.rows]
    assert found["tables"]["irregular"]["rows"] == [list(row) for row in made.irregular.rows]
    assert found["tables"]["remarks"]["rows"] == [list(row) for row in made.remarks.rows]
    here = f"/api/databases/{found['id']}"
    for table in ("images", "files", "left_out"):
        assert page.get(f"{here}/{table}.csv").text == (made.folder / f"{table}.csv").read_bytes().decode()
    sheet = page.get(f"{here}/contact_sheet.png").content
    assert Image.open(io.BytesIO(sheet)).tobytes() == Image.open(made.folder / "contact_sheet.png").tobytes()
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before


def test_what_names_say_is_chosen_by(page: TestClient) -> None:
    found = looked(page, angle=["HL", "HR"], sex="F", people="all")
    assert found["tables"]["counts"]["rows"][-1][-2:] == [24, 2]
    everything = looked(page, angle="all", people="all")
    assert everything["tables"]["counts"]["rows"][-1][-2:] == [936, 70]
    usual = looked(page)
    assert usual["tables"]["counts"]["rows"][-1][-1] == 50


def test_long_lists_are_cut_and_their_tables_are_not(page: TestClient, root: Path) -> None:
    for number in range(130):
        (root / "drawn" / "raiva" / f"bad{number}.jpg").write_bytes(b"no")
    found = looked(page, database=str(root / "drawn"), crop="square")
    assert (len(found["tables"]["irregular"]["rows"]), found["tables"]["irregular"]["more"]) == (100, 30)
    assert len(rows(page.get(f"/api/databases/{found['id']}/irregular.csv").text)) == 131
    shown = page.get(f"/data?look={found['id']}", headers={"accept-language": "pt"}).text
    assert "e mais 30" in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"database": "/etc"}, "database=/etc is not here: expected packaged, or a folder under one of the page's."),
        ({"database": "/"}, "is not here"),
        ({"database": ""}, "is not here"),
        ({"database": ".."}, "is not here"),
        ({"database": "ROOT/.."}, "is not here"),
        ({"database": "ROOT/drawn/../.."}, "is not here"),
        ({"database": "ROOT/../root2"}, "is not here"),
        ({"database": "ROOT/drawn/raiva/p00.jpg"}, "is not here"),
        ({"database": "ROOT/nowhere"}, "is not here"),
        ({"database": "ROOT\0"}, "is not here"),
        ({"database": "a" * 4000}, "is not here"),
        ({"database": "a" * 4001}, "string should have at most 4000 characters"),
        ({"database": "\ud800"}, ""),
        ({"database": 7}, "database=7 is not usable: input should be a valid string."),
        ({"database": ["packaged"]}, "is not usable"),
        ({"kind": "folder"}, "kind=folder does not go with database=packaged: expected kind=faces, or none."),
        ({"database": "ROOT/drawn", "kind": "faces"}, "expected kind=folder, kdef or fer2013."),
        ({"kind": "x"}, "kind=x is not usable: input should be"),
        ({"angle": "X"}, "is not usable"),
        ({"angle": []}, "data.angle=[] is not usable"),
        ({"sex": "X"}, "is not usable"),
        ({"people": "some"}, "is not usable: input should be 'train', 'held_out' or 'all'."),
        ({"database": "ROOT/drawn", "angle": "S"}, "data.angle goes with data=faces or data=kdef"),
        ({"database": "ROOT/drawn", "pattern": "("}, "expected a regular expression with a group"),
        ({"pattern": "(x)"}, "data.pattern goes with data=folder"),
        ({"data.cache": "/tmp"}, "There is no parameter data.cache"),
        ({"image_size": 10**12}, "There is no parameter image_size"),
    ],
)
def test_what_cannot_be_looked_at_is_told_at_once(page: TestClient, root: Path, asked: Answer, told: str) -> None:
    (root.parent / "root2").mkdir()
    if isinstance(asked.get("database"), str):
        asked = {**asked, "database": asked["database"].replace("ROOT", str(root))}
    if asked.get("database") == "\ud800":  # letters that no program can write
        answer = page.post("/api/databases/inspect", content=b'{"database":"\\ud800"}')
    else:
        answer = page.post("/api/databases/inspect", json=asked)
    assert answer.status_code == 400, answer.text
    assert told in answer.json()["detail"]


def test_links_lead_to_nobody_elses_files(page: TestClient, root: Path, drawn_faces: Path) -> None:
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.jpg").write_bytes(next((drawn_faces / "raiva").iterdir()).read_bytes())
    (root / "out").symlink_to(elsewhere)
    answer = page.post("/api/databases/inspect", json={"database": str(root / "out")})
    assert answer.status_code == 400 and "is not here" in answer.json()["detail"]

    for place, target in (("medo/one.jpg", elsewhere / "secret.jpg"), ("medo/more", elsewhere), ("medo/back", "/")):
        link = root / "drawn" / place
        link.symlink_to(target)
        found = looked(page, database=str(root / "drawn"), crop="square")
        assert found["state"] == "failed" and found["tables"] == {}
        assert str(link) in found["error"]
        assert "leads to a file outside of the folders that this page may read: take the link away" in found["error"]
        assert page.get(f"/api/databases/{found['id']}/contact_sheet.png").status_code == 400
        link.unlink()
    (root / "other").mkdir()
    (root / "other" / "here.jpg").write_bytes((elsewhere / "secret.jpg").read_bytes() + b"x")
    (root / "drawn" / "medo" / "inside").symlink_to(root / "other")
    assert looked(page, database=str(root / "drawn"), crop="square")["state"] == "done"


def test_names_of_all_letters_and_none_are_looked_at_and_shown(page: TestClient, root: Path, drawn_faces: Path) -> None:
    for raw in (os.fsencode(ODD), b"Jos\xe9"):
        folder = os.path.join(os.fsencode(root), raw, b"raiva")  # noqa: PTH118  (bytes)
        os.makedirs(folder)  # noqa: PTH103
        for number, path in enumerate(sorted((drawn_faces / "raiva").iterdir())):
            Path(os.fsdecode(folder), os.fsdecode(b"p%d<i>\xff.jpg" % number)).write_bytes(path.read_bytes())
    listed = page.get("/api/databases").json()
    assert {str(root / ODD), f"{root}/Jos\\xe9"} < set(listed)
    for name in (str(root / ODD), f"{root}/Jos\\xe9"):
        found = looked(page, database=name, crop="square")
        assert found["state"] == "done", found["error"]
        assert "p0<i>\\xff.jpg" in page.get(f"/api/databases/{found['id']}/files.csv").text
        shown = page.get(f"/data?look={found['id']}").text
        assert "<i>" not in shown and "<b>" not in shown
    begun = page.post("/data", data={"database": str(root / ODD)}, follow_redirects=False)
    assert begun.status_code == 303


def test_a_folder_without_an_image_is_told(page: TestClient, root: Path) -> None:
    (root / "drawn2").mkdir()
    found = looked(page, database=str(root / "drawn2"))
    assert found["state"] == "failed"
    assert "holds no image: expected files ending in" in found["error"]
    shown = page.get(f"/data?look={found['id']}").text
    assert "holds no image" in shown
    answer = page.get(f"/api/databases/{found['id']}/files.csv")
    assert answer.status_code == 400 and "holds no image" in answer.json()["detail"]


def test_where_no_image_is_usable_the_tables_say_why(page: TestClient, root: Path) -> None:
    (root / "bad" / "raiva").mkdir(parents=True)
    (root / "bad" / "raiva" / "x.jpg").write_bytes(b"no")
    found = looked(page, database=str(root / "bad"))
    assert found["state"] == "done" and found["contact_sheet"] is False
    assert found["tables"]["irregular"]["rows"][0][0] == "raiva/x.jpg"
    answer = page.get(f"/api/databases/{found['id']}/contact_sheet.png")
    assert "no image of this database is usable" in answer.json()["detail"]
    assert "No image of this database is usable" in page.get(f"/data?look={found['id']}").text


def test_a_look_is_forgotten_when_it_is_deleted(page: TestClient, root: Path) -> None:
    found = looked(page, database=str(root / "drawn"), crop="square")
    here = f"/api/databases/{found['id']}"
    assert page.get(f"{here}/passwd.csv").status_code == 400
    assert page.delete(here).status_code == 204
    for address in (here, f"{here}/files.csv", f"{here}/contact_sheet.png", "/api/databases/" + "x" * 50):
        assert page.get(address).status_code == 404
    assert page.delete(here).status_code == 404
    assert "not kept any more" in page.get(f"/data?look={found['id']}").text
    assert "not kept any more" in page.get(f"/data/found?look={found['id']}").text


def test_the_page_says_how_to_give_folders(client: TestClient, page: TestClient, root: Path) -> None:
    assert "emogan app roots=[FOLDER]" in client.get("/data").text
    text = page.get("/data").text
    assert "emogan app roots=" not in text and f'value="{root}/drawn"' in text


def test_the_form_begins_a_look_and_the_page_follows_it(page: TestClient, root: Path) -> None:
    wrong = page.post("/data", data={"database": "/etc", "kind": "folder"})
    assert wrong.status_code == 400 and "database=/etc is not here" in wrong.text
    begun = page.post(
        "/data",
        data={"database": str(root / "drawn"), "kind": "folder", "crop": "square", "angle": "S", "people": "all"},
    )
    name = re.search(r"look=([\w-]+)", str(begun.url))
    assert name is not None
    assert ended(page, name[1])["state"] == "done"
    part = page.get(f"/data/found?look={name[1]}").text
    assert 'hx-swap-oob="innerHTML:#said"' in part and "every 1s" not in part
    whole = page.get(f"/data?look={name[1]}").text
    assert f'<option value="{root}/drawn" selected>' in whole
    for address in re.findall(r'(?:src|href)="(/api/[^"]+)"', whole):
        assert page.get(address).status_code == 200, address
    assert page.post("/data/stop", data={"look": name[1]}).url.path == "/data"
    assert page.get(f"/api/databases/{name[1]}").status_code == 404
