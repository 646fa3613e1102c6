"""The recommended networks against the paper's, given the same time, on the packaged faces; and what they cost.

    python scripts/bench_quality.py --minutes 30                      # both sides, then both speeds: 70 minutes
    python scripts/bench_quality.py --paper SWEEP --ours RUN          # the same of trainings that are there already
    python scripts/bench_quality.py --photos FOLDER --only few        # twelve photographs of a new database

Both sides learn from the same people (the paper's from twelve images of each emotion, as in the paper) and are measured
against others by emogan.evaluate. The paper's six networks share the minutes. With --photos, a folder per emotion with
at least 12 faces of the emotion to learn from and 12 of people kept aside: specialised from the packaged weights for 5
minutes, against from scratch for 30 (--special, --scratch), on another twelve for each of --seeds, in the space of the
packaged recogniser. Editions of the packaged networks side by side: scripts/bench_editions.py.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch.profiler import profile

from emogan.config.compose import conf_dir
from emogan.core import machine
from emogan.core.emotions import ALL, Emotion
from emogan.evaluate import evaluate
from emogan.training.build import build
from emogan.training.loop import quiet_lightning
from emogan.training.module import EmotionGAN
from emogan.training.reference import kept_aside, what_is_real

FEW = 12  # photographs
FACES = 1000  # to generate for the speed
PHOTOS_MEASURED = 500


def train(folder: Path, *settings: str) -> Path:
    """Run the verb; gives its folder."""
    command = [sys.executable, "-m", "emogan.train", *settings, f"run_dir={folder}", "grid.every=100000"]
    subprocess.run(command, check=True)
    return folder


def measured(*settings: str) -> dict[str, Any]:
    """What emogan.evaluate finds, by system: measures of all emotions, and of each."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("evaluate", list(settings))
    found: dict[str, Any] = json.loads((evaluate(cfg).folder / "metrics.json").read_text())
    return found


def sides(out: Path, minutes: float, paper: Path | None, ours: Path | None) -> None:
    """Targets 1 and 2."""
    if paper is None:
        paper = out / "paper"
        for emotion in Emotion:
            # Its own crop would squash the faces: measures of both would not compare.
            own = ["experiment=paper", "data.crop=square", f"emotion={emotion}", f"minutes={minutes / 6}"]
            for checkpoint in train(paper / emotion.value, *own).glob("checkpoints/*.ckpt"):
                checkpoint.unlink()  # 4 GB each, and not needed to measure
    ours = ours or train(out / ALL, f"emotion={ALL}", "epochs=100000", f"minutes={minutes}")
    found = measured(f"runs=[{paper},{ours}]", f"out={out / 'comparison'}")["rows"]
    real, theirs, own = (found[name]["all"] for name in ("real, other people", str(paper.name), str(ours.name)))
    kids = {name: row["kid"]["value"] for name, row in (("real", real), ("paper", theirs), ("ours", own))}
    print(f"\nKID against the paper's networks: 1/{kids['paper'] / kids['ours']:.1f} (target: 1/5)")
    print(f"KID against real faces of other people: {kids['ours'] / kids['real']:.2f} times (target: 3)")
    share = own["accuracy"]["value"] / real["accuracy"]["value"]
    print(f"emotion accuracy against real faces: {share:.1%} (target: 90 %)")
    for emotion in Emotion:
        each, its = (
            found[name]["emotions"][emotion.value]["accuracy"]["value"] for name in (ours.name, "real, other people")
        )
        print(f"  {emotion}: {each / its:.1%} (target: 75 %)")
    print(f"coverage: {own['coverage']['value']:.2f} (target: 0.6)")
    print(f"copying: {own['copying']['value']:.1%} (real faces of unseen people: 5 %)")


def few(out: Path, photos: Path, emotion: str, special: float, scratch: float, seeds: list[int]) -> None:
    """Target 3: a row for each way and each twelve. What is trained already is measured only."""
    print("| twelve | way | KID x1000 | recall | coverage | copying | images |\n|---|---|---|---|---|---|---|")
    for seed in seeds:
        data = ["data=folder", f"data.root={photos}", "data.people=train", f"samples_per_emotion={FEW}"]
        common = [f"emotion={emotion}", *data, f"seed={seed}", "epochs=100000", "evaluate_every=null"]
        ways = {"specialised": ["init_from=packaged", f"minutes={special}"], "scratch": [f"minutes={scratch}"]}
        runs = {name: out / f"{name}_{seed}" for name in ways}
        for name, way in ways.items():
            if not (runs[name] / "checkpoints" / "generator.safetensors").is_file():
                train(runs[name], *common, *way)
        asked = [f"runs=[{','.join(map(str, runs.values()))}]", "feature=packaged", f"faces={PHOTOS_MEASURED}"]
        rows = measured(*asked, f"out={out / f'few_{seed}'}")["rows"]
        for name, run in [("real, other people", None), *runs.items()]:
            found = rows[run.name if run else name]["all"]
            kid, others = found["kid"], (f"{found[one]['value']:.2f}" for one in ("recall", "coverage", "copying"))
            seen = json.loads((run / "run.json").read_text())["images_seen"] if run else ""
            value = f"{1000 * kid['value']:.1f} ± {1000 * kid['error']:.1f}"
            print(f"| {seed} | {name} | {value} | {' | '.join(others)} | {seen} |", flush=True)


