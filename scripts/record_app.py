"""Records the page of ``emogan app`` in use as a GIF, and pictures of every tab.

usage: python scripts/record_app.py [--out docs] [--port PORT]

Needs Chromium (apt install chromium) and pip install "emogan[dev]". Writes app.gif (picking an emotion, moving the
intensity, the way from one emotion to another) and app_*.png in both languages, in light and in dark, at 360 and 1280
pixels, into the folder.
"""

import argparse
import io
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--hide-scrollbars"]
WIDTH, HEIGHT, WIDE = 1000, 700, 640  # of the window, and of the GIF
MOST = 3_000_000  # bytes of the GIF
SHOTS = (
    ("/", "en", "light", 1280),
    ("/", "pt", "dark", 360),
    ("/person", "pt", "light", 1280),
    ("/data", "en", "dark", 1280),
    ("/data/balance", "en", "light", 1280),
)


def main() -> None:
    """Start the page, use it, write what it looked like."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, served(work) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for path, language, light, width in SHOTS:
            name = f"app_{path.strip('/').replace('/', '_') or 'faces'}_{language}_{light}_{width}.png"
            picture(browser, address, path, language, light, width).save(args.out / name, optimize=True)
        frames = film(browser, address)
        browser.close()
    size = write(frames, args.out / "app.gif")
    print(f"{len(frames)} frames, {size / 1e6:.2f} MB")
    if size > MOST:
        sys.exit(f"app.gif is larger than {MOST / 1e6:g} MB: take fewer frames.")


@contextmanager
def served(outputs: str) -> Iterator[str]:
    """The page, on a free port."""
    command = [sys.executable, "-m", "emogan", "app", "port=0", "browser=false", f"outputs={outputs}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the page did not start"
        yield found[0]
        process.terminate()


def picture(browser: Browser, address: str, path: str, language: str, light: str, width: int) -> Image.Image:
    """A page as one sees it, to its end."""
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in (("language", language), ("light", light))]
    )
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    context.close()
    return shot


def film(browser: Browser, address: str) -> list[tuple[Image.Image, int]]:
    """Frames of the page in use, each with how long it is shown, in milliseconds."""
    page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
    frames: list[tuple[Image.Image, int]] = []

    def take(milliseconds: int) -> None:
        page.wait_for_timeout(120)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        frames.append(
            (shot.resize((WIDE, round(WIDE * shot.height / shot.width)), Image.Resampling.LANCZOS), milliseconds)
        )

    page.goto("/?n=9")
    settled(page)
    take(1200)
    for emotion in ("Anger", "Surprise", "Sadness"):
        page.get_by_role("radio", name=emotion).check()
        settled(page)
        take(900)
    for step in range(16):  # to neutral, past the emotion, and back
        value = 1 - math.sin(2 * math.pi * step / 15)
        page.get_by_label("Intensity", exact=True).fill(f"{round(value * 20) / 20:g}")
        settled(page)
        take(120)
    page.get_by_label("Roll the dice: other people").click()
    settled(page)
    take(1000)
    page.goto("/person")
    page.wait_for_load_state("networkidle")
    take(1500)
    page.get_by_role("heading", level=2).first.scroll_into_view_if_needed()
    page.mouse.wheel(0, 900)
    for _ in range(12):  # the film plays
        take(200)
    return frames


def settled(page: Page) -> None:
    """Wait until the picture is what the controls ask for."""
    page.wait_for_timeout(150)
    expect(page.locator("form[data-live]")).to_have_attribute("data-shown", re.compile("/api"))
    page.wait_for_load_state("networkidle")


def write(frames: list[tuple[Image.Image, int]], path: Path) -> int:
    """Write the frames as a GIF; gives its bytes."""
    palette = frames[0][0].quantize(128, Image.Quantize.MAXCOVERAGE)  # with the few that are no greys
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame, _ in frames]
    first.save(
        path, save_all=True, append_images=others, duration=[shown for _, shown in frames], loop=0, optimize=True
    )
    return path.stat().st_size


if __name__ == "__main__":
    main()
