"""One process and several that share each batch: are the losses the same, and how fast is either?

usage: python scripts/bench_processes.py OUT [--epochs 1] [--processes 2] [--precision 32-true]

Trains the recommended network on packaged faces twice, from the same seed: once in one process with as many threads as
there are processes, once in that many processes of one thread each (torchrun, gloo). Prints images a second of both in
this machine, and how far their losses lie apart. Stays in OUT/one and OUT/several.
"""

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path

from emogan.core import machine
from emogan.runs.record import read_record

SETTINGS = ("emotion=todas", "evaluate_every=null", "grid.every=100000", "checkpoint.every_minutes=60")


def train(folder: Path, launch: list[str], threads: int, *settings: str) -> float:
    """Train into ``folder``; the images a second of the training, without what comes before its first step."""
    command = [*launch, "-m", "emogan.train", *SETTINGS, f"run_dir={folder}", *settings]
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": str(threads)})
    facts = read_record(folder / "run.json").facts
    return float(facts["images_seen"]) / float(facts["seconds"])


def losses(folder: Path) -> list[list[float]]:
    """Both losses of each epoch."""
    with (folder / "losses.csv").open(encoding="utf-8", newline="") as file:
        return [[float(row["discriminator"]), float(row["generator"])] for row in csv.DictReader(file)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--precision", default="32-true")
    asked = parser.parse_args()
    folder, processes, epochs = asked.out, asked.processes, asked.epochs
    alone = [sys.executable]
    several = [*alone, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    precision = f"trainer.precision={asked.precision}"
    one = train(folder / "one", alone, processes, f"epochs={epochs}", precision)
    two = train(folder / "several", several, 1, f"epochs={epochs}", precision, "trainer=ddp")
    apart = max(
        abs(a - b) / abs(a)
        for rows in zip(losses(folder / "one"), losses(folder / "several"), strict=True)
        for a, b in zip(*rows, strict=True)
    )
    bf16 = "has" if machine.cpu_has_bf16() else "has no"
    print(f"\n{epochs} epochs, {precision}; the CPU {bf16} bf16 units")
    print(f"one process, {processes} threads: {one:.1f} images/s")
    print(f"{processes} processes, a thread each: {two:.1f} images/s, {two / one:.2f} times as many")
    print(f"largest relative difference between their losses of an epoch: {apart:.1e}")


if __name__ == "__main__":
    main()
