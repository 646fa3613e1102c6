"""How well the translator that comes with emogan changes expressions, of rendered people and in photographs.

    python scripts/bench_translate.py --data pairs --photographs london/neutro --smiles london/felicidade --out FOLDER

Data: what emogan train model=translator was taught with; the last tenth of the people, whom it never saw, are measured,
each from neutral to the five other emotions. Photographs: neutral faces, each translated to the five; smiles of the
same people under the same file names. Picture: two packaged people beside the truth. Out: a folder for each emotion
with the translated photographs, for scripts/judge_faces.py. Speed: a photograph of 12 megapixels.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut
from skimage.metrics import structural_similarity
from torch import Tensor

from emogan.core.emotions import EMOTIONS, Emotion
from emogan.core.images import grid, save_png
from emogan.core.marking import NOBODY, Mark
from emogan.core.truth import read_truth
from emogan.data.cache import folder_of
from emogan.data.faces import PACKAGED
from emogan.finding.aligning import aligned_frame
from emogan.recognition.photographs import read_photograph
from emogan.recognition.reading import ReadFace, close_crops, packaged_reader
from emogan.sampling.video import save_film
from emogan.translating.applying import EDGE, translate
from emogan.translating.known import known_pairs
from emogan.translating.lessons import NEUTRAL, Lesson, Lessons
from emogan.translating.losses import flow_error
from emogan.translating.network import packaged_translator
from emogan.translating.pairs import SIZE
from emogan.translating.photo import read_usable, translated
from emogan.translating.wishes import Wish, wished

SHOWN = [emotion for emotion in EMOTIONS if emotion is not Emotion.NEUTRO]


def similarity(one: Tensor, other: Tensor) -> float:
    """The mean structural similarity (Wang et al. 2004) of the faces' middles."""
    pairs = zip(one[:, 0, 24:112, 24:104].numpy(), other[:, 0, 24:112, 24:104].numpy(), strict=True)
    return float(np.mean([structural_similarity(a, b, data_range=1.0) for a, b in pairs]))


def renders(folder: Path) -> None:
    by, reader = packaged_translator(), packaged_reader().network
    unseen = known_pairs(folder, folder_of("auto"), 2).unseen()
    lessons = Lessons.of(unseen.pairs, unseen.read, by.actions)
    count, rows = len(lessons.pairs), []
    for emotion in SHOWN:
        end = torch.full((count,), EMOTIONS.index(emotion))
        lesson: Lesson = lessons.show(
            torch.arange(count), torch.full((count,), NEUTRAL), end, torch.Generator(), plain=True
        )
        with torch.no_grad():
            made = by.network(lesson.faces, lesson.change)
        wrong, true = flow_error(made.flow, lesson)
        left = (made.faces - lesson.truth).square().sum() / (lesson.faces - lesson.truth).square().sum()
        named = [
            float((reader.read(close_crops(255 * faces)).emotions.argmax(1) == end).float().mean())
            for faces in (made.faces, lesson.truth)
        ]
        before, after = similarity(lesson.faces, lesson.truth), similarity(made.faces, lesson.truth)
        rows.append([wrong, true, 100 * wrong / true, 100 * float(1 - left), before, after, *(100 * n for n in named)])
        print(f"{emotion!s:<12}" + " ".join(f"{value:8.3f}" for value in rows[-1]))
    print(f"{'mean':<12}" + " ".join(f"{value:8.3f}" for value in np.mean(rows, axis=0)))
    print(
        f"(of {count} people: pixels that the flow is off, its true length, %, % of the change explained, similarity"
        " of the untouched face and of the translated one, % named rightly: translated, true)"
    )


def read(path: Path) -> tuple[Image.Image, ReadFace] | None:
    found = read_photograph(path, "largest")
    return (found.picture, found.faces[0]) if found.faces else None


