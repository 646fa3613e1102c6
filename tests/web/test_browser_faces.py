import base64
import csv
import io
import os
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import emogan
from tests.web.browser import Watched, needs_axe, needs_chromium

pytestmark = needs_chromium

Open = Callable[..., Watched]


def shown(page: Page) -> np.ndarray:
    """The sheet that is on the page."""
    content = page.locator("[data-picture]").evaluate(
        """image => {
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL().split(",")[1];
        }"""
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("L"))


def drawn(page: Page, address: str) -> None:
    """Wait until the page shows what ``address`` draws."""
    page.wait_for_function(
        "address => document.querySelector('form[data-live]').dataset.shown === address", arg=address
    )


def slide(page: Page, label: str, value: float) -> None:
    page.get_by_label(label, exact=True).fill(str(value))


def test_every_control_changes_the_faces(served: str, watched: Open) -> None:
    page = watched(served).page
    page.goto("/")
    everything = "intensity=1&truncation=1&n=16&seed=1&median=true"
    drawn(page, f"/api/faces.png?emotion=felicidade&{everything}")
    generator = emogan.load()
    assert np.array_equal(shown(page), np.asarray(generator.faces("felicidade", n=16).grid(4)))

    page.get_by_role("radio", name="Anger").check()
    drawn(page, f"/api/faces.png?emotion=raiva&{everything}")
    assert np.array_equal(shown(page), np.asarray(generator.faces("raiva", n=16).grid(4)))

    slide(page, "Intensity", 1.5)
    slide(page, "Variety", 0.5)
    slide(page, "Faces", 9)
    page.get_by_label("Seed").fill("7")
    page.get_by_role("switch").uncheck()
    drawn(page, "/api/faces.png?emotion=raiva&intensity=1.5&truncation=0.5&n=9&seed=7&median=false")
    expected = generator.faces("raiva", n=9, seed=7, intensity=1.5, truncation=0.5, median=False)
    assert np.array_equal(shown(page), np.asarray(expected.grid(3)))
    expect(page.locator("[data-cells] a")).to_have_count(9)

    page.get_by_text("Mix with another emotion").click()
    page.get_by_label("With", exact=True).select_option("Fear")
    slide(page, "Share of the other", 0.25)
    address = "/api/faces.png?mix=raiva%3A0.75%2Cmedo%3A0.25&intensity=1.5&truncation=0.5&n=9&seed=7&median=false"
    drawn(page, address)

    page.get_by_label("Roll the dice: other people").click()
    expect(page.get_by_label("Seed")).not_to_have_value("7")


def test_a_picture_follows_a_slider_while_it_moves(served: str, watched: Open) -> None:
    page = watched(served).page
    page.goto("/")
    expect(page.locator("form[data-live]")).to_have_attribute("data-shown", re.compile("faces"))
    slider = page.get_by_label("Intensity", exact=True)
    box = slider.bounding_box()
    assert box
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 50), box["y"] + box["height"] / 2)
        page.wait_for_timeout(50)
    while_it_moved = len(asked)
    page.mouse.up()
    assert while_it_moved >= 2


def test_the_first_faces_are_there_within_three_seconds(served: str, watched: Open) -> None:
    page = watched(served).page
    began = time.monotonic()
    page.goto("/")
    page.locator("[data-picture]").evaluate("image => image.decode()")
    assert time.monotonic() - began < 3


def test_what_is_saved_is_what_is_shown(served: str, watched: Open, tmp_path: Path) -> None:
    page = watched(served).page
    page.goto("/?emotion=medo&seed=5&n=4")
    drawn(page, "/api/faces.png?emotion=medo&intensity=1&truncation=1&n=4&seed=5&median=true")
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Save the sheet (PNG)").click()
    assert np.array_equal(np.asarray(Image.open(sheet.value.path())), shown(page))
    with page.expect_download() as packed:
        page.get_by_role("button", name="Save all faces (ZIP)").click()
    assert packed.value.suggested_filename == "medo_s5_0000-0003.zip"
    files = zipfile.ZipFile(packed.value.path())
    assert len([*csv.DictReader(io.StringIO(files.read("manifest.csv").decode()))]) == 4
    with page.expect_download() as one:
        page.get_by_label("Save face 3").click()
    assert one.value.suggested_filename == "medo_s5_0002.png"
    assert Path(one.value.path()).read_bytes() == files.read("medo_s5_0002.png")


def test_language_and_light_are_remembered(served: str, watched: Open) -> None:
    window = watched(served, locale="en-GB")
    page = window.page
    page.goto("/?emotion=raiva&seed=9")
    page.get_by_label("Language").select_option("Português")
    expect(page.get_by_role("link", name="Uma pessoa")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "pt"
    expect(page.get_by_role("radio", name="Raiva")).to_be_checked()
    expect(page.get_by_label("Semente")).to_have_value("9")
    page.get_by_label("Luz").select_option("Escura")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    again = window.context.new_page()
    again.goto("/")
    assert again.locator("html").get_attribute("lang") == "pt"
    assert again.locator("html").get_attribute("data-theme") == "dark"
    elsewhere = watched(served, locale="pt-BR").page
    elsewhere.goto("/")
    assert elsewhere.locator("html").get_attribute("lang") == "pt"


def test_it_is_used_with_the_keyboard_alone(served: str, watched: Open) -> None:
    page = watched(served).page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Happiness")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Fear")).to_be_checked()
    while page.evaluate("document.activeElement.name") != "intensity":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-shows=intensity]")).to_have_text("1.05")
    drawn(page, "/api/faces.png?emotion=medo&intensity=1.05&truncation=1&n=16&seed=1&median=true")


@needs_axe
@pytest.mark.parametrize(("language", "light", "width"), [("en", "light", 1280), ("pt", "dark", 360)])
def test_every_page_is_for_everybody(
    served: str, watched: Open, tmp_path: Path, language: str, light: str, width: int
) -> None:
    window = watched(served, viewport={"width": width, "height": 800}, color_scheme=light)
    window.context.add_cookies([{"name": "language", "value": language, "url": served}])
    shots = Path(os.environ.get("EMOGAN_SCREENSHOTS", tmp_path))
    window.page.goto("/")
    links = window.page.get_by_role("navigation").get_by_role("link").all()
    for name in [str(link.get_attribute("href")) for link in links]:
        window.page.goto(name)
        window.page.wait_for_load_state("networkidle")
        assert window.violations() == [], name
        assert not window.is_wider_than_its_window(), name
        file = f"{name.strip('/') or 'faces'}_{language}_{light}_{width}.png"
        window.page.screenshot(path=shots / file, full_page=True)
