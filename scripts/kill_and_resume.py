"""Kills trainings with SIGKILL at random moments, resumes them, and compares their ends bit by bit.

usage: python scripts/kill_and_resume.py [--runs 10] [--seed 0] [arguments of emogan.train …]

One run goes through uninterrupted. Each of the others is killed once or twice at a random moment and started again with
``resume=auto``. Networks, average, both Adam states, random streams, losses.csv and the grids must be the same. Epochs
have many steps here, so that nearly every kill comes in the middle of one; how many resumes began there is counted.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from emogan.runs.checkpoint import read_checkpoint, sound_checkpoint
from emogan.training.position import Position

SETTINGS = [
    "emotion=raiva",
    "image_size=32",
    "latent_dim=16",
    "batch_size=2",
    "epochs=40",
    "grid.every=10",
    "samples_per_emotion=40",
    "evaluate_every=null",
    "model=paper",
    "data.rotation=5",
    "model.generator.hidden=[128,64,256]",
    "model.discriminator.hidden=[256,128,64]",
    "checkpoint.every_minutes=0",
    "checkpoint.share=1",
]


def start(folder: Path, settings: list[str]) -> "subprocess.Popen[bytes]":
    """Start, or go on with, the training whose outputs lie in ``folder``."""
    command = [sys.executable, "-m", "emogan.train", *settings, "resume=auto"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a training and stop this script if it failed."""
    _, errors = process.communicate()
    if process.returncode:
        sys.exit(f"A training failed:\n{errors.decode()}")


def killed_and_resumed(folder: Path, settings: list[str], chance: random.Random, epochs: int) -> tuple[int, int]:
    """Kill the training once or twice at random moments, then let it end.

    Returns:
        The number of kills, and of those after which the newest checkpoint stood in the middle of an epoch.
    """
    moments = sorted(chance.randrange(epochs) for _ in range(chance.randint(1, 2)))
    kills = middle = 0
    for moment in moments:
        process = start(folder, settings)
        while process.poll() is None and epochs_seen(folder) < moment:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))  # anywhere within an epoch, a grid or a save
        process.kill()
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            kills += 1
            saved = [path for run in folder.glob("outputs/train/*/*/checkpoints") if (path := sound_checkpoint(run))]
            middle += any(Position.from_plain(read_checkpoint(path)["position"]).step for path in saved)
    finish(start(folder, settings))
    return kills, middle


def epochs_seen(folder: Path) -> int:
    """The last epoch that a training in ``folder`` wrote down; -1 before it wrote anything."""
    files = sorted(folder.glob("outputs/train/*/*/losses.csv"), key=lambda path: path.stat().st_mtime)
    return files[-1].read_text().count("\n") - 1 if files else -1


def end_of(folder: Path) -> tuple[Path, dict[str, object]]:
    """The run that finished in ``folder`` and its last checkpoint."""
    runs = [path.parent for path in folder.glob("outputs/train/*/*/run.json") if '"finished"' in path.read_text()]
    if len(runs) != 1:
        sys.exit(f"Expected one finished run below {folder}, found {runs}")
    return runs[0], read_checkpoint(runs[0] / "checkpoints" / "last.ckpt")


def grids(run: Path) -> dict[str, bytes]:
    """The grids of generated faces, by name."""
    return {path.name: path.read_bytes() for path in (run / "samples").glob("epoch_??????.png")}


def same(one: object, other: object) -> bool:
    """Equal to the last bit, through nested containers."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def main() -> None:
    """Print a line per killed run, and exit with 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    args, further = parser.parse_known_args()
    settings, chance = [*SETTINGS, *further], random.Random(args.seed)
    work = Path(tempfile.mkdtemp(prefix="emogan_kills_"))
    folders = [work / name for name in ("whole", *(f"killed_{number}" for number in range(args.runs)))]
    for folder in folders:
        folder.mkdir()
    finish(start(folders[0], settings))
    whole, expected = end_of(folders[0])
    epochs = epochs_seen(folders[0])
    different = 0
    for folder in folders[1:]:
        kills, middle = killed_and_resumed(folder, settings, chance, epochs)
        run, state = end_of(folder)
        parts = {key: same(expected[key], state[key]) for key in ("state_dict", "optimizer_states", "rng")}
        parts["losses.csv"] = (whole / "losses.csv").read_bytes() == (run / "losses.csv").read_bytes()
        parts["grids"] = grids(whole) == grids(run)
        wrong = [part for part, equal in parts.items() if not equal]
        different += bool(wrong)
        print(
            f"{folder.name}: {kills} kills ({middle} in the middle of an epoch),"
            f" {'differs in ' + ', '.join(wrong) if wrong else 'bit-identical'}",
            flush=True,
        )
    shutil.rmtree(work)
    print(f"{args.runs - different} of {args.runs} bit-identical to the uninterrupted run")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
