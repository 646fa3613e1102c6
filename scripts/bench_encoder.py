"""How like its person the face is that emogan generate project= finds for a photograph, with and without the encoder.

    python scripts/bench_encoder.py london --weights packaged --out FOLDER

The photographs lie in folders of emotions, neutro and felicidade, each person under the same file name in both. Of
every fifth person one photograph is looked for, neutral and smiling in turn. Who the found face is, is asked of the
packaged recogniser's identity among all neutral photographs; what it shows, of the packaged recogniser. Out: each
photograph beside what was found, and that person in every emotion.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from emogan.core import machine
from emogan.core.emotions import EMOTIONS
from emogan.core.images import grid, save_png
from emogan.metrics.packaged import PackagedFeatures, described
from emogan.sampling.photograph import Photograph, read_photograph
from emogan.sampling.projection import Found, project
from emogan.sampling.sampler import Sampler

SHOWN = ("neutro", "felicidade")


def as_seen(photos: list[Photograph]) -> torch.Tensor:
    """Aligned photographs (n, 1, h, w)."""
    return torch.stack([photo.image for photo in photos])


def looked_for(sampler: Sampler, photos: list[Photograph], steps: int) -> tuple[list[Found], float]:
    """What is found for each, and how many seconds one takes."""
    began = time.perf_counter()
    found = [project(sampler, photo, steps, median=True) for photo in photos]
    return found, (time.perf_counter() - began) / len(photos)


def main() -> None:
    """Print a table and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--weights", default="packaged")
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 300])
    parser.add_argument("--every", type=int, default=5, help="every so manieth person")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    machine.keep_freed_memory()
    sampler, features = Sampler.of(asked.weights), PackagedFeatures()
    files = [sorted((asked.photographs / shown).glob("*.jpg")) for shown in SHOWN]
    neutral = [read_photograph(sampler, file, "align", 0.5) for file in files[0]]
    gallery = described(features.reader, as_seen(neutral)).identity
    chosen = range(0, len(neutral), asked.every)
    photos = [
        neutral[who] if turn % 2 == 0 else read_photograph(sampler, files[1][who], "align", 0.5)
        for turn, who in enumerate(chosen)
    ]
    wanted = torch.tensor([EMOTIONS.index(e) for e in EMOTIONS if e.value in SHOWN][::-1])  # neutro, felicidade
    wanted = wanted[torch.arange(len(photos)) % 2]
    read = features.look(as_seen(photos))[1]
    print(f"{len(photos)} photographs, {len(neutral)} people; read as they are: {(read == wanted).sum()} rightly\n")
    print("| start | steps | seconds each | own person nearest | emotion read as in the photograph | as it is | away |")
    print("|---|---|---|---|---|---|---|")
    ways = {"encoder": sampler, "nearest drawn": replace(sampler, encoder=None)}
    if sampler.encoder is None:
        del ways["encoder"]
    for start, way in ways.items():
        for steps in asked.steps:
            found, seconds = looked_for(way, photos, steps)
            faces = torch.stack([torch.from_numpy(one.face).permute(2, 0, 1) for one in found])
            who = (described(features.reader, faces).identity @ gallery.T).argmax(1)
            own = who == torch.tensor(list(chosen))
            named = features.look(faces)[1]
            away = np.mean([one.away for one in found])
            print(
                f"| {start} | {steps} | {seconds:.1f} | {100 * own.float().mean():.0f} % |"
                f" {100 * (named == read).float().mean():.0f} % | {100 * (named == wanted).float().mean():.0f} % |"
                f" {away:.1f} |",
                flush=True,
            )
            asked.out.mkdir(parents=True, exist_ok=True)
            save_png(sheet(found), asked.out / f"{start.split()[0]}_{steps}.png")


def sheet(found: list[Found]) -> Image.Image:
    """A row for each: the photograph, the face found, and it in every emotion."""
    pictures = np.stack([picture for one in found for picture in one.named.values()])
    return grid(pictures, len(found[0].named))


if __name__ == "__main__":
    main()
