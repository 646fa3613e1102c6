"""Seconds a step and peak memory of the paper's pair: the paper's loop written plainly against emogan's.

usage: python scripts/bench_step.py [--steps 10] [--rounds 2]

12 images of 128x128 and the networks of ``experiment=paper``. The plain side keeps the paper's order of work: separate
passes on real and fake images, nothing detached, the generator run twice, plain Adam, fp32; its images wait in memory.
emogan's side is its LightningModule under Lightning's trainer on 12 packaged faces, flips and turns included; the time
that a step waits for its batch is also told apart. Every measurement is a process of its own; the sides take turns.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import Tensor, nn

from emogan.config.compose import conf_dir
from emogan.core import machine
from emogan.data.batches import Batch, Batches
from emogan.training.build import build

IMAGES, WARM_UP = 12, 3
SIDES = ("plain, fp32", "emogan, fp32", "emogan, auto")


class Clock(pl.Callback):
    """Notes when each step ends."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def on_train_batch_end(self, *_: object) -> None:
        self.ends.append(time.perf_counter())


class TimedBatches(Batches):
    """Notes how long each batch was waited for."""

    def __init__(self, batches: Batches) -> None:
        super().__init__(batches.bank, batches.sampler)
        self.waits: list[float] = []

    def __iter__(self) -> Iterator[Batch]:
        began = time.perf_counter()
        for batch in super().__iter__():
            self.waits.append(time.perf_counter() - began)
            yield batch
            began = time.perf_counter()


def plain_steps(steps: int) -> list[float]:
    """The ends of ``steps`` steps of the paper's loop (codes 5 to 7)."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", ["experiment=paper"])
    generator, discriminator = (
        instantiate(cfg.model[name], _convert_="all") for name in ("generator", "discriminator")
    )
    bce, sigmoid = nn.BCELoss(), nn.Sigmoid()
    adam_g, adam_d = (torch.optim.Adam(n.parameters(), lr=5e-5, betas=(0.5, 0.999)) for n in (generator, discriminator))
    probability: Callable[[Tensor], Tensor] = lambda images: sigmoid(discriminator(images))  # noqa: E731
    real, ends = torch.rand(IMAGES, 1, 128, 128), []
    for _ in range(steps):
        adam_d.zero_grad()
        real_target, fake_target = torch.full((IMAGES,), 0.9), torch.full((IMAGES,), 0.1)
        noise = torch.randn(IMAGES, 2048)
        loss = bce(probability(real), real_target) + bce(probability(generator(noise)), fake_target)
        loss.backward()
        adam_d.step()
        adam_g.zero_grad()
        loss = bce(probability(generator(noise)), real_target)
        loss.backward()
        adam_g.step()
        loss.item()
        ends.append(time.perf_counter())
    return ends


def our_steps(steps: int, precision: str) -> tuple[list[float], list[float]]:
    """The ends of ``steps`` steps of emogan's module under Lightning, and what each waited for its batch."""
    machine.keep_freed_memory()
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", ["experiment=paper", "emotion=raiva", f"epochs={steps}", "run_dir=unused"])
    faces = instantiate(cfg.data.module, _convert_="all")
    faces.setup()
    gan, clock, batches = build(cfg), Clock(), TimedBatches(faces.train_dataloader())
    trainer: pl.Trainer = instantiate(
        cfg.trainer, precision=machine.pick_precision(precision), callbacks=[clock], enable_checkpointing=False
    )
    trainer.fit(gan, batches)
    return clock.ends, batches.waits


def measure(side: str, steps: int) -> None:
    """Print the median seconds a step and the peak memory of one side, as JSON."""
    if side == SIDES[0]:
        ends, waits = plain_steps(steps), [0.0]
    else:
        ends, waits = our_steps(steps, "32-true" if "fp32" in side else "auto")
    gaps = [later - earlier for earlier, later in zip(ends[WARM_UP - 1 :], ends[WARM_UP:], strict=False)]
    result = {"seconds": statistics.median(gaps), "wait": statistics.median(waits[-len(gaps) :])}
    print(json.dumps(result | {"peak": machine.peak_memory()}))


def main() -> None:
    """Let the sides take turns, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        return measure(args.side, args.steps + WARM_UP)
    results: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(args.rounds):
        for side in SIDES:
            command = [sys.executable, str(Path(__file__)), "--steps", str(args.steps), "--side", side]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results[side].append(json.loads(output.splitlines()[-1]))
    seconds = {side: statistics.median(r["seconds"] for r in results[side]) for side in SIDES}
    peaks = {side: max(r["peak"] for r in results[side]) for side in SIDES}
    bf16 = "has" if machine.cpu_has_bf16() else "has no"
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}, the CPU {bf16} bf16 units")
    for side in SIDES:
        faster = seconds[SIDES[0]] / seconds[side]
        wait = statistics.median(r["wait"] for r in results[side]) / seconds[side]
        print(
            f"{side:<14} {seconds[side]:7.3f} s a step   {faster:5.2f} x   peak {peaks[side] / 1e9:5.2f} GB"
            f"   waiting for data {wait:.2%}"
        )
    return None


if __name__ == "__main__":
    main()
