"""How well hidden parts of faces are drawn, and the emotion of the visible part read.

    python scripts/bench_complete.py --data pairs --picture docs/completed.png

Data: what emogan train model=translator was taught with; the last tenth of the people, whom nothing learnt from, are
measured, each face with areas of any shape hidden, as large as the table says. Beside it: scikit-image's biharmonic
inpainting, and the other half of the face copied. Set: packaged people at rest with drawn covers, found by themselves,
completed with each of the other emotions.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.metrics import structural_similarity
from skimage.restoration import inpaint_biharmonic
from torch import Tensor
from train_completer import AROUND
from train_cover_finder import uncovered

from emogan.completing.covers import COVERS, drawn, face_area, free_form, mouth_area, widened
from emogan.completing.drawing import completed, look
from emogan.completing.finding import found
from emogan.completing.photo import Hidden, Shown
from emogan.completing.photo import completed as completed_photo
from emogan.completing.seeing import smooth
from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.images import grid, save_png
from emogan.data.cache import folder_of
from emogan.data.faces import PACKAGED
from emogan.data.reading import UnusableImageError
from emogan.finding.aligning import aligned_frame, put_back
from emogan.recognition.photographs import read_photograph
from emogan.translating.applying import grey_in
from emogan.translating.known import known_pairs
from emogan.translating.pairs import CANVAS, SIZE
from emogan.translating.photo import read_usable

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
MOUTH = "mouth"


def hidden_areas(share: float | str, count: int) -> Tensor:
    if share == MOUTH:
        return widened(mouth_area(SIZE)[None, None].float(), AROUND).expand(count, -1, -1, -1)
    return free_form(torch.full((count,), float(share)), SIZE, torch.Generator().manual_seed(7))


def biharmonic(face: Tensor, hidden: Tensor) -> Tensor:
    filled = inpaint_biharmonic(face[0, 0].double().numpy(), hidden[0, 0].numpy() > 0)
    return torch.from_numpy(filled).float().clamp(0, 1)[None, None]


def mirrored(face: Tensor, hidden: Tensor) -> Tensor:
    """The other half; where that is hidden as well, what is around it."""
    other = torch.where(hidden.flip(-1) > 0, smooth(face, 1 - hidden), face.flip(-1))
    return torch.lerp(face, other, hidden)


def ours(face: Tensor, hidden: Tensor) -> Tensor:
    seen, _ = look(face, hidden)
    return completed(face, hidden, seen)


def likeness(made: Tensor, face: Tensor, hidden: Tensor) -> tuple[float, float]:
    """PSNR in dB and structural similarity where the face is hidden."""
    area = (hidden[0, 0] * face_area(SIZE)).numpy() > 0
    a, b = made[0, 0].numpy(), face[0, 0].numpy()
    _, whole = structural_similarity(a, b, data_range=1.0, full=True)
    return float(-10 * np.log10(max(np.square(a - b)[area].mean(), 1e-6))), float(whole[area].mean())


def renders(folder: Path, count: int, slow: int) -> None:
    pairs = uncovered(known_pairs(folder, folder_of("auto"), 2).unseen(), folder).pairs
    edge = (CANVAS - SIZE) // 2
    faces = pairs.images[:, :, None, None, edge:-edge, edge:-edge].float() / 255
    who = torch.randint(len(faces), (count,), generator=torch.Generator().manual_seed(1)).tolist()
    print("hidden   completed       biharmonic      other half      emotion inferred")
    for share in (*SHARES, MOUTH):
        areas = hidden_areas(share, count)
        scores: dict[str, list[tuple[float, float]]] = {"ours": [], "biharmonic": [], "mirrored": []}
        right = []
        for number in range(count):
            kind = number % len(EMOTIONS)
            face, hidden = faces[who[number], kind], areas[number : number + 1]
            seen, shows = look(face, hidden)
            right.append(int(shows.argmax()) == kind)
            scores["ours"].append(likeness(completed(face, hidden, seen), face, hidden))
            if number < slow:
                scores["biharmonic"].append(likeness(biharmonic(face, hidden), face, hidden))
                scores["mirrored"].append(likeness(mirrored(face, hidden), face, hidden))
        cells = "   ".join("{:5.2f} dB {:.3f}".format(*np.mean(values, axis=0)) for values in scores.values())
        named = f"{100 * np.mean(right):5.1f} %"
        print(f"{share if share == MOUTH else f'{100 * float(share):.0f} %':<7}  {cells}   {named}", flush=True)
    print(f"({count} faces of {len(faces)} people in each row, {slow} of them for the other two)")


def covered(path: Path, kind: str, seed: int) -> tuple[Image.Image, Image.Image]:
    """A photograph with something before the face, and without."""
    read = read_photograph(path, "largest")
    frame = aligned_frame(read.faces[0].face)
    picture, matte = drawn(grey_in(read.picture, frame, 256), np.random.default_rng(seed), [kind])
    images = [Image.fromarray((255 * one[0, 0].clamp(0, 1)).byte().numpy()) for one in (picture, matte)]
    return put_back(read.picture, images[0], frame, images[1]), read.picture


def setting(people: int) -> None:
    """Emotions that are set, and whether covers are found."""
    kinds = list(COVERS)
    paths = sorted((PACKAGED / "KDEF").glob("A*/A*NES.JPG"))[:people]
    right, seen, tried = [], 0, 0
    for number, path in enumerate(paths):
        picture, _ = covered(path, kinds[number % len(kinds)], number)
        tried += 1
        try:
            photograph = read_usable(picture, "largest")
            for emotion in EMOTIONS:
                if emotion is not Emotion.NEUTRO:
                    made, _ = completed_photo(photograph, Hidden(None, True), Shown({emotion: 1.0}, 1.0, number))
                    again = read_photograph(made, "largest")
                    right.append(bool(again.faces) and again.faces[0].emotion == emotion.value)
            seen += 1
        except UnusableImageError:
            continue
    print(
        f"covers found before {seen} of {tried} packaged people; emotion set as wished in {100 * np.mean(right):.1f} %"
    )
    nothing = sum(float(found(grey(path)).sum()) > 0 for path in paths)
    print(f"a cover is found before {nothing} of {len(paths)} of them that have none")


def grey(path: Path) -> Tensor:
    read = read_photograph(path, "largest")
    return grey_in(read.picture, aligned_frame(read.faces[0].face))


def picture(path: Path, people: tuple[str, ...] = ("AF05", "AM08", "AF08", "AM14")) -> None:
    """Packaged people: with a cover, completed, and as they are."""
    rows: list[list[NDArray[np.uint8]]] = [[], [], []]
    for who, kind in zip(people, ("mask", "sunglasses", "bar", "hand"), strict=True):
        before, truth = covered(PACKAGED / "KDEF" / who / f"{who}NES.JPG", kind, 3)
        made, _ = completed_photo(read_usable(before, "largest"), Hidden(None, True), Shown(None, 1.0, 1))
        for row, one in zip(rows, (before, made, truth), strict=True):
            row.append(np.asarray(one.convert("L")))
    images = np.stack([one for row in rows for one in row])[:, 40:330, :, None]
    save_png(grid(images, len(people)), path)


def speed() -> None:
    face, hidden = torch.rand(1, 1, SIZE, SIZE), hidden_areas(0.3, 1)
    look(face, hidden)
    began = time.monotonic()
    for _ in range(5):
        look(face, hidden)
    print(f"one face: {(time.monotonic() - began) / 5:.2f} s, {torch.get_num_threads()} threads")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--faces", type=int, default=240, help="in each row")
    parser.add_argument("--slow", type=int, default=60, help="of these, for the other ways")
    parser.add_argument("--people", type=int, default=36, help="packaged ones, whose emotion is set")
    parser.add_argument("--picture", type=Path, help="where to draw four people beside the truth")
    asked = parser.parse_args()
    if asked.picture:
        picture(asked.picture)
    if asked.data:
        renders(asked.data, asked.faces, asked.slow)
    setting(asked.people)
    speed()


if __name__ == "__main__":
    main()
