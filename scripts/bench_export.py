"""Exported networks: size, difference from PyTorch, and how fast they are beside it, on one thread.

    OMP_NUM_THREADS=1 python scripts/bench_export.py

Every format of every network is written, checked and timed in one run, PyTorch and the file in turns, so that what else
the machine does weighs on both alike; the fastest of the rounds counts. A Markdown table.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from emogan.exporting.exportable import Exportable, Inputs
from emogan.exporting.formats import SUFFIX_OF, WRITERS
from emogan.exporting.networks import exportable, largest_difference

NETWORKS = ("generator", "translator", "recogniser")
COUNT = 16  # faces at once


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=10)
    options = asked.parse_args()
    torch.set_num_threads(1)
    print("| network | format | MB | largest difference | PyTorch, faces/s | from the file, faces/s | written in s |")
    print("|---|---|---:|---:|---:|---:|---:|")
    with TemporaryDirectory() as folder:
        for name in NETWORKS:
            exported = exportable(name, "packaged", median=True)
            for kind, write in WRITERS.items():
                file = Path(folder) / f"{name}{SUFFIX_OF[kind]}"
                began = time.perf_counter()
                run = write(exported, file)
                seconds = time.perf_counter() - began
                difference = largest_difference(exported, run)
                own, theirs = rates(exported, run, options.rounds)
                size = file.stat().st_size / 1e6
                print(
                    f"| {name} | {kind} | {size:.1f} | {difference:.1e} | {own:.0f} | {theirs:.0f} | {seconds:.1f} |",
                    flush=True,
                )


def rates(exported: Exportable, run: Callable[[Inputs], object], rounds: int) -> tuple[float, float]:
    """Faces a second of PyTorch and of the file, each at its fastest."""
    inputs = tuple(
        one[:1].expand(COUNT, *one.shape[1:]).contiguous() if port.each else one
        for port, one in zip(exported.inputs, exported.examples[0], strict=True)
    )
    times: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for done, of in zip(times, (exported.run, run), strict=True):
            began = time.perf_counter()
            of(inputs)
            done.append(time.perf_counter() - began)
    own, theirs = (COUNT / min(done) for done in times)
    return own, theirs


if __name__ == "__main__":
    main()
