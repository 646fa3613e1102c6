"""Avatars made, validated and opened: Khronos' validator, then docs/examples/avatar.html with three.js in Chromium.

    npm ci --prefix tests/avatar
    python scripts/show_avatar.py --out outputs/avatars --people F05 M04 [--photos PHOTO …]

Writes FILE.glb and a sheet of screenshots for each person (the six emotions, from the side, eyes closed, and the first
photograph if there is one) and prints a table. Needs Debian's chromium. Exit code 1 when the validator finds an error
or a warning, an animation does not reach its emotion in the page, or the page complains.
"""

import argparse
import base64
import io
import json
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

import emogan
from emogan.core.emotions import EMOTIONS

CHROMIUM = "/usr/bin/chromium"
SOFTWARE = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
ROOT = Path(__file__).parents[1]
MODULES = ROOT / "tests/avatar/node_modules"
PAGE = ROOT / "docs/examples/avatar.html"
LIBRARY = "https://cdn.jsdelivr.net/npm/three@0.187.0/"
HOST = "http://avatar.test/"
VALIDATE = """
const validator = require("gltf-validator");
validator.validateBytes(new Uint8Array(require("fs").readFileSync(process.argv[1])), { maxIssues: 0 })
  .then((said) => console.log(JSON.stringify(said)));
"""
SLIDERS = """(wish) => {
  for (const one of document.querySelectorAll("#sliders input")) one.value = one.name === wish ? 1 : 0;
  avatar.pose();
}"""
SHOT = """([x, z]) => {
  const { camera, controls, draw } = avatar;
  camera.position.set(x, controls.target.y + 0.01, controls.target.z + z);
  controls.update();
  draw();
  return document.getElementById("view").toDataURL("image/png");
}"""
WEIGHTS = """(wish) => {
  for (const face of avatar.faces)
    for (const [name, number] of Object.entries(face.morphTargetDictionary))
      face.morphTargetInfluences[number] = wish[name] ?? 0;
}"""
REACHED = """() => {
  avatar.mixer.setTime(1.0);
  const [face] = avatar.faces;
  return Object.fromEntries(
    Object.entries(face.morphTargetDictionary).map(([name, number]) => [name, face.morphTargetInfluences[number]]));
}"""
FRONT, HALF, SIDE = (0.0, 0.72), (0.50, 0.54), (0.72, 0.0)
CLOSED = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("outputs/avatars"))
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--people", nargs="+", default=["F05", "M04"])
    asked.add_argument("--photos", nargs="*", default=[])
    options = asked.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wrong = 0
    print(f"{'person':<8}{'seconds':>8}{'MB':>7}{'triangles':>11}{'errors':>8}{'warnings':>10}{'animations':>12}")
    for person in options.people:
        file = options.out / f"{person}.glb"
        for old in (file, file.with_suffix(".json")):
            old.unlink(missing_ok=True)
        began = time.perf_counter()
        emogan.export(gltf=file, seed=options.seed, person=person, photos=options.photos or None)
        seconds = time.perf_counter() - began
        said = validated(file)
        issues, count = said["issues"], said["info"]["totalTriangleCount"]
        complaints, reached = looked_at(file, options.out / f"{person}.png")
        wrong += issues["numErrors"] + issues["numWarnings"] + len(complaints)
        megabytes = file.stat().st_size / 1e6
        print(
            f"{person:<8}{seconds:>8.1f}{megabytes:>7.2f}{count:>11,}{issues['numErrors']:>8}"
            f"{issues['numWarnings']:>10}{reached:>12}"
        )
        print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(1 if wrong else 0)


def validated(file: Path) -> dict[str, dict[str, int]]:
    """What Khronos' validator says of a file."""
    done = subprocess.run(
        ["node", "-e", VALIDATE, str(file.resolve())], cwd=MODULES.parent, capture_output=True, text=True, check=True
    )
    said: dict[str, dict[str, int]] = json.loads(done.stdout)
    return said


def looked_at(file: Path, sheet: Path) -> tuple[list[str], int]:
    """Open a file in the page, take its pictures and play what it has; complaints, and how many animations play."""
    complaints: list[str] = []

    def answer(route: Route) -> None:
        address = route.request.url
        if address.startswith(LIBRARY):
            route.fulfill(path=MODULES / "three" / address.removeprefix(LIBRARY), content_type="text/javascript")
        elif address.startswith(f"{HOST}avatar.html"):
            route.fulfill(path=PAGE, content_type="text/html")
        elif address == f"{HOST}person.glb":
            route.fulfill(path=file, content_type="model/gltf-binary")
        else:
            route.fulfill(status=204)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SOFTWARE)
        page = browser.new_page(viewport={"width": 420 + 288, "height": 480})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.route("**/*", answer)
        page.goto(f"{HOST}avatar.html?file=person.glb")
        page.wait_for_function("window.avatar?.person", timeout=120_000)
        page.evaluate("avatar.renderer.setAnimationLoop(null)")
        first = page.evaluate(SHOT, FRONT)  # as the file is opened
        pictures = [wished(page, str(emotion), FRONT) for emotion in EMOTIONS]
        pictures += [wished(page, "neutro", HALF), wished(page, "neutro", SIDE)]
        page.evaluate(WEIGHTS, CLOSED)
        pictures.append(opened(page.evaluate(SHOT, FRONT)))
        pictures.append(opened(first))
        played = [emotion for emotion in EMOTIONS if str(emotion) != "neutro" and plays(page, str(emotion))]
        if len(played) != len(EMOTIONS) - 1:
            complaints.append(f"animations that reach their emotion: {', '.join(map(str, played))}")
        browser.close()
    width, height = pictures[0].size
    whole = Image.new("RGB", (5 * width, 2 * height))
    for number, picture in enumerate(pictures):
        whole.paste(picture, (number % 5 * width, number // 5 * height))
    whole.save(sheet)
    return complaints, len(played)


def wished(page: Page, emotion: str, place: tuple[float, float]) -> Image.Image:
    """The face with one slider up."""
    page.evaluate(SLIDERS, emotion)
    return opened(page.evaluate(SHOT, place))


def plays(page: Page, emotion: str) -> bool:
    """Whether the animation of an emotion has reached it after a second."""
    page.get_by_role("button", name=f"play {emotion}").click()
    reached = page.evaluate(REACHED)
    meant = page.evaluate("(wish) => avatar.shown[wish]", emotion)
    return all(abs(reached[name] - meant.get(name, 0)) < 1e-4 for name in reached)


def opened(address: str) -> Image.Image:
    """The picture of a data: address."""
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")


if __name__ == "__main__":
    main()
