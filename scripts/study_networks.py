"""What the recommended training owes to each of its parts: a run of emotion=todas for each part left out or changed.

    python scripts/study_networks.py                                  # 64 x 64 pixels, 9,000 images each
    python scripts/study_networks.py --image-size 128 --epochs 100    # nearer to the real thing, and hours

Every run sees the same people as often, with the same seed, and is measured against people kept aside. Finished runs
under --out are not trained again, so that several processes may share the work (--variants). The table that it prints,
and the sheet of faces that it writes, a row for each run, stand in docs/networks.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate

from emogan.core.emotions import ALL, EMOTIONS
from emogan.core.images import grid, save_png
from emogan.data.cache import folder_of
from emogan.data.face_set import Faces
from emogan.data.reals import real_faces
from emogan.metrics.comparison import REAL
from emogan.metrics.measuring import Row, Settings, measure, see
from emogan.recognition.cache import recogniser_of
from emogan.runs.find import find_generator
from emogan.runs.generator_file import load_generator
from emogan.sampling.conditioning import pure
from emogan.sampling.sampler import draw, latents_of

# What is changed: settings of emogan.train. The first is the recommended one.
VARIANTS = {
    "recommended": [],
    "relativistic": ["objective=relativistic", "penalties.fake=5"],
    "hinge": ["objective=hinge"],
    "no_augmentation": ["augment=none"],
    "r1_1": ["penalties.real=1"],
    "r1_25": ["penalties.real=25"],
    "lr_1e-3": ["lr=1e-3"],
    "batch_8": ["batch_size=8"],
    "half_width": [f"model.{network}.width=16" for network in ("generator", "discriminator")],
    "wider": [f"model.{network}.width=48" for network in ("generator", "discriminator")],
}
MEASURES = ("coverage", "recall", "accuracy", "copying")
SHOWN = 10  # faces of each run on the sheet
MEASURED = 100  # of each emotion
HOW = Settings(neighbours=5, subsets=100, subset_size=100, bootstrap=50, seed=1)


def facts(run: Path) -> dict[str, Any]:
    """What a run says of itself; nothing where there is none."""
    record = run / "run.json"
    found: dict[str, Any] = json.loads(record.read_text()) if record.is_file() else {}
    return found


def finished(run: Path) -> bool:
    """Whether a run is there and came to its end."""
    return facts(run).get("ended") == "finished"


def trained(run: Path, *settings: str) -> bool:
    """Train where that was not done before; gives whether it came to its end."""
    if not finished(run):
        shutil.rmtree(run, ignore_errors=True)  # interrupted
        common = [f"emotion={ALL}", "grid.every=100000", f"run_dir={run}"]
        subprocess.run([sys.executable, "-m", "emogan.train", *common, *settings], check=False)
    return finished(run)


def measured(runs: dict[str, Path]) -> dict[str, Row]:
    """Every measure of each run's faces, and of real people of the training."""
    config = facts(next(iter(runs.values())))["config"]
    faces, digest, framing = real_faces(config)
    recipe, cache = instantiate(config["recogniser"]), folder_of(config["data"]["cache"])
    recogniser = recogniser_of(faces, digest, framing, recipe, cache)
    unseen, learnt = (see(faces[which], recogniser, None) for which in (faces.held_out, faces.other_people))
    rows = {REAL: measure(unseen, learnt, unseen, learnt, HOW)}
    shown = torch.arange(len(EMOTIONS)).repeat_interleave(MEASURED)
    for name, run in runs.items():
        generator = load_generator(find_generator(str(run)))
        latents = latents_of(generator, MEASURED, 1).repeat(len(EMOTIONS), 1)
        drawn = Faces(draw(generator, latents, pure(shown), median=True), shown, tuple(map(str, range(len(shown)))))
        seen = see(drawn, recogniser, None)
        rows[name] = measure(unseen, seen, seen, learnt, HOW)
    return rows


def sheet(runs: list[Path], path: Path) -> None:
    """The same latents drawn by each run, a row for each."""
    emotion = pure(torch.arange(SHOWN) % len(EMOTIONS))
    faces = []
    for run in runs:
        generator = load_generator(find_generator(str(run)))
        faces.append(draw(generator, latents_of(generator, SHOWN, 1), emotion, median=True))
    save_png(grid(torch.cat(faces).permute(0, 2, 3, 1).numpy(), SHOWN), path)


def main() -> None:
    """Train what is missing, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--out", type=Path, default=Path("outputs/study_networks"))
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    args = parser.parse_args()
    common = [f"epochs={args.epochs}", f"image_size={args.image_size}"]
    runs = {name: args.out / name for name in args.variants if trained(args.out / name, *common, *VARIANTS[name])}
    for name in set(args.variants) - set(runs):
        print(f"{name} failed")  # that, too, is a result
    sheet(list(runs.values()), args.out / "faces.png")
    print("| | KID x1000 | coverage | recall | emotion accuracy | copying | seconds |")
    print("|---|---|---|---|---|---|---|")
    for name, row in measured(runs).items():
        others = " | ".join(f"{row[of].value:.3f}" for of in MEASURES)
        seconds = f"{facts(runs[name])['seconds']:.0f}" if name in runs else ""
        print(
            f"| {name} | {1000 * row['kid'].value:.0f} ± {1000 * (row['kid'].error or 0):.0f} | {others} | {seconds} |"
        )


if __name__ == "__main__":
    main()
