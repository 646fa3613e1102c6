"""200,000 images of 128x128 as shards: streamed from a file against held in memory.

usage: python scripts/bench_large.py FOLDER [--images 200000] [--steps 6] [--gigabytes 1]

FOLDER is made, takes about 5 GB and is deleted at the end. The images are variations of the packaged faces, JPEGs in
WebDataset's shards. Then three processes, one after another, read them by data=shards, take some steps of the packaged
networks (their time waiting for a batch is told apart), and look up every image once, in an epoch's order: streamed the
first time, streamed the second time, and in memory. RssAnon is what a process holds for itself; RSS counts pages of
mapped files as well, which the system takes back whenever it wants them.
"""

import argparse
import io
import json
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytorch_lightning as pl
import torch
from bench_step import Clock, TimedBatches
from hydra.utils import instantiate
from pack_shards import MB, Sample, write_shards
from PIL import Image

from emogan.config.check import checked
from emogan.config.compose import compose_verb
from emogan.core import machine
from emogan.core.emotions import EMOTIONS
from emogan.data.faces import packaged_faces
from emogan.training.build import build

WARM_UP = 2
WAYS = ("streamed, first", "streamed, again", "in memory")
EVERY = 0.25  # seconds between two looks at the memory


def main() -> None:
    """Make the images, let each way run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=200_000)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--gigabytes", type=float, default=1.0, help="data.in_memory of the streamed ways")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(played(asked.way, asked.folder, asked.steps, asked.gigabytes)))
        return
    if asked.folder.exists():
        sys.exit(f"{asked.folder} is there already: give a new folder.")
    try:
        began = time.perf_counter()
        shards = write_shards(drawn(asked.images), asked.folder / "shards", 256 * MB)
        size = sum(shard.stat().st_size for shard in shards)
        print(
            f"{asked.images:,} images in {len(shards)} shards, {size / 1e9:.1f} GB: {time.perf_counter() - began:.0f} s"
        )
        for way in WAYS:
            command = [sys.executable, __file__, str(asked.folder), "--way", way, "--steps", str(asked.steps)]
            command += ["--gigabytes", str(asked.gigabytes)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            print("\n".join(told(way, json.loads(output.splitlines()[-1]))), flush=True)
    finally:
        shutil.rmtree(asked.folder, ignore_errors=True)


def drawn(count: int) -> Iterator[Sample]:
    """Packaged faces, each moved, mirrored, in other light and under some noise, so that no two are the same."""
    rng = np.random.default_rng(0)
    faces = packaged_faces("S", None, None, None).faces
    sides = [Image.open(io.BytesIO(face.source.read())).convert("L").resize((140, 140)) for face in faces]
    pixels = [np.asarray(side, dtype=np.float32) for side in sides]
    noise = rng.normal(0, 3, (256, 128, 128)).astype(np.float32)
    for number in range(count):
        place = number % len(faces)
        face, (down, right, grain) = faces[place], rng.integers(0, (13, 13, 256)).tolist()
        square = pixels[place][down : down + 128, right : right + 128]
        square = square[:, ::-1] if rng.random() < 0.5 else square
        varied = (square - 128) * rng.uniform(0.8, 1.2) + 128 + rng.uniform(-20, 20) + noise[grain]
        file = io.BytesIO()
        Image.fromarray(varied.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
        assert face.emotion is not None
        said = {"emotion": face.emotion.value, "person": f"{face.person}-{number // (40 * len(faces))}"}
        yield Sample(file.getvalue(), EMOTIONS.index(face.emotion), said)


class Memory(threading.Thread):
    """Looks at this process's memory now and then; ``seen``: the phase, RSS and RssAnon in bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.phase, self.seen = "start", list[tuple[str, int, int]]()
        self.start()

    def run(self) -> None:
        """Until the process ends."""
        while True:
            lines = Path("/proc/self/status").read_text().splitlines()
            found = {line.split(":")[0]: line.split() for line in lines if line.startswith(("VmRSS", "RssAnon"))}
            self.seen.append((self.phase, 1024 * int(found["VmRSS"][1]), 1024 * int(found["RssAnon"][1])))
            time.sleep(EVERY)


def played(way: str, folder: Path, steps: int, gigabytes: float) -> dict[str, object]:
    """Prepare, step, read an epoch; gives seconds and memory."""
    torch.set_num_threads(1)
    machine.keep_freed_memory()
    memory = Memory()
    held = 10**6 if way == "in memory" else gigabytes
    settings = [
        *("emotion=todas", "data=shards", f"data.root={folder / 'shards'}", "data.crop=square", "init_from=packaged"),
        *(f"data.cache={folder / 'cache'}", f"data.in_memory={held}", "evaluate_every=null", "run_dir=unused"),
    ]
    cfg = checked("train", compose_verb("train", [*settings, f"epochs={steps}"]))
    began = time.perf_counter()
    memory.phase = "prepare"
    faces = instantiate(cfg.data.module, _convert_="all", emotion="todas")
    faces.setup()
    prepared = time.perf_counter() - began

    memory.phase = "steps"
    gan, clock, batches = build(cfg), Clock(), TimedBatches(faces.train_dataloader())
    trainer: pl.Trainer = instantiate(
        cfg.trainer,
        max_steps=2 * (steps + WARM_UP),  # both networks' optimisers count
        precision=machine.pick_precision("auto"),
        callbacks=[clock],
        enable_checkpointing=False,
    )
    trainer.fit(gan, batches)
    gaps = [later - earlier for earlier, later in zip(clock.ends[WARM_UP - 1 :], clock.ends[WARM_UP:], strict=False)]
    waits = batches.waits[-len(gaps) :]

    memory.phase = "epoch"
    began, read = time.perf_counter(), 0
    for plan in faces.train_dataloader().sampler:
        read += len(faces.images[plan.indices])
    return {
        "images": len(faces.images),
        "prepare": prepared,
        "step": statistics.median(gaps),
        "batch": cfg.batch_size,
        "wait": sum(waits) / sum(gaps),
        "longest_wait": max(waits),
        "read": read / (time.perf_counter() - began),
        "memory": memory.seen,
    }


def told(way: str, found: dict[str, object]) -> list[str]:
    """A few lines of one way."""
    seen, step, batch = found["memory"], float(str(found["step"])), int(str(found["batch"]))
    assert isinstance(seen, list)
    lines = [
        f"\n{way}: {found['images']:,} images prepared in {found['prepare']:.0f} s",
        f"  a step of {batch} images takes {step:.2f} s, {batch / step:.1f} images/s; waiting for data"
        f" {found['wait']:.2%} of it, {1000 * float(str(found['longest_wait'])):.1f} ms at most",
        f"  every image of an epoch looked up in the epoch's order: {found['read']:,.0f} images/s",
    ]
    for phase in ("prepare", "steps", "epoch"):
        some = [(rss, anon) for name, rss, anon in seen if name == phase]
        first, last = some[0], some[-1]
        most = [max(one[kind] for one in some) / 1e9 for kind in (0, 1)]
        lines.append(
            f"  {phase:8} RssAnon {first[1] / 1e9:5.2f} to {last[1] / 1e9:5.2f} GB, {most[1]:5.2f} at most;"
            f" RSS {first[0] / 1e9:5.2f} to {last[0] / 1e9:5.2f} GB, {most[0]:5.2f} at most"
        )
    return lines


if __name__ == "__main__":
    main()