def photographs(folder: Path, smiles: Path | None, out: Path) -> None:
    faces = {path.stem: here for path in sorted(folder.glob("*.jpg")) if (here := read(path))}
    own = torch.stack([face.identity for _, face in faces.values()])
    smiling = {path.stem: here[1] for path in sorted(smiles.glob("*.jpg")) if (here := read(path))} if smiles else {}
    changed_outside, nearer = 0, []
    for emotion in SHOWN:
        (out / f"{emotion}").mkdir(parents=True, exist_ok=True)
        right, same = [], []
        for number, (stem, (picture, face)) in enumerate(faces.items()):
            made = translate(picture, face, wished({emotion: 1.0}, 1.0, number), packaged_translator())
            save_png(made, out / f"{emotion}" / f"{stem}.png")
            changed_outside = max(changed_outside, outside(picture, made, face))
            again = read(out / f"{emotion}" / f"{stem}.png")
            if again is None:
                right.append(False)
                same.append(False)
                continue
            right.append(again[1].emotion == emotion.value)
            same.append(int((own @ again[1].identity).argmax()) == number)
            if emotion is Emotion.FELICIDADE and stem in smiling:
                true = shape(smiling[stem])
                nearer.append([np.abs(shape(one) - true).mean() for one in (face, again[1])])
        print(f"{emotion!s:<12} named {100 * np.mean(right):5.1f} %, nearest own {100 * np.mean(same):5.1f} %")
    print(f"of {len(faces)} photographs; the most that a pixel outside of a face changed: {changed_outside} of 255")
    if nearer:
        before, after = np.mean(nearer, axis=0)
        print(f"landmarks of the smiles: {100 * before:.2f} % of the eyes' distance away, then {100 * after:.2f} %")


def outside(picture: Image.Image, made: Image.Image, face: ReadFace) -> int:
    """The largest change of a pixel that lies outside of the square around the face, or in its rim."""
    y, x = np.mgrid[: picture.height, : picture.width] + 0.5
    shares = aligned_frame(face.face).from_picture(np.stack([x, y], -1))
    beyond = (np.abs(shares - 0.5) > 0.5 - EDGE + 1 / 64).any(-1)
    change = np.abs(np.asarray(made, dtype=int) - np.asarray(picture, dtype=int))
    return int(change[beyond].max(initial=0))


def shape(face: ReadFace) -> NDArray[np.float64]:
    """The landmarks, upright, from the middle of the eyes in distances of the eyes."""
    frame = aligned_frame(face.face)
    places = frame.from_picture(face.face.landmarks)
    left, right = places[36:42].mean(0), places[42:48].mean(0)
    result: NDArray[np.float64] = (places - (left + right) / 2) / np.linalg.norm(right - left)
    return result


def speed() -> None:
    photo = Image.fromarray(astronaut()).resize((3464, 3464), Image.Resampling.BICUBIC)
    packaged_translator(), read_photograph(photo, "largest")
    for _ in range(2):
        began = time.monotonic()
        found = read_photograph(photo, "largest")
        seen = time.monotonic()
        translate(found.picture, found.faces[0], wished({Emotion.SURPRESA: 1.0}, 1.0, 1), packaged_translator())
    took = f"{seen - began:.2f} s to find and read the face, {time.monotonic() - seen:.2f} s to change it"
    print(f"{photo.width * photo.height / 1e6:.0f} megapixels in memory, {torch.get_num_threads()} threads: {took}")


