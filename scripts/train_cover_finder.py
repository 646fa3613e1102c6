"""Train the network that finds what covers a face, on rendered people with drawn covers.

    emogan render out=pairs people=1500 look=wild size=small pairs=true dense=true sessions=[A] angles=[S] seed=505
    python scripts/train_cover_finder.py --data pairs --minutes 20 --out finder.safetensors

The last tenth of the people is kept aside; how well covers before their faces are found is printed.
"""

import argparse
import json
import time
from copy import deepcopy
from pathlib import Path

import torch

from emogan.completing.lessons import Covered, loss_of, overlap
from emogan.core.truth import each_truth
from emogan.data.cache import folder_of
from emogan.networks.cover_finder import CoverFinder
from emogan.runs.weights import write_weights
from emogan.translating.known import Known, known_pairs

WIDTHS = [16, 32, 48, 64]
BATCH, LR, KEPT = 16, 2e-3, 0.995
EVERY_SO_MANY = 200  # steps


def uncovered(known: Known, folder: Path) -> Known:
    """Those of the people before whose faces nothing is."""
    hidden = {truth.person for truth in each_truth(folder) if truth.occluder}
    return known.part([place for place, who in enumerate(known.pairs.people) if who not in hidden])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    asked = parser.parse_args()
    known = known_pairs(asked.data, folder_of("auto"), 2)
    taught, unseen = (uncovered(one, asked.data).pairs.images.flatten(0, 1) for one in (known.taught(), known.unseen()))
    torch.manual_seed(1)
    chance = torch.Generator().manual_seed(1)
    network = CoverFinder(WIDTHS).to(memory_format=torch.channels_last)
    mean = deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), LR, weight_decay=0.01)
    pictures, covers = Covered(unseen).draw(200, torch.Generator().manual_seed(5))
    began, step, gone = time.monotonic(), 0, 0.0
    while gone < 1:
        gone = (time.monotonic() - began) / (60 * asked.minutes)
        for group in optimiser.param_groups:
            group["lr"] = LR * min(1, step / 100 + 0.05) * max(1 - gone, 0)
        shown, there = Covered(taught).draw(BATCH, chance)
        loss = loss_of(network(shown), there)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        with torch.no_grad():
            for kept, now in zip(mean.parameters(), network.parameters(), strict=True):
                kept.lerp_(now, 1 - min(KEPT, step / (step + 10)))
        if step % EVERY_SO_MANY == 0 or gone >= 1:
            with torch.no_grad():
                found = overlap(mean(pictures), covers)
            told = f"loss {float(loss.detach()):.3f}, overlap {100 * float(found.mean()):.0f} %"
            print(f"{BATCH * step} faces, {time.monotonic() - began:.0f} s: {told}", flush=True)
            halved = {name: value.half() for name, value in mean.state_dict().items()}
            write_weights(halved, {"widths": json.dumps(WIDTHS)}, asked.out)


if __name__ == "__main__":
    main()
