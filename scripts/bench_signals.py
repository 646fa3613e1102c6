"""How often a face that follows a signal shows what the signal says at that moment.

    python scripts/bench_signals.py [--photographs london/neutro]

Of packaged people at rest, whom nothing learnt from, or of the photographs of a folder: a signal that says each of the
five emotions for two seconds is followed at 2 frames a second, and the packaged recogniser reads the frames in the
middle of each. Beside it what it reads of the packaged people's true renders.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.data.faces import PACKAGED
from emogan.recognition.photographs import read_photograph
from emogan.translating.asked import Manner, following
from emogan.translating.network import packaged_translator
from emogan.translating.photo import read_usable, reduced, translated

SHOWN = [emotion for emotion in EMOTIONS if emotion is not Emotion.NEUTRO]
SECONDS, FPS, SMOOTH = 2, 2, 0.2
LARGEST = 640  # pixels, as films have


def signal(path: Path) -> Path:
    """Each emotion for some seconds, one after the other."""
    lines = [",".join(["time", *(str(emotion) for emotion in EMOTIONS)])]
    for number in range(len(SHOWN) * SECONDS * 10 + 1):
        now = SHOWN[min(number // (10 * SECONDS), len(SHOWN) - 1)]
        lines.append(",".join([f"{number / 10:.1f}", *(str(int(one is now)) for one in EMOTIONS)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def named(photo: Path, table: Path, seed: int) -> list[bool]:
    """Whether the middle of each emotion is named as the signal says."""
    photograph = reduced(read_usable(photo, "largest"), LARGEST)
    films, _ = following(table, FPS, SMOOTH, Manner(1.0, seed, {}, packaged_translator()))
    (steps,) = films.shown.values()
    right = []
    for number, emotion in enumerate(SHOWN):
        step = steps[number * SECONDS * FPS + SECONDS * FPS // 2]
        again = read_photograph(translated(photograph, step.wish, step.share), "largest")
        right.append(bool(again.faces) and again.faces[0].emotion == emotion.value)
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=Path)
    asked = parser.parse_args()
    resting = sorted((PACKAGED / "KDEF").glob("A*/A*NES.JPG"))
    photos = sorted(asked.photographs.glob("*.jpg")) if asked.photographs else resting
    with TemporaryDirectory() as folder:
        table = signal(Path(folder) / "labels.csv")
        right = np.array([named(photo, table, number) for number, photo in enumerate(photos)])
    for emotion, share in zip(SHOWN, right.mean(0), strict=True):
        print(f"{emotion!s:<12} {100 * share:5.1f} %")
    print(f"{'all':<12} {100 * right.mean():5.1f} % of {right.size}, of {len(photos)} people")
    true = []
    for emotion in SHOWN:
        files = [PACKAGED / "KDEF" / path.parent.name / f"{path.parent.name}{emotion.kdef}S.JPG" for path in resting]
        found = [read_photograph(file, "largest").faces for file in files if file.is_file()]
        true += [bool(faces) and faces[0].emotion == emotion.value for faces in found]
    print(f"true renders of the packaged people: {100 * np.mean(true):.1f} % of {len(true)}")


if __name__ == "__main__":
    main()
