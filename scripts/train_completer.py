"""Make what completes faces: the model of rendered people, and who names the emotion of a partly seen face.

    emogan render out=pairs people=1500 look=wild size=small pairs=true dense=true sessions=[A] angles=[S] seed=505
    python scripts/train_cover_finder.py --data pairs --minutes 16 --out finder.safetensors
    python scripts/train_completer.py --data pairs --finder finder.safetensors --out completer.safetensors

The last tenth of the people is kept aside; how many of their faces are named rightly is printed.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from train_cover_finder import uncovered

from emogan.completing.covers import drawn, free_form, mouth_area, widened
from emogan.completing.drawing import completed
from emogan.completing.model import FaceModel, fitted
from emogan.completing.naming import clues
from emogan.completing.network import Completer, write_completer
from emogan.completing.seeing import explained
from emogan.core.emotions import EMOTIONS
from emogan.data.cache import folder_of
from emogan.networks.cover_finder import CoverFinder
from emogan.recognition.reading_lessons import Known as Shown
from emogan.recognition.reading_lessons import wished
from emogan.runs.weights import read_weights
from emogan.translating.known import Known, known_pairs
from emogan.translating.lessons import other_light
from emogan.translating.network import packaged_translator
from emogan.translating.pairs import CANVAS, SIZE

MOST_HIDDEN = 0.6  # of a face
MOUTHS, COVERS = 1, 1  # of 4 faces: with the mouth gone, with a drawn cover; the others with any area hidden
AROUND = 4  # pixels around a mouth that are gone as well
STEPS, LR, DECAY = 2000, 0.02, 0.02


def hide(face: Tensor, number: int, generator: torch.Generator) -> Tensor:
    """What is hidden (1, 1, SIZE, SIZE) of a face."""
    kind = int(torch.randint(4, (1,), generator=generator))
    if kind < MOUTHS:
        return widened(mouth_area(SIZE)[None, None].float(), AROUND)
    if kind < MOUTHS + COVERS:
        return widened(drawn(face, np.random.default_rng(number))[1])
    return free_form(MOST_HIDDEN * torch.rand(1, generator=generator), SIZE, generator)


@torch.no_grad()
def gathered(known: Known, model: FaceModel, count: int, varied: bool) -> tuple[Tensor, Tensor]:
    """The clues (count, k) of faces, each partly hidden, and their emotions as probabilities (count, 6)."""
    surface = packaged_translator().network.surface
    edge = (CANVAS - SIZE) // 2
    faces = known.pairs.images[:, :, edge:-edge, edge:-edge]
    chance = torch.Generator().manual_seed(0)
    found, shown = [], []
    for number in range(count):
        who, kind = int(torch.randint(len(faces), (1,), generator=chance)), number % len(EMOTIONS)
        face = faces[who, kind][None, None].float() / 255
        hidden = hide(face, number, chance)
        face = other_light(face, chance) if varied else face
        seen = explained(face, hidden, model, surface, None)
        found.append(clues(completed(face, hidden, seen), hidden, seen.emotions))
        shown.append((kind, float(known.pairs.strengths[who, kind])))
    kinds, strengths = (torch.tensor(one) for one in zip(*shown, strict=True))
    nothing = torch.empty(count, 0)
    return torch.stack(found), wished(Shown(kinds, strengths, nothing, nothing))


def named(found: Tensor, wanted: Tensor) -> nn.Linear:
    """A linear classifier of clues, with weights that stay small."""
    mean, deviation = found.mean(0), found.std(0).clamp_min(1e-3)
    torch.manual_seed(0)
    layer = nn.Linear(found.shape[1], len(EMOTIONS))
    nn.init.zeros_(layer.weight)
    optimiser = torch.optim.AdamW(layer.parameters(), LR, weight_decay=0.0)
    inputs = (found - mean) / deviation
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = LR * (1 + math.cos(math.pi * step / STEPS)) / 2
        loss = F.cross_entropy(layer(inputs), wanted) + DECAY * layer.weight.square().sum() / len(EMOTIONS)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():  # of clues as they are
        layer.weight.div_(deviation)
        layer.bias.sub_(layer.weight @ mean)
    return layer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--finder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--faces", type=int, default=4200, help="that naming is learnt from")
    asked = parser.parse_args()
    known = known_pairs(asked.data, folder_of("auto"), 2)
    taught, unseen = (uncovered(one, asked.data) for one in (known.taught(), known.unseen()))
    model = fitted(taught.pairs)
    print(f"the model of {len(taught)} people is fitted", flush=True)
    layer = named(*gathered(taught, model, asked.faces, varied=True))
    found, wanted = gathered(unseen, model, asked.faces // 7, varied=False)
    right = (layer(found).argmax(1) == wanted.argmax(1)).float().mean()
    print(f"{100 * float(right):.1f} % of {len(found)} faces of {len(unseen)} others are named rightly")
    read = read_weights(asked.finder)
    widths = json.loads(read.facts["widths"])
    finder = CoverFinder(widths)
    finder.load_state_dict({name: value.float() for name, value in read.tensors.items()})
    write_completer(Completer(model, finder, layer), widths, asked.out)


if __name__ == "__main__":
    main()
