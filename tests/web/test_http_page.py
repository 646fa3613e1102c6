"""The examples of docs/http.md, run against a page as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

import emogan

DOC = Path(__file__).parents[2] / "docs" / "http.md"
TEXT = DOC.read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("title", "body"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_every_example_works(title: str, body: str, served: str, tmp_path: Path) -> None:
    emogan.load().faces("neutro", n=1, seed=4).images()[0].save(tmp_path / "photo.png")
    for language, code in re.findall(r"^```(sh|python)\n(.*?)^```", body, re.DOTALL | re.MULTILINE):
        here = code.replace("http://localhost:7860/", served)
        command = ["bash", "-euo", "pipefail", "-c", here] if language == "sh" else [sys.executable, "-c", here]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        assert '"detail"' not in done.stdout, done.stdout
    for path in tmp_path.glob("*.png"):
        Image.open(path).verify()


def test_every_route_is_on_the_page(client: TestClient) -> None:
    for path in client.get("/openapi.json").json()["paths"]:
        pattern = re.sub(r"\{\w+\}", r"[^\\s\"'`]+", path.replace(".", r"\."))
        assert re.search(pattern, TEXT), path
