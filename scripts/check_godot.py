"""A sheet of faces in Godot: every frame that docs/examples/godot shows on the screen beside the sheet's own pixels.

    apt-get install godot3 xvfb
    python scripts/check_godot.py --out outputs/godot

Writes a sheet into a copy of the project, runs it on a screen that nobody sees, and compares. --out gets what the main
scene looks like. Exit code 1 when a pixel or a duration differs.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

import emogan

PROJECT = Path(__file__).parents[1] / "docs" / "examples" / "godot"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("outputs/godot"))
    asked.add_argument("settings", nargs="*", help="of emogan export", default=["n=2", "seed=3"])
    options = asked.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(PROJECT, project)
        made = emogan.export(*options.settings, sheet=project / "faces.png")
        print(*made.said, sep="\n")
        command = ["xvfb-run", "-a", "godot3", "--path", str(project), "-s", "check.gd"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
        frames, far = compared(project)
        lengths = {name: float(seconds) for name, _, _, seconds, _ in map(str.split, played(done.stdout))}
        wrong = [name for name, seconds in expected(project).items() if abs(lengths.get(name, 0) - seconds) > 1e-3]
        shutil.copy(project / "scene.png", options.out)
    print(f"Godot {version()}: {frames} frames on the screen, {far} grey levels apart at most")
    each = min(lengths.values())
    print(f"{len(lengths)} animations of {each:.3f} s, {len(wrong)} of another length than the sheet says")
    sys.exit(1 if far or wrong else 0)


def compared(project: Path) -> tuple[int, int]:
    """How many frames there are, and how far any pixel on the screen is from the sheet's."""
    sheet = Image.open(project / "faces.png").convert("RGB")
    frames = json.loads((project / "faces.json").read_text())["frames"]
    far = 0
    for number, frame in enumerate(frames):
        x, y, wide, high = (frame["frame"][key] for key in "xywh")
        wanted = np.asarray(sheet.crop((x, y, x + wide, y + high)), dtype=int)
        shown = np.asarray(Image.open(project / f"shown_{number}.png").convert("RGB"), dtype=int)
        far = max(far, int(np.abs(wanted - shown).max()))
    return len(frames), far


def expected(project: Path) -> dict[str, float]:
    """How many seconds each animation takes there and back."""
    told = json.loads((project / "faces.json").read_text())
    found = {}
    for tag in told["meta"]["frameTags"]:
        each = [frame["duration"] for frame in told["frames"][tag["from"] : tag["to"] + 1]]
        found[tag["name"]] = (sum(each) + sum(each[:-1])) / 1000
    return found


def played(told: str) -> list[str]:
    """The lines of animations in what Godot prints."""
    return [line for line in told.splitlines() if line.endswith(" s") and " frames " in line]


def version() -> str:
    return subprocess.run(["godot3", "--version"], capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