class StarGAN(torch.nn.Sequential):
    """The generator of Choi et al., "StarGAN" (2018), table 4, for 128 x 128 colour images and six labels: untrained,
    to measure its time."""

    def __init__(self, labels: int = len(EMOTIONS), width: int = 64) -> None:
        def step(inputs: int, outputs: int, size: int, stride: int = 1) -> torch.nn.Sequential:
            kind = torch.nn.ConvTranspose2d if stride < 0 else torch.nn.Conv2d
            convolution = kind(inputs, outputs, size, abs(stride), (size - 1) // 2, bias=False)
            return torch.nn.Sequential(convolution, torch.nn.InstanceNorm2d(outputs, affine=True), torch.nn.ReLU())

        class Residual(torch.nn.Module):
            def __init__(self, width: int) -> None:
                super().__init__()
                self.inner = torch.nn.Sequential(step(width, width, 3), *list(step(width, width, 3))[:2])

            def forward(self, maps: Tensor) -> Tensor:
                wished: Tensor = maps + self.inner(maps)
                return wished

        super().__init__(
            step(3 + labels, width, 7),
            *(step(width * k, 2 * width * k, 4, 2) for k in (1, 2)),
            *(Residual(4 * width) for _ in range(6)),
            *(step(width * k, width * k // 2, 4, -2) for k in (4, 2)),
            torch.nn.Conv2d(width, 3, 7, padding=3, bias=False),
            torch.nn.Tanh(),
        )


def beside_stargan(times: int = 20) -> None:
    """Seconds of one aligned face of 128 x 128, network alone, one after the other in one run."""
    by, other = packaged_translator(), StarGAN().eval()
    grey, change = torch.rand(1, 1, SIZE, SIZE), torch.randn(1, len(by.actions))
    colour = torch.rand(1, 3 + len(EMOTIONS), SIZE, SIZE)

    def median(call: Callable[[], object]) -> float:
        took = []
        for _ in range(times):
            began = time.perf_counter()
            call()
            took.append(time.perf_counter() - began)
        return sorted(took[2:])[(times - 2) // 2]

    with torch.no_grad():
        ours, its = median(lambda: by.network(grey, change)), median(lambda: other(colour))
    parameters = [sum(value.numel() for value in network.parameters()) / 1e6 for network in (by.network, other)]
    print(
        f"one face: {1000 * ours:.0f} ms ({1 / ours:.0f} a second, {parameters[0]:.1f} M parameters), StarGAN's network"
        f" {1000 * its:.0f} ms ({parameters[1]:.1f} M): {its / ours:.1f} times as long"
    )


def picture(path: Path, people: tuple[str, ...] = ("AF05", "AM08")) -> None:
    """Two packaged people, whom the network never saw: at rest, then changed to do what their rendered pictures do, and
    these below."""
    truths, rows = read_truth(PACKAGED), []
    for who in people:
        of = {emotion: PACKAGED / "KDEF" / who / f"{who}{emotion.kdef}S.JPG" for emotion in EMOTIONS}
        found = read_photograph(of[Emotion.NEUTRO], "largest")
        resting = np.asarray(found.picture)
        made, true = [resting], [resting]
        for emotion in SHOWN:
            actions = truths[of[emotion].relative_to(PACKAGED / "KDEF").as_posix()].actions
            made.append(np.asarray(translate(found.picture, found.faces[0], actions, packaged_translator())))
            with Image.open(of[emotion]) as opened:
                true.append(np.asarray(opened.convert(found.picture.mode)))
        rows += made + true
    images = np.stack(rows)[:, 40:330]
    save_png(grid(images if images.ndim == 4 else images[..., None], len(EMOTIONS)), path)


def film(path: Path, who: str = "AF05") -> None:
    """A packaged person on the way to each emotion and back, one after the other."""
    photo = read_usable(PACKAGED / "KDEF" / who / f"{who}NES.JPG", "largest")
    frames = []
    for number, emotion in enumerate(SHOWN):
        wish = Wish(wished({emotion: 1.0}, 1.0, number), {}, packaged_translator())
        for share in (*np.linspace(0, 1, 7), 1, 1, 1, *np.linspace(1, 0, 5)[:-1]):
            frames.append(np.asarray(translated(photo, wish, float(share)).resize((180, 244)))[..., None])
    save_film(np.stack(frames), 12, path, Mark("scripts/bench_translate.py", NOBODY))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--smiles", type=Path)
    parser.add_argument("--out", type=Path, default=Path("translated"))
    parser.add_argument("--film", type=Path, help="where to write a GIF of a packaged person")
    parser.add_argument("--picture", type=Path, help="where to draw two people beside the truth")
    asked = parser.parse_args()
    if asked.picture:
        picture(asked.picture)
    if asked.film:
        film(asked.film)
    if asked.data:
        renders(asked.data)
    if asked.photographs:
        photographs(asked.photographs, asked.smiles, asked.out)
    speed()
    beside_stargan()


if __name__ == "__main__":
    main()
