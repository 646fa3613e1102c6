"""Train the translator that comes with emogan on rendered people.

    emogan render out=pairs people=1500 look=wild size=small pairs=true dense=true sessions=[A] angles=[S] seed=505
    python scripts/train_translator.py --data pairs --minutes 45 --out translator.safetensors

The last tenth of the people is kept aside; how their faces come out is printed. What is read of the pictures is kept in
a file beside the folder, so that a second training begins at once.
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

from emogan.core import machine
from emogan.core.emotions import EMOTIONS
from emogan.networks.style import StyleDiscriminator
from emogan.networks.translator import Translator
from emogan.recognition.reading import close_crops, packaged_reader
from emogan.runs.weights import write_weights
from emogan.translating.lessons import Lesson, Lessons
from emogan.translating.losses import flow_error, total
from emogan.translating.motions import motions_of
from emogan.translating.pairs import CANVAS, SIZE, Pairs, read_pairs

WIDTHS, STYLE, SURFACE = [16, 40, 80, 128, 160], 256, [32, 64, 96, 128]
BATCH, LR, LR_D = 16, 1e-3, 5e-4
REAL = 0.01  # weight of looking real
FROM = 0.45  # share of the time from which on that is asked for
R1, EVERY = 1.0, 16
HALF_LIFE = 350 * BATCH  # pairs, of the average that is kept
TOLD = 100  # steps


def part(pairs: Pairs, these: slice) -> Pairs:
    return Pairs(
        pairs.images[these],
        pairs.shared[these],
        pairs.placed[these],
        pairs.actions[these],
        pairs.strengths[these],
        pairs.people[these],
    )


def known(folder: Path, actions: list[str], workers: int) -> tuple[Pairs, Tensor]:
    """The pairs of a folder, and the actions that the recogniser reads in their pictures."""
    kept = folder.with_suffix(".pairs.pt")
    if kept.is_file():
        with torch.serialization.safe_globals([Pairs]):
            read: tuple[Pairs, Tensor] = torch.load(kept)
        return read
    pairs = read_pairs(folder, actions, workers)
    edge = (CANVAS - SIZE) // 2
    faces = pairs.images[:, :, edge:-edge, edge:-edge].flatten(0, 1)[:, None]
    reads = packaged_reader().network.read(close_crops(faces)).actions.unflatten(0, (len(pairs), len(EMOTIONS)))
    torch.save((pairs, reads), kept)
    return pairs, reads


def beside(lesson: Lesson, made: Tensor) -> Tensor:
    """What the discriminator sees (n, 3, h, w): the face that came in, the one that came out, and what changed."""
    return torch.cat([2 * lesson.faces - 1, 2 * made - 1, 2 * (made - lesson.faces)], 1)


def train(lessons: Lessons, actions: list[str], minutes: float, start: Path | None) -> Iterator[tuple[int, Translator]]:
    """Yields the averaged network after every :data:`TOLD` steps, with the number of pairs seen."""
    torch.manual_seed(1)
    chance = torch.Generator().manual_seed(1)
    network = Translator(WIDTHS, STYLE, SURFACE, actions).to(memory_format=torch.channels_last)
    if start:
        network.load_state_dict(torch.load(start)["network"])
    else:
        network.surface.motions.data[: len(actions)] = motions_of(lessons.pairs)
    judge = StyleDiscriminator(SIZE, 3, 24, 128, 128).to(memory_format=torch.channels_last)
    average = deepcopy(network).eval()
    own = torch.optim.Adam(network.parameters(), LR, betas=(0.5, 0.99))
    its = torch.optim.Adam(judge.parameters(), LR_D, betas=(0.0, 0.99))
    began, step, gone = time.monotonic(), 0, 0.0
    while gone < 1:
        gone = (time.monotonic() - began) / (60 * minutes)
        for group in own.param_groups:
            group["lr"] = LR * min(1, step / 200 + 0.05) * max(1 - gone, 0) ** 0.5
        lesson = lessons.draw(BATCH, chance)
        with torch.autocast("cpu", torch.bfloat16, enabled=machine.cpu_has_bf16()):
            made = network(lesson.faces, lesson.change)
        loss = total(made, lesson)
        if gone > FROM:
            teach(judge, its, lesson, made.faces.detach(), step)
            loss = loss + REAL * F.softplus(-judge(beside(lesson, made.faces), lesson.emotion)).mean()
        own.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        own.step()
        step += 1
        forgets = 0.5 ** (BATCH / min(HALF_LIFE, 0.1 * BATCH * step + BATCH))
        with torch.no_grad():
            for kept, now in zip(average.parameters(), network.parameters(), strict=True):
                kept.lerp_(now, 1 - forgets)
        if step % TOLD == 0 or gone >= 1:
            yield BATCH * step, average


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


def told(network: Translator, lesson: Lesson) -> str:
    with torch.no_grad():
        made = network(lesson.faces, lesson.change)
    wrong, true = flow_error(made.flow, lesson)
    plain, _ = flow_error(made.motion, lesson)
    left = (made.faces - lesson.truth).square().sum() / (lesson.faces - lesson.truth).square().sum()
    return (
        f"flow off by {wrong:.2f} ({plain:.2f}) of {true:.2f} pixels, {100 * (1 - left):.0f} % of the change explained"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--workers", type=int, default=2, help="processes that read the pictures")
    parser.add_argument("--start", type=Path, help="the .pt file of an earlier training")
    asked = parser.parse_args()
    actions = list(packaged_reader().actions)
    pairs, reads = known(asked.data, actions, asked.workers)
    taught = len(pairs) - max(1, len(pairs) // 10)
    lessons = Lessons.of(part(pairs, slice(taught)), reads[:taught], actions)
    aside = Lessons.of(part(pairs, slice(taught, None)), reads[taught:], actions)
    unseen = aside.draw(64, torch.Generator().manual_seed(5), plain=True)
    print(f"{len(pairs)} people, {len(pairs) - taught} kept aside", flush=True)
    began = time.monotonic()
    for seen, network in train(lessons, actions, asked.minutes, asked.start):
        print(f"{seen} pairs, {time.monotonic() - began:.0f} s: {told(network, unseen)}", flush=True)
        torch.save({"network": network.state_dict()}, asked.out.with_suffix(".pt"))
        halved = {name: value.half() for name, value in network.state_dict().items()}
        made = {"widths": WIDTHS, "style_dim": STYLE, "surface": SURFACE, "actions": actions}
        write_weights(halved, {"made": json.dumps(made)}, asked.out)


if __name__ == "__main__":
    main()
