import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import emogan
from tests.web.browser import AXE, Watched, needs_chromium

pytestmark = needs_chromium

Open = Callable[..., Watched]


def saved(page: Page, link: Locator) -> Image.Image:
    with page.expect_download() as download:
        link.click()
    return Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))


def test_the_same_person_is_shown_in_every_emotion(served: str, watched: Open) -> None:
    page = watched(served).page
    page.goto("/person")
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Person", exact=True).fill("3")
    page.get_by_label("Intensity", exact=True).fill("1.3")
    save = page.get_by_role("button", name="Save them side by side (PNG)")
    expect(save).to_have_attribute("href", re.compile("seed=7.*first=3.*intensity=1.3"))
    sheet = np.asarray(saved(page, save))
    expected = emogan.load().faces("todas", n=1, seed=7, first=3, intensity=1.3)
    assert np.array_equal(sheet, np.asarray(expected.grid(6)))
    anger = page.locator("a", has=page.get_by_alt_text("Anger: the generated face"))
    expect(anger).to_have_attribute("href", re.compile("seed=7.*first=3.*intensity=1.3"))
    assert np.array_equal(np.asarray(saved(page, anger)), expected.pixels[3].squeeze())
    page.get_by_label("Roll the dice: other people").click()
    expect(save).not_to_have_attribute("href", re.compile("seed=7&"))


def test_a_way_over_several_emotions_is_a_strip_and_a_film(served: str, watched: Open) -> None:
    window = watched(served)
    page = window.page
    page.goto("/person")
    page.get_by_label("From", exact=True).select_option("Sadness")
    page.get_by_label("To", exact=True).select_option("Surprise")
    page.get_by_role("button", name="Add an emotion").click()
    page.get_by_label("Then to").select_option("Fear")
    page.get_by_role("switch", name="Come back to the first").uncheck()
    page.get_by_label("Frames for each way").fill("6")
    page.get_by_label("Frames a second").fill("10")
    gif = page.get_by_role("button", name="Save as GIF")
    expect(gif).to_have_attribute("href", re.compile("frames=6&fps=10.*stops=tristeza%2Csurpresa%2Cmedo$"))
    film = saved(page, gif)
    assert getattr(film, "n_frames", 1) == 11  # where two ways meet there is one frame
    assert film.info["duration"] == 100
    assert getattr(saved(page, page.get_by_role("button", name="Save as WebP")), "n_frames", 1) == 11
    strip = saved(page, page.get_by_role("button", name="Save the strip (PNG)"))
    first = np.asarray(strip.convert("L").crop((0, 0, 128, 128)))
    assert np.array_equal(first, emogan.load().faces("tristeza", n=1).pixels[0].squeeze())
    page.get_by_role("button", name="Remove this emotion").click()
    expect(gif).to_have_attribute("href", re.compile("stops=tristeza%2Csurpresa$"))
    if AXE.exists():
        assert window.violations() == []


def test_a_film_is_paused_by_a_person_and_for_those_who_asked_for_less_motion(served: str, watched: Open) -> None:
    page = watched(served).page
    page.goto("/person")
    film = page.get_by_alt_text("The face changes from one emotion to the next")
    expect(film).to_have_attribute("data-address", "/api/film.webp")
    page.get_by_role("button", name="Pause").click()
    expect(film).to_have_attribute("data-address", "/api/strip.png")
    page.get_by_role("button", name="Play").click()
    expect(film).to_have_attribute("data-address", "/api/film.webp")
    calm = watched(served, reduced_motion="reduce").page
    calm.goto("/person")
    expect(calm.get_by_role("button", name="Play")).to_be_visible()
