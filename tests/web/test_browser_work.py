"""Tabs that take a while: photographs and trainings."""

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import emogan
from tests.web.browser import AXE, Watched, needs_chromium
from tests.web.conftest import serving

pytestmark = needs_chromium

Open = Callable[..., Watched]
LONG = 90_000  # milliseconds, for what trains or searches


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.png"
    emogan.load().faces("neutro", n=1, seed=4).images()[0].resize((300, 300)).save(file)
    return file


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def own(outputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page whose runs are known, with a database of nobody in particular: no recogniser is trained to measure."""
    root = tmp_path_factory.mktemp("databases") / "some faces"
    (root / "raiva").mkdir(parents=True)
    for number, face in enumerate(emogan.load().faces("raiva", n=24).images()):
        face.save(root / "raiva" / f"{number}.png")
    with serving(f"outputs={outputs}", f"roots={root}") as address:
        yield address


def no_fault(window: Watched) -> None:
    """Nothing in the way of anybody, as the page is now."""
    if AXE.exists():
        assert window.violations() == []
    assert not window.is_wider_than_its_window()


def few_steps(page: Page) -> None:
    page.get_by_text("How it is searched").click()
    page.get_by_label("Steps", exact=True).fill("20")


def found(page: Page) -> Image.Image:
    """The sheet that is saved from the page."""
    expect(page.get_by_role("heading", name="That face in every emotion")).to_be_visible(timeout=LONG)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save all side by side (PNG)").click()
    return Image.open(saved.value.path())


def test_a_photograph_becomes_the_nearest_face(own: str, watched: Open, photo: Path) -> None:
    window = watched(own)
    page = window.page
    page.goto("/photograph")
    expect(page.get_by_role("button", name="Find the nearest face")).to_be_disabled()
    page.get_by_label("Choose a photograph").set_input_files(photo)
    expect(page.get_by_alt_text("The photograph you chose")).to_be_visible()
    few_steps(page)
    page.get_by_role("button", name="Find the nearest face").click()
    sheet = found(page)
    assert sheet.size == (8 * 128 + 7 * 2, 128)
    expect(page.get_by_role("status").filter(has_text="The face found is like the photograph")).to_be_visible()
    before = np.asarray(sheet.convert("L").crop((0, 0, 128, 128)), float)
    after = np.asarray(sheet.convert("L").crop((130, 0, 258, 128)), float)
    assert np.abs(before - after).mean() < 25
    no_fault(window)
    page.get_by_role("button", name="Forget this photograph").click()
    expect(page.get_by_text("The photograph is forgotten.")).to_be_visible()
    expect(page.get_by_alt_text("After: the nearest face")).to_have_count(0)


def test_a_photograph_is_dropped_and_searched_for_as_it_is_asked(own: str, watched: Open, photo: Path) -> None:
    page = watched(own).page
    page.goto("/photograph")
    dropped = page.evaluate_handle(
        """data => {
            const found = new DataTransfer();
            const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
            found.items.add(new File([bytes], "photo.png", { type: "image/png" }));
            return found;
        }""",
        base64.b64encode(photo.read_bytes()).decode(),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    expect(page.get_by_alt_text("The photograph you chose")).to_be_visible()
    few_steps(page)
    page.get_by_label("The face", exact=True).select_option(label="Fills a square of the photograph")
    page.get_by_label("Where that square is, from top to bottom").fill("0.3")
    page.get_by_role("switch", name="Clean with a").uncheck()
    with page.expect_request(re.compile("/api/photographs")) as asked:
        page.get_by_role("button", name="Find the nearest face").click()
    assert asked.value.url.endswith("steps=20&crop=square&crop_above=0.3&median=false")
    found(page)


def test_a_search_is_stopped(own: str, watched: Open, photo: Path) -> None:
    page = watched(own).page
    page.goto("/photograph")
    page.get_by_label("Choose a photograph").set_input_files(photo)
    page.get_by_text("How it is searched").click()
    page.get_by_label("Steps", exact=True).fill("300")
    page.get_by_role("button", name="Find the nearest face").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The photograph is forgotten.")).to_be_visible()


def test_the_camera_takes_a_photograph(own: str, watched: Open) -> None:
    page = watched(own, permissions=["camera"]).page
    page.goto("/photograph")
    page.get_by_role("button", name="Use the camera").click()
    page.get_by_role("button", name="Take the photograph").click()
    expect(page.get_by_alt_text("The photograph you chose")).to_be_visible()
    expect(page.get_by_role("button", name="Turn the camera off")).to_be_hidden()
    few_steps(page)
    page.get_by_label("The face", exact=True).select_option(
        label="Fills a square of the photograph"
    )  # the camera shows none
    page.get_by_role("button", name="Find the nearest face").click()
    found(page)


@pytest.mark.parametrize(("name", "told"), [("text.png", "cannot be used"), ("page.html", "This file is no JPEG, PNG")])
def test_what_is_no_photograph_is_told(own: str, watched: Open, tmp_path: Path, name: str, told: str) -> None:
    window = watched(own)
    page = window.page
    (tmp_path / name).write_text("no photograph")
    page.goto("/photograph")
    page.get_by_label("Choose a photograph").set_input_files(tmp_path / name)
    if name.endswith(".png"):
        page.get_by_role("button", name="Find the nearest face").click()
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    window.faults = [fault for fault in window.faults if "400 (Bad Request)" not in fault]  # the browser tells it too


def test_a_training_is_started_watched_stopped_and_gone_on_with(own: str, watched: Open, outputs: Path) -> None:
    window = watched(own)
    page = window.page
    page.goto("/runs")
    page.get_by_role("link", name="start one under Train.").click()
    page.get_by_label("Emotion").select_option("Anger")
    page.get_by_label("Database").select_option(index=1)
    page.get_by_label("Minutes").fill("20")
    page.get_by_label("Seed").fill("5")
    page.get_by_label("Begin with").select_option("The packaged network (faces at once)")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Anger: training")).to_be_visible(timeout=LONG)
    expect(page.locator(".numbers")).to_contain_text(re.compile(r"[1-9]\d* images seen"), timeout=LONG)
    expect(page.get_by_alt_text("Curves of the losses of discriminator and generator")).to_be_visible(timeout=LONG)
    no_fault(window)

    other = watched(own).page  # another window: the training is there as well, and no second one
    other.goto("/train")
    expect(other.get_by_role("heading", name="Anger: training")).to_be_visible()
    expect(other.get_by_role("button", name="Start")).to_have_count(0)
    other.goto("/")  # and drawing goes on
    expect(other.locator("form[data-live]")).to_have_attribute("data-shown", re.compile("/api"))

    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Anger: stopped")).to_be_visible(timeout=LONG)
    (record,) = outputs.glob("train/raiva/*/run.json")
    assert (record.parent / "checkpoints" / "last.ckpt").is_file()
    config = json.loads(record.read_text())["config"]
    assert (config["emotion"], config["seed"], config["minutes"], config["init_from"]) == ("raiva", 5, 20, "packaged")

    page.goto("/train")
    page.get_by_label("Minutes").first.fill("0.05")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Anger: finished")).to_be_visible(timeout=LONG)
    expect(page.get_by_alt_text("Faces that the network draws, always of the same people")).to_be_visible()
    page.get_by_role("button", name="Draw with this network").click()
    name = record.parent.relative_to(outputs).as_posix()
    expect(page.get_by_role("contentinfo")).to_contain_text(name)
    expect(page.locator("form[data-live]")).to_have_attribute("data-shown", re.compile("weights=train"))

    page.goto("/runs")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_alt_text("Person 1 as the network drew them while it learnt")).to_be_visible()
    page.get_by_label(f"Show {name}").check()
    page.get_by_label("Person over time, number").fill("2")
    page.get_by_role("button", name="Show side by side").click()
    strip = page.get_by_alt_text("Person 2 as the network drew them while it learnt")
    expect(strip).to_be_visible()
    answer = window.context.request.get(str(strip.get_attribute("src")))
    assert Image.open(io.BytesIO(answer.body())).height == 128
    no_fault(window)
    page.set_viewport_size({"width": 360, "height": 740})
    no_fault(window)