class Steps(pl.Callback):
    """Notes when each step ended."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def on_train_batch_end(self, *_: object) -> None:
        self.ends.append(time.perf_counter())


def speed_of_training() -> None:
    """Target 4: images a second under Lightning, where the time goes, peak memory."""
    machine.keep_freed_memory()
    quiet_lightning()
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", [f"emotion={ALL}", "run_dir=unused"])
    faces = instantiate(cfg.data.module, _convert_="all")
    faces.setup()
    batches = faces.train_dataloader()
    reals = what_is_real(cfg)
    aside = kept_aside(cfg, reals) if reals else None
    for place, precision in enumerate(dict.fromkeys((machine.pick_precision("auto"), "32-true"))):
        gan, steps = build(cfg), Steps()
        assert isinstance(gan, EmotionGAN)
        gan.unseen = aside
        settings = {"precision": precision, "max_epochs": 4, "enable_checkpointing": False}
        trainer: pl.Trainer = instantiate(cfg.trainer, callbacks=[steps], **settings)
        trainer.fit(gan, batches)
        timed = steps.ends[len(batches) :]  # the first epoch warms up
        rate = (len(timed) - 1) * cfg.batch_size / (timed[-1] - timed[0])
        print(f"{precision}: {rate:.1f} images a second at batch {cfg.batch_size} (target: 45)")
        if place == 0:  # before the profiler, which takes memory itself
            print(f"  peak memory {machine.peak_memory() / 1e9:.2f} GB (target: 3)")
        with profile() as profiler:
            trainer = instantiate(cfg.trainer, **(settings | {"max_epochs": 1}))
            trainer.fit(gan, batches)
        rows = [(row.key, row.self_cpu_time_total) for row in profiler.key_averages()]
        whole = sum(seconds for _, seconds in rows)
        inside = sum(seconds for key, seconds in rows if "conv" in key)
        print(f"  in convolutions: {inside / whole:.0%} (target: half); the ten that take longest:")
        for key, seconds in sorted(rows, key=lambda row: -row[1])[:10]:
            print(f"  {key:<40}{seconds / whole:6.1%}")


def speed_of_generation() -> None:
    """Target 5: seconds to the first PNG, faces a second."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "faces"
        command = [sys.executable, "-m", "emogan.generate", "emotion=raiva", f"n={FACES}", f"out={out}"]
        began = time.perf_counter()
        running = subprocess.Popen(command)
        while not (out.is_dir() and any(out.glob("*.png"))):
            time.sleep(0.01)
            if running.poll() is not None:
                raise SystemExit(f"emogan.generate ended with {running.returncode}")
        first = time.perf_counter() - began
        running.wait()
        seconds = time.perf_counter() - began
    print(f"first PNG after {first:.1f} s (target: 5); {FACES} faces in {seconds:.1f} s, imports and all")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--paper", type=Path, help="a finished sweep, measured instead of trained")
    parser.add_argument("--ours", type=Path, help="a finished run, measured instead of trained")
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="each another twelve photographs")
    parser.add_argument("--emotion", default="felicidade")
    parser.add_argument("--special", type=float, default=5, help="minutes")
    parser.add_argument("--scratch", type=float, default=30, help="minutes")
    parser.add_argument("--only", choices=("sides", "few", "speed"))
    parser.add_argument("--out", type=Path, default=Path("outputs/bench_quality"))
    args = parser.parse_args()
    if args.only in (None, "sides"):
        sides(args.out, args.minutes, args.paper, args.ours)
    if args.photos and args.only in (None, "few"):
        few(args.out, args.photos, args.emotion, args.special, args.scratch, args.seeds)
    if args.only == "speed":
        torch.manual_seed(0)
        speed_of_training()
        speed_of_generation()
    elif args.only is None:  # in a process of its own: peak memory is counted from a process's start
        subprocess.run([sys.executable, __file__, "--only", "speed"], check=True)


if __name__ == "__main__":
    main()
