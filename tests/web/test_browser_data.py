import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.browser import AXE, Watched, needs_chromium
from tests.web.conftest import serving

pytestmark = needs_chromium

Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people with anger, two with fear, and a file that is no image."""
    root = tmp_path_factory.mktemp("databases") / "faces & <b>more</b>"
    for emotion, people in (("raiva", 12), ("fear", 2)):
        (root / emotion).mkdir(parents=True)
        for person in range(people):
            Image.new("L", (40, 50), 60 + 7 * person + len(emotion)).save(root / emotion / f"p{person:02d}.png")
    (root / "raiva" / "broken.png").write_text("no image")
    return root


@pytest.fixture(scope="module")
def own(faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(f"roots={faces}", f"outputs={tmp_path_factory.mktemp('outputs')}") as address:
        yield address


def test_a_folder_is_looked_at(own: str, watched: Open, faces: Path) -> None:
    window = watched(own)
    page = window.page
    page.goto("/data")
    page.get_by_label("Database").select_option(str(faces))
    page.get_by_role("button", name="Look at it").click()
    counts = page.get_by_role("table", name="Images by emotion, angle and sex")
    expect(counts.get_by_role("row").filter(has_text="Anger")).to_contain_text("12", timeout=60_000)
    expect(counts.get_by_role("row").filter(has_text="Fear")).to_contain_text("2")
    expect(page.get_by_role("table", name="Irregular files")).to_contain_text("raiva/broken.png")
    sheet = page.locator("img[src$='contact_sheet.png']")
    expect(sheet).to_be_visible()
    sheet.evaluate("image => image.decode()")
    with page.expect_download() as download:
        page.get_by_role("link", name="Every image and what its name was taken to say").click()
    rows = [*csv.DictReader(io.StringIO(Path(download.value.path()).read_text()))]
    assert {row["emotion"] for row in rows} == {"raiva", "medo"}
    assert len(rows) == 14
    if AXE.exists():
        assert window.violations() == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert not window.is_wider_than_its_window()


def test_the_packaged_faces_are_looked_at_in_portuguese(own: str, watched: Open) -> None:
    page = watched(own, locale="pt-BR").page
    page.goto("/data")
    page.get_by_label("Banco de faces").select_option("Faces sintéticas do pacote")
    page.get_by_label("Pessoas", exact=True).select_option("held_out")
    page.get_by_label("Ângulo", exact=True).select_option("all")
    page.get_by_role("button", name="Examinar").click()
    expect(page.get_by_role("row").filter(has_text="Raiva").first).to_contain_text(
        "40", timeout=60_000
    )  # of twenty people
