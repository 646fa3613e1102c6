"""The pages of docs/examples/web in headless Chromium: what onnxruntime-web draws beside PyTorch, and a sheet played.

    npm ci --prefix tests/browser                 # brings onnxruntime-web and Phaser
    python scripts/check_web.py --out outputs/web

The faces are opened from the disk and from a server, the sheet from a server, by picking its files, and by Phaser, a
game engine for browsers. A table, and screenshots in --out. Needs Debian's chromium. Exit code 1 when any value differs
by more than 1e-4, a frame of the sheet is not shown as it lies there, or a page complains.
"""

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import torch
from build_faces_page import RUNTIME, TEMPLATE, page
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import emogan
from emogan.core.files import atomic_write
from emogan.exporting.exportable import Exportable
from emogan.exporting.generator import generator
from emogan.exporting.networks import LIMIT

CHROMIUM = "/usr/bin/chromium"
DRAW = "async (wish) => Array.from(await window.faces(...wish))"
PHASER = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script src="phaser.js"></script><script>
class Faces extends Phaser.Scene {
  preload() { this.load.aseprite("faces", "faces.png", "faces.json"); }
  create() {
    const made = this.anims.createFromAseprite("faces");
    this.add.sprite(210, 210).setScale(3).play({ key: made[0].key, repeat: -1 });
    const cut = ({ cutX, cutY, cutWidth, cutHeight }) => [cutX, cutY, cutWidth, cutHeight];
    window.ways = made.map((way) => [way.key, way.yoyo, way.frames.map((one) => [...cut(one.frame), one.duration])]);
  }
}
new Phaser.Game({ type: Phaser.CANVAS, width: 420, height: 420, scene: Faces, audio: { noAudio: true } });
</script>"""
FRAME = """(number) => {
  clearTimeout(timer);
  show([number], 0);
  clearTimeout(timer);
  const { width, height } = at("face");
  return Array.from(pen.getImageData(0, 0, width, height).data).filter((_, place) => place % 4 === 0);
}"""
TIMED = """async (wish) => {
  const began = performance.now();
  for (let round = 0; round < 20; round++) await window.faces(...wish);
  return (performance.now() - began) / 20;
}"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("outputs/web"))
    options = asked.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out.resolve() / "faces.html"
    atomic_write(file, page("packaged", RUNTIME))
    exported = generator("packaged", median=True)
    complaints: list[str] = []
    worst = 0.0
    print(f"{'opened from':<12} {'faces':>5} {'truncation':>10} {'largest difference':>18} {'ms a face':>9}")
    with sync_playwright() as playwright, served(file.parent) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, where in (("disk", file.as_uri()), ("server", f"{address}/faces.html")):
            shown = opened(browser, where, complaints)
            shown.wait_for_function("window.faces !== undefined", timeout=60_000)
            worst = max(worst, compare(shown, exported, name))
            shown.get_by_role("button", name="Another person").click()
            shown.locator("#raiva").fill("0.4")
            shown.wait_for_timeout(500)
            shown.screenshot(path=options.out / f"{name}.png")
        worst = max(worst, play_sheet(browser, options.out, address, complaints))
        worst = max(worst, play_in_phaser(browser, options.out, address, complaints))
        browser.close()
    print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(1 if complaints or not worst <= LIMIT else 0)


def opened(browser: Browser, address: str, complaints: list[str]) -> Page:
    """A page whose errors go to ``complaints``."""
    shown = browser.new_page(viewport={"width": 1000, "height": 760})
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    shown.goto(address)
    return shown


def play_sheet(browser: Browser, folder: Path, address: str, complaints: list[str]) -> int:
    """How far any pixel of a sheet's frames is from what its page shows of them, from a server and by picked files."""
    for name in ("faces.png", "faces.json"):
        (folder / name).unlink(missing_ok=True)
    made = emogan.export(sheet=folder / "faces.png", n=2, seed=3)
    (folder / "sheet.html").write_bytes((TEMPLATE.parent / "sheet.html").read_bytes())
    frames = json.loads((folder / "faces.json").read_text())["frames"]
    sheet = np.asarray(Image.open(folder / "faces.png"), dtype=int)
    far = 0
    for name, where in (("server", f"{address}/sheet.html"), ("disk", (folder.resolve() / "sheet.html").as_uri())):
        # From the disk the browser refuses to read beside the page, and says so: that is what the picker is for.
        shown = opened(browser, where, complaints if name == "server" else [])
        if name == "disk":
            shown.locator("#files").set_input_files([str(file) for file in made.files])
        shown.wait_for_function("told !== undefined && sheet !== undefined")
        for number, frame in enumerate(frames):
            x, y, wide, high = (frame["frame"][key] for key in "xywh")
            there = np.array(shown.evaluate(FRAME, number)).reshape(high, wide)
            far = max(far, int(np.abs(there - sheet[y : y + high, x : x + wide]).max()))
        shown.evaluate("play()")
        shown.wait_for_timeout(1200)
        shown.screenshot(path=folder / f"sheet_{name}.png")
        print(f"{name:<12} {len(frames)} frames of a sheet: {far} grey levels apart at most")
    return far


def play_in_phaser(browser: Browser, folder: Path, address: str, complaints: list[str]) -> int:
    """How many of a sheet's animations Phaser takes for something else than they are."""
    (folder / "phaser.html").write_text(PHASER)
    (folder / "phaser.js").write_bytes((RUNTIME.parents[1] / "phaser" / "dist" / "phaser.min.js").read_bytes())
    shown = opened(browser, f"{address}/phaser.html", complaints)
    shown.wait_for_function("window.ways !== undefined")
    told = json.loads((folder / "faces.json").read_text())
    wanted = [
        [
            tag["name"],
            True,
            [
                [*(frame["frame"][key] for key in "xywh"), frame["duration"]]
                for frame in told["frames"][tag["from"] : tag["to"] + 1]
            ],
        ]
        for tag in told["meta"]["frameTags"]
    ]
    found: list[object] = shown.evaluate("window.ways")
    wrong = len(wanted) - len(found) + sum(one != other for one, other in zip(found, wanted, strict=False))
    shown.wait_for_timeout(1200)
    shown.screenshot(path=folder / "phaser.png")
    version = shown.evaluate("Phaser.VERSION")
    print(f"Phaser {version}: {len(found)} animations, {wrong} of them not as the sheet says")
    return wrong


def compare(shown: Page, exported: Exportable, name: str) -> float:
    """The largest difference of any value between the page's faces and PyTorch's; prints a line for each example."""
    worst = 0.0
    for inputs in exported.examples:
        latents, emotions, truncation = inputs
        wish = [latents.flatten().tolist(), emotions.flatten().tolist(), float(truncation)]
        drawn = torch.tensor(shown.evaluate(DRAW, wish))
        difference = float((drawn - exported.run(inputs)[0].flatten()).abs().max())
        worst = max(worst, difference)
        each = shown.evaluate(TIMED, wish) / len(latents)
        print(f"{name:<12} {len(latents):>5} {float(truncation):>10g} {difference:>18.1e} {each:>9.1f}")
    return worst


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """What ``python -m http.server`` serves of a folder; its address."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """Nobody watches."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    main()
