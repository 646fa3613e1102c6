"""The same small sweep by every launcher: are its trainings the same, and what does each cost?

usage: python scripts/check_launchers.py OUT [--launchers basic,joblib,submitit_local,ray] [--epochs 2]

Two emotions of the packaged faces at 32 pixels, a process of its own for each launcher; ``ray`` is
scripts/sweep_ray.py. Prints seconds, the processor's seconds, and whether the losses are the first launcher's, bit for
bit.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from emogan.core.tables import Table
from emogan.reports.tables import to_markdown

SMALL = (
    "image_size=32", "latent_dim=16", "evaluate_every=null", "grid.every=1000", "model.generator.width=8",
    "model.generator.widest=16", "model.discriminator.width=8", "model.discriminator.widest=16",
)  # fmt: skip
SWEEP = "emotion=raiva,medo"


def command(launcher: str, out: Path, epochs: int) -> list[str]:
    """What a person would type."""
    settings = [SWEEP, f"epochs={epochs}", *SMALL]
    if launcher == "ray":
        return [sys.executable, str(Path(__file__).with_name("sweep_ray.py")), "--out", str(out), *settings]
    return [
        *(sys.executable, "-m", "emogan.train", "-m", f"hydra/launcher={launcher}", f"hydra.sweep.dir={out}"),
        *settings,
    ]


def main() -> None:
    """Run each, print a table; exit with 1 if one failed or learnt something else."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--launchers", default="basic,joblib,submitit_local,ray")
    parser.add_argument("--epochs", type=int, default=2)
    asked = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    first: list[bytes] = []
    for launcher in asked.launchers.split(","):
        out, began, before = asked.out.resolve() / launcher, time.monotonic(), os.times()
        done = subprocess.run(command(launcher, out, asked.epochs), stdout=subprocess.DEVNULL, check=False)
        used = sum(os.times()[2:4]) - sum(before[2:4])
        losses = sorted(path.read_bytes() for path in out.rglob("losses.csv"))
        first = first or losses
        alike = done.returncode == 0 and len(losses) == 2 and losses == first
        rows.append((launcher, f"{time.monotonic() - began:.1f}", f"{used:.1f}", "yes" if alike else "NO"))
    print(to_markdown(Table("Launchers", ("launcher", "s", "processor, s", "same losses"), rows)))
    sys.exit(any(row[-1] != "yes" for row in rows))


if __name__ == "__main__":
    main()
