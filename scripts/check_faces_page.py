"""The page of docs/examples/web/faces.html in headless Chromium: what onnxruntime-web draws there beside PyTorch.

    npm ci --prefix tests/browser
    python scripts/check_faces_page.py --out outputs/faces_page

Opened from the disk and from a server; a table, and a screenshot in --out. Needs Debian's chromium. Exit code 1 when
any value differs by more than 1e-4, or the page complains.
"""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import torch
from build_faces_page import RUNTIME, page
from playwright.sync_api import Page, sync_playwright

from emogan.core.files import atomic_write
from emogan.exporting.exportable import Exportable
from emogan.exporting.generator import generator
from emogan.exporting.networks import LIMIT

CHROMIUM = "/usr/bin/chromium"
DRAW = "async (wish) => Array.from(await window.faces(...wish))"
TIMED = """async (wish) => {
  const began = performance.now();
  for (let round = 0; round < 20; round++) await window.faces(...wish);
  return (performance.now() - began) / 20;
}"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("outputs/faces_page"))
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
            shown = browser.new_page(viewport={"width": 1000, "height": 760})
            shown.on("pageerror", lambda error: complaints.append(str(error)))
            shown.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            shown.goto(where)
            shown.wait_for_function("window.faces !== undefined", timeout=60_000)
            worst = max(worst, compare(shown, exported, name))
            shown.get_by_role("button", name="Another person").click()
            shown.locator("#raiva").fill("0.4")
            shown.wait_for_timeout(500)
            shown.screenshot(path=options.out / f"{name}.png")
        browser.close()
    print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(1 if complaints or not worst <= LIMIT else 0)


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
