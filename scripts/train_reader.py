"""Train the recogniser that comes with emogan on rendered faces.

    emogan render out=wild people=1500 look=wild size=small seed=77 sessions=[A] angles=[S]
    python scripts/train_reader.py --data wild --out reader.safetensors

The last tenth of the people is kept aside; what is read of them is printed.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from bench_recognise import calibration_error
from train_landmarker import halved, part, people_of, read

from emogan.core import machine
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.truth import Truth
from emogan.finding.learning import Shots, cut
from emogan.networks.landmarker import prepare
from emogan.networks.reader import Reader
from emogan.recognition.reading_lessons import Known, Lesson, train_reader
from emogan.runs.weights import write_weights

ALLOWED = 0.045  # calibration error on unseen renders


def known_of(truths: list[Truth], people: list[str]) -> Known:
    return Known(
        torch.tensor([EMOTIONS.index(Emotion(truth.emotion)) for truth in truths]),
        torch.tensor([truth.strength for truth in truths]),
        torch.tensor([list(truth.actions.values()) for truth in truths]),
        torch.tensor([people.index(truth.person) for truth in truths]),
    )


def temperature(reader: Reader, faces: Shots, known: Known) -> float:
    """What to divide logits by (Guo et al. 2017): the most at which the probabilities of plain expressions are right.

    Photographs are less like renders than renders are among themselves, so doubt is kept as far as renders allow it.
    """
    plain = (known.strength >= 0.6) | (known.emotion == EMOTIONS.index(Emotion.NEUTRO))
    logits = reader.read(prepare(cut(faces.pictures[plain], faces.frames[plain]))).emotions
    right = logits.argmax(1) == known.emotion[plain]
    tried = [round(0.5 + 0.05 * k, 2) for k in range(51)]
    errors = {t: calibration_error((logits / t).softmax(1), right) for t in tried}
    return max((t for t in tried if errors[t] <= ALLOWED), default=min(tried, key=lambda t: errors[t]))


def told(reader: Reader, faces: Shots, known: Known) -> str:
    crops = torch.cat(
        [prepare(cut(p, f)) for p, f in zip(faces.pictures.split(256), faces.frames.split(256), strict=True)]
    )
    found = reader.read(crops)
    named = found.emotions.argmax(1) == known.emotion
    plain = (known.strength >= 0.6) | (known.emotion == EMOTIONS.index(Emotion.NEUTRO))
    like = found.identity @ found.identity.T - 2 * torch.eye(len(crops))
    same = known.person[like.argmax(1)] == known.person
    off = (found.actions - known.actions).abs().mean()
    return (
        f"named {100 * named.float().mean():.1f} %, from strength 0.6 {100 * named[plain].float().mean():.1f} %,"
        f" strength off by {(found.strength - known.strength).abs().mean():.3f}, actions by {off:.4f},"
        f" nearest is the same person {100 * same.float().mean():.1f} %"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="weights of an earlier training to go on from")
    parser.add_argument("--mean", action="store_true", help="write the mean of these weights and the new ones")
    asked = parser.parse_args()
    if asked.mean and not asked.start:
        parser.error("--mean needs --start: the weights that the new ones are averaged with")
    faces, truths = read(asked.data)
    people, unseen = people_of(truths)
    known = known_of(truths, people)
    actions = list(truths[0].actions)
    print(f"{len(truths)} faces of {len(people)} people, {int(unseen.sum())} faces kept aside", flush=True)
    lesson = Lesson(24, 160, 128, asked.steps, 64, asked.lr, 0.05, 1)
    began, total = time.monotonic(), 0.0
    taught = part(faces, ~unseen)
    start = torch.load(asked.start)["weights"] if asked.start else None
    for step, reader, loss in train_reader(taught, known[~unseen], actions, lesson, machine.cpu_has_bf16(), start):
        total += loss
        if step % 250 == 0 or step == asked.steps:
            found = told(reader, part(faces, unseen), known[unseen])
            print(f"{step} {time.monotonic() - began:.0f} s loss {total / 250:.3f} unseen: {found}", flush=True)
            total = 0.0
            torch.save({"weights": reader.state_dict(), "actions": actions}, asked.out.with_suffix(".pt"))
            made = {
                "width": lesson.width,
                "features": lesson.features,
                "identity": lesson.identity,
                "actions": actions,
                "temperature": temperature(reader, part(faces, unseen), known[unseen]),
            }
            kept = reader.state_dict()
            if start and asked.mean:
                kept = {k: (start[k] + value) / 2 if value.is_floating_point() else value for k, value in kept.items()}
            write_weights(halved(kept), {"made": json.dumps(made)}, asked.out)


if __name__ == "__main__":
    main()
