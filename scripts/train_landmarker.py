"""Train the landmarker that comes with emogan, on rendered faces and on pictures without a face.

    emogan render out=wild people=1500 look=wild size=small seed=77 sessions=[A] angles=[S]
    python scripts/train_landmarker.py data=wild out=landmarker.safetensors

The last tenth of the people is kept aside; the error on them is printed, as a share of the distance of the eyes.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from emogan.core import machine
from emogan.core.truth import Truth, read_truth
from emogan.finding.frames import CLOSE, anchors, laid_over
from emogan.finding.learning import Recipe, Shots, cut, train_landmarker
from emogan.finding.nothing import pictures_of_nothing
from emogan.networks.landmarker import Landmarker, prepare
from emogan.runs.weights import write_weights


def read(folder: Path) -> tuple[Shots, list[Truth]]:
    known = [truth for truth in read_truth(folder).values() if (folder / "KDEF" / truth.file).is_file()]
    pictures = [np.asarray(Image.open(folder / "KDEF" / truth.file).convert("L")) for truth in known]
    places = np.array([truth.landmarks for truth in known])
    frames = [laid_over(points, CLOSE) for points in anchors(places)]
    shares = np.array([frame.from_picture(points) for frame, points in zip(frames, places, strict=True)])
    matrices = [np.column_stack([frame.axes.T, frame.origin]) for frame in frames]
    shots = Shots(
        torch.from_numpy(np.array(pictures))[:, None],
        torch.tensor(np.array(matrices), dtype=torch.float32),
        torch.tensor(shares, dtype=torch.float32),
        torch.tensor([[truth.yaw, truth.pitch] for truth in known]) / 45,
    )
    return shots, known


def part(shots: Shots, chosen: Tensor) -> Shots:
    return Shots(shots.pictures[chosen], shots.frames[chosen], shots.landmarks[chosen], shots.turn[chosen])


def people_of(known: list[Truth]) -> tuple[list[str], Tensor]:
    """Everybody, and which faces (n,) are of the last tenth of them."""
    people = sorted({truth.person for truth in known}, key=lambda name: (int(name[1:]), name))
    aside = set(people[-max(2, len(people) // 10) :])
    return people, torch.tensor([truth.person in aside for truth in known])


def halved(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights in 16 bits."""
    return {name: value.half() if value.is_floating_point() else value for name, value in weights.items()}


@torch.no_grad()
def error(network: Landmarker, shots: Shots, covered: Tensor) -> str:
    """In per cent of the distance of the pupils, of faces that nothing hides and of the others."""
    network.eval()
    found = torch.cat(
        [
            network(prepare(cut(p, f))).places
            for p, f in zip(shots.pictures.split(256), shots.frames.split(256), strict=True)
        ]
    )
    network.train()
    apart = (shots.landmarks[:, 69] - shots.landmarks[:, 68]).norm(dim=-1)
    wrong = 100 * (found - shots.landmarks).norm(dim=-1).mean(-1) / apart.clamp_min(0.15)
    return (
        f"{wrong[~covered].mean():.2f} % ({wrong[~covered].median():.2f} median), covered {wrong[covered].mean():.2f} %"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--start", type=Path, help="weights of an earlier training to go on from")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--width", type=int, default=18)
    asked = parser.parse_args()
    shots, known = read(asked.data)
    people, unseen = people_of(known)
    covered = torch.tensor([bool(truth.occluder) for truth in known])
    print(f"{len(known)} faces of {len(people)} people, {int(unseen.sum())} faces kept aside", flush=True)
    recipe = Recipe(asked.width, asked.steps, 64, 0.3, asked.lr, 0.01, 1)
    bf16 = machine.cpu_has_bf16()
    began = time.monotonic()
    total = 0.0
    start = torch.load(asked.start) if asked.start else None
    for step, network, loss in train_landmarker(part(shots, ~unseen), pictures_of_nothing(), recipe, bf16, start):
        total += loss
        if step % 250 == 0 or step == recipe.steps:
            told = error(network, part(shots, unseen), covered[unseen])
            print(f"{step} {time.monotonic() - began:.0f} s loss {total / 250:.3f} unseen {told}", flush=True)
            total = 0.0
            torch.save(network.state_dict(), asked.out.with_suffix(".pt"))
            write_weights(halved(network.state_dict()), {"width": str(asked.width)}, asked.out)


if __name__ == "__main__":
    main()
