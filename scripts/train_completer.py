"""Train the completer that comes with emogan on rendered people.

    emogan render out=pairs people=1500 look=wild size=small pairs=true dense=true sessions=[A] angles=[S] seed=505
    python scripts/train_completer.py --data pairs --minutes 45 --out completer.safetensors

It learns from the pictures that emogan train model=translator learns from, but for those that have something before the
face already. The last tenth of the people is kept aside.
"""

import argparse
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.completing.lessons import Lesson, Lessons, loss_of
from emogan.completing.textures import textures_of
from emogan.core.emotions import EMOTIONS
from emogan.core.truth import read_truth
from emogan.data.cache import folder_of
from emogan.networks.completer import Completer
from emogan.networks.style import StyleDiscriminator
from emogan.runs.weights import write_weights
from emogan.translating.known import Known, known_pairs
from emogan.translating.pairs import SIZE, Pairs

MADE = {"widths": [16, 32, 48, 72], "style_dim": 24, "features": 40, "finder": [16, 24, 24, 24], "ways": 16}
BATCH, LR, LR_D = 16, 1.5e-3, 5e-4
REAL = 0.03  # weight of looking real
FROM = 0.3  # share of the time from which on that is asked for
R1, EVERY = 1.0, 16
TOLD = 0.7  # share of the lessons that are told the emotion; the others draw what they see themselves
HALF_LIFE = 350 * BATCH  # faces, of the average that is kept
EVERY_SO_MANY = 100  # steps


def beside(lesson: Lesson, faces: Tensor) -> Tensor:
    """What the discriminator sees (n, 3, h, w): a face, what of it is as it came in, and where."""
    return torch.cat([2 * faces - 1, (2 * faces - 1) * lesson.visible, lesson.visible], 1)


def train(lessons: Lessons, minutes: float, start: Path | None) -> Iterator[tuple[int, Completer, str]]:
    """Yields the averaged network now and then, with the number of faces seen and the loss."""
    torch.manual_seed(1)
    chance = torch.Generator().manual_seed(1)
    network = Completer(**MADE).to(memory_format=torch.channels_last)
    if start:
        network.load_state_dict(torch.load(start)["network"])
    else:
        network.textures.data.copy_(textures_of(lessons.pairs, MADE["ways"]))
    judge = StyleDiscriminator(SIZE, 3, 24, 128, 128).to(memory_format=torch.channels_last)
    average = deepcopy(network).eval()
    own = torch.optim.Adam(network.parameters(), LR, betas=(0.5, 0.99))
    its = torch.optim.Adam(judge.parameters(), LR_D, betas=(0.0, 0.99))
    began, step, gone, losses = time.monotonic(), 0, 0.0, 0.0
    while gone < 1:
        gone = (time.monotonic() - began) / (60 * minutes)
        for group in own.param_groups:
            group["lr"] = LR * min(1, step / 200 + 0.05) * max(1 - gone, 0) ** 0.5
        lesson = lessons.draw(BATCH, chance)
        glimpse = network.look(lesson.pictures, lesson.visible)
        told = torch.rand(BATCH, 1, generator=chance) < TOLD
        made = network.draw(glimpse, torch.where(told, lesson.emotion, glimpse.emotions.detach().softmax(1)))
        loss = loss_of(made, network.finder(lesson.pictures), glimpse.emotions, lesson)
        losses += float(loss.detach())
        faces = torch.lerp(made.drawn, lesson.truth, lesson.visible)
        if gone > FROM:
            teach(judge, its, lesson, faces.detach(), step)
            loss = loss + REAL * F.softplus(-judge(beside(lesson, faces), lesson.emotion)).mean()
        own.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        own.step()
        step += 1
        forgets = 0.5 ** (BATCH / min(HALF_LIFE, 0.1 * BATCH * step + BATCH))
        with torch.no_grad():
            for kept, now in zip(average.parameters(), network.parameters(), strict=True):
                kept.lerp_(now, 1 - forgets)
        if step % EVERY_SO_MANY == 0 or gone >= 1:
            yield BATCH * step, average, f"loss {losses / EVERY_SO_MANY:.3f}"
            losses = 0.0


def teach(judge: StyleDiscriminator, its: torch.optim.Adam, lesson: Lesson, made: Tensor, step: int) -> None:
    """A step of the discriminator; R1 (Mescheder et al. 2018) at every so manieth one."""
    real = beside(lesson, lesson.truth).requires_grad_(step % EVERY == 0)
    sure = judge(real, lesson.emotion)
    loss = F.softplus(-sure).mean() + F.softplus(judge(beside(lesson, made), lesson.emotion)).mean()
    if step % EVERY == 0:
        (slope,) = torch.autograd.grad(sure.sum(), real, create_graph=True)
        loss = loss + EVERY * R1 / 2 * slope.square().sum((1, 2, 3)).mean()
    its.zero_grad()
    loss.backward()
    its.step()


def uncovered(known: Known, folder: Path) -> Pairs:
    """Those of the people before whose faces nothing is."""
    hidden = {truth.person for truth in read_truth(folder).values() if truth.occluder}
    return known.part([place for place, who in enumerate(known.pairs.people) if who not in hidden]).pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--workers", type=int, default=2, help="processes that read the pictures")
    parser.add_argument("--start", type=Path, help="the .pt file of an earlier training")
    asked = parser.parse_args()
    known = known_pairs(asked.data, folder_of("auto"), asked.workers)
    taught = uncovered(known.taught(), asked.data)
    print(f"{len(taught)} people of {len(known)}, {len(EMOTIONS)} pictures each", flush=True)
    began = time.monotonic()
    for seen, network, told in train(Lessons(taught), asked.minutes, asked.start):
        print(f"{seen} faces, {time.monotonic() - began:.0f} s: {told}", flush=True)
        torch.save({"network": network.state_dict()}, asked.out.with_suffix(".pt"))
        halved = {name: value.half() for name, value in network.state_dict().items()}
        write_weights(halved, {"made": json.dumps(MADE)}, asked.out)


if __name__ == "__main__":
    main()
