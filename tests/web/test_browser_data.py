import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

import emogan
from tests.conftest import TINY_BALANCE
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
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def own(faces: Path, outputs: Path) -> Iterator[str]:
    with serving(f"roots={faces}", f"outputs={outputs}") as address:
        yield address


def no_fault(window: Watched) -> None:
    """Nothing in the way of anybody, wide and narrow."""
    for width in (360, 1280):
        window.page.set_viewport_size({"width": width, "height": 740})
        assert not window.is_wider_than_its_window()
        if AXE.exists():
            assert window.violations() == []


def test_a_folder_is_looked_at(own: str, watched: Open, faces: Path) -> None:
    window = watched(own)
    page = window.page
    page.goto("/data")
    page.get_by_label("Database").select_option(str(faces))
    page.get_by_label("Faces", exact=True).select_option(label="Images are taken as they are")
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
    no_fault(window)


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


def test_a_database_is_balanced_with_the_keyboard(own: str, watched: Open, faces: Path, outputs: Path) -> None:
    window = watched(own)
    page = window.page
    page.goto("/data")
    page.get_by_label("Database").select_option(str(faces))
    page.get_by_role("button", name="Balance it").press("Enter")
    page.get_by_label("Name of the new folder").fill("more/or less")
    page.get_by_label("Faces", exact=True).select_option(label="Images are taken as they are")
    page.get_by_label("Network that draws").select_option("Packaged, as it is")
    page.get_by_role("button", name="Show the plan").press("Enter")
    assert page.get_by_label("Name of the new folder").evaluate("field => field.validity.patternMismatch")
    page.get_by_label("Name of the new folder").fill("maça_2")
    page.get_by_role("button", name="Show the plan").press("Enter")
    plan = page.get_by_role("table", name="Faces of each emotion, and what is missing")
    expect(plan.get_by_role("row").filter(has_text="Fear")).to_contain_text("21210", timeout=60_000)  # 2, 12, 10
    expect(page.get_by_role("status").filter(has_text="The plan is below.")).to_be_visible()
    no_fault(window)

    page.get_by_label("Faces of each emotion", exact=True).fill("2")  # real faces alone: no recogniser is trained
    page.get_by_role("button", name="Show the plan").press("Enter")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Balance", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="maça_2 is being balanced")).to_be_visible()
    no_fault(window)
    expect(page.get_by_role("heading", name="maça_2 is balanced")).to_be_visible(timeout=60_000)
    no_fault(window)
    assert len([*(outputs / "balanced" / "maça_2").rglob("*.png")]) == 14


def test_a_balanced_database_is_shown(
    own: str, watched: Open, outputs: Path, unbalanced: Path, conditional_run: Path
) -> None:
    emogan.balance(
        f"data.root={unbalanced}", f"out={outputs / 'balanced' / 'made'}", f"weights={conditional_run}", *TINY_BALANCE
    )
    window = watched(own, locale="pt-BR", color_scheme="dark")
    page = window.page
    page.goto("/data/balance")
    page.get_by_role("link", name="made").click()
    counts = page.get_by_role("table", name="Faces de cada emoção, antes e agora")
    expect(counts.get_by_role("row", name="Raiva 12 40 40")).to_be_visible()  # another one may be shown as well
    expect(page.get_by_role("row", name=re.compile(r"aceitas.*\b28\b"))).to_be_visible()
    page.get_by_alt_text("Faces geradas, algumas linhas por emoção").evaluate("image => image.decode()")
    with page.expect_download() as download:
        page.get_by_role("link", name="Salvar o manifesto").click()
    assert download.value.suggested_filename == "made_manifest.csv"
    assert len([*csv.DictReader(io.StringIO(Path(download.value.path()).read_text()))]) == 28
    no_fault(window)
