"""How well the recogniser that comes with emogan reads renders and photographs that it never saw.

    python scripts/bench_recognise.py --renders wild --photographs london --sessions emogan/data/packaged

Renders: the last tenth of the people, whom the network never saw. Photographs: a folder for each emotion, the same file
name for the same person in each. Sessions: studio renders of unseen people in two sessions. Faces are found in all of
them as `emogan recognise` finds them.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from train_landmarker import people_of

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.truth import read_truth
from emogan.finding.finder import find_faces
from emogan.recognition.reading import ReadFace, read_faces

NAMES = [str(emotion) for emotion in EMOTIONS]
BINS = 10  # of the calibration error


def read_file(path: Path) -> ReadFace | None:
    with Image.open(path) as opened:
        picture = opened.convert("L")
    faces = read_faces(picture, find_faces(picture)[:1])
    return faces[0] if faces else None


def calibration_error(shares: Tensor, right: Tensor) -> float:
    """ECE (Guo et al. 2017): how far, on average, the named emotion's probability is from how often it is right."""
    sure = shares.max(1).values
    place = (sure * BINS).long().clamp_max(BINS - 1)
    return sum(
        float((sure[place == k].mean() - right[place == k].float().mean()).abs()) * float((place == k).float().mean())
        for k in range(BINS)
        if (place == k).any()
    )


def renders(folder: Path) -> None:
    known = [truth for truth in read_truth(folder).values() if (folder / "KDEF" / truth.file).is_file()]
    _, unseen = people_of(known)
    pairs = [
        (truth, read)
        for truth, aside in zip(known, unseen.tolist(), strict=True)
        if aside and (read := read_file(folder / "KDEF" / truth.file)) is not None
    ]
    right = np.array([read.emotion == truth.emotion for truth, read in pairs])
    strength = np.array([1.0 if truth.emotion == "neutro" else truth.strength for truth, _ in pairs])
    print(
        f"renders: {int(unseen.sum())} of unseen people, {len(pairs)} found; named rightly {100 * right.mean():.1f} %"
    )
    for low, high in ((0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.2)):
        part = (strength >= low) & (strength < high)
        print(f"  strength {low} to {high}: {100 * right[part].mean():.1f} % of {part.sum()}")
    plain = strength >= 0.6
    print(f"  from strength 0.6: {100 * right[plain].mean():.1f} % of {plain.sum()}")
    for name in NAMES:
        named = Counter(read.emotion for k, (truth, read) in enumerate(pairs) if truth.emotion == name and plain[k])
        print(f"    {name}: {dict(named.most_common())}")
    shares = torch.tensor([[read.emotions[name] for name in NAMES] for _, read in pairs])
    print(f"  calibration error {calibration_error(shares, torch.tensor(right)):.3f}; from strength 0.6", end=" ")
    print(f"{calibration_error(shares[torch.tensor(plain)], torch.tensor(right[plain])):.3f}")
    identity = torch.stack([read.identity for _, read in pairs])
    nearest = (identity @ identity.T - 2 * torch.eye(len(pairs))).argmax(1).tolist()
    same = [pairs[k][0].person == pairs[near][0].person for k, near in enumerate(nearest)]
    print(f"  the nearest other picture is of the same person: {100 * np.mean(same):.1f} %")


def photographs(folder: Path) -> None:
    read = {
        name: {path.name: found for path in sorted((folder / name).glob("*.jpg")) if (found := read_file(path))}
        for name in NAMES
        if (folder / name).is_dir()
    }
    total = []
    for name, faces in read.items():
        named = Counter(face.emotion for face in faces.values())
        total += [face.emotion == name for face in faces.values()]
        print(f"photographs, {name}: {dict(named.most_common())}")
    print(f"  named rightly: {100 * np.mean(total):.1f} % of {len(total)}")
    shares = torch.tensor([[face.emotions[n] for n in NAMES] for faces in read.values() for face in faces.values()])
    print(f"  calibration error {calibration_error(shares, torch.tensor(total)):.3f}")
    if len(read) > 1:
        one, other = list(read.values())[:2]
        shared = [name for name in one if name in other]
        here, there = (torch.stack([faces[name].identity for name in shared]) for faces in (one, other))
        like = here @ there.T
        wanted = torch.arange(len(shared))
        ways = [float((like.argmax(axis) == wanted).float().mean()) for axis in (0, 1)]
        print(f"  nearest among {len(shared)} is the own person: {100 * np.mean(ways):.1f} %")


def sessions(folder: Path) -> None:
    neutral = sorted((folder / "KDEF").rglob(f"*{Emotion.NEUTRO.kdef}S.JPG"))
    faces = {path.name: found for path in neutral if (found := read_file(path))}
    people = sorted({name[1:] for name in faces if "A" + name[1:] in faces and "B" + name[1:] in faces})
    here, there = (torch.stack([faces[session + who].identity for who in people]) for session in "AB")
    vectors = torch.cat([here, there])
    like = vectors @ vectors.T - 2 * torch.eye(len(vectors))
    wanted = torch.arange(len(vectors)).roll(len(people))
    right = (like.argmax(1) == wanted).float().mean()
    print(f"sessions: {100 * right:.1f} % of {len(vectors)} neutral faces are nearest to their own other session")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renders", type=Path)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--sessions", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.renders:
        renders(asked.renders)
    if asked.photographs:
        photographs(asked.photographs)
    if asked.sessions:
        sessions(asked.sessions)


if __name__ == "__main__":
    main()
