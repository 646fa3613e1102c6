"""Where the time of an evaluation goes: 6 x 1,000 faces of the paper's generator against the packaged faces.

usage: python scripts/bench_evaluate.py [--faces 1000]

The generators are as they start, untrained: their faces cost as much as any. The recogniser is trained before, if it is
not remembered yet; that time is printed apart.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from emogan.config.compose import conf_dir, plain
from emogan.core import machine
from emogan.core.emotions import Emotion
from emogan.data.keeping import Keeping
from emogan.data.reals import real_faces
from emogan.evaluate import evaluate
from emogan.recognition.cache import recogniser_of
from emogan.runs.generator_file import save_generator


def untrained_run(folder: Path, emotion: Emotion) -> None:
    """A run folder with a fresh generator of ``experiment=paper`` in it."""
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", ["experiment=paper", f"emotion={emotion}", f"run_dir={folder}"])
    faces = instantiate(cfg.data.module, _convert_="all")
    faces.setup()
    (folder / "checkpoints").mkdir(parents=True)
    generator = instantiate(cfg.model.generator, _convert_="all")
    save_generator(generator, plain(cfg), 0, folder / "checkpoints" / "generator.safetensors")
    record = {"emotion": emotion.value, "config": plain(cfg), "images": {"sha256": faces.digest}}
    (folder / "run.json").write_text(json.dumps(record))


def main() -> None:
    """Evaluate, and print seconds by part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=1000)
    count = parser.parse_args().faces
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for emotion in Emotion:
            untrained_run(folder / emotion.value, emotion)
        with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
            cfg = compose("evaluate", [f"run={folder}", f"faces={count}"])
        config = json.loads((folder / "medo" / "run.json").read_text())["config"]
        keeping = Keeping.of({"cache": cfg.cache, **cfg.data})
        began = time.perf_counter()
        recogniser_of(*real_faces(config, keeping), instantiate(cfg.recogniser), keeping.folder)
        ready = time.perf_counter()
        found = json.loads((evaluate(cfg).folder / "metrics.json").read_text())
        ended = time.perf_counter()
    print(f"\nreal faces and recogniser, trained or remembered: {ready - began:.1f} s")
    for part, seconds in found["seconds"].items():
        print(f"{part:<26} {seconds:6.1f} s")
    peak = machine.peak_memory() / 1e9
    print(f"6 x {count:,} faces, all measures: {ended - ready:.1f} s, peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
