"""How well faces are found: in rendered pictures, in photographs, and where there is none.

    python scripts/bench_finding.py --renders wild --photographs london --marks scripts/london_marks.csv --nothing walls

Errors are shares of the distance between the pupils. Of the renders the last tenth of the people is looked at, whom the
network never saw. The marks are landmarks of twenty of the photographs, set by hand (number, x, y).
"""

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from train_landmarker import people_of

from emogan.core.truth import read_truth
from emogan.finding.finder import FoundFace, find_faces

IMAGES = {".jpg", ".jpeg", ".png", ".webp"}
EYES = 68, 69


def pictures(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Everything below a folder that can be read, on white where it is transparent."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in IMAGES:
            continue
        try:
            picture = ImageOps.exif_transpose(Image.open(path))
            if "A" in picture.getbands() or picture.mode == "P":
                picture = picture.convert("RGBA")
                ground = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(ground, picture)
            yield path.relative_to(folder).as_posix(), picture.convert("L")
        except (UnidentifiedImageError, OSError):
            continue


def found_in(folder: Path, change: str = "") -> dict[str, list[FoundFace]]:
    found, spent = {}, 0.0
    for name, picture in pictures(folder):
        if change == "turned":
            picture = picture.rotate(40, Image.Resampling.BILINEAR, fillcolor=128)
        elif change == "48 pixels":
            picture = picture.resize((48, 48))
        began = time.process_time()
        found[name] = find_faces(picture)
        spent += time.process_time() - began
    counts = Counter(len(faces) for faces in found.values())
    told = ", ".join(f"{faces} in {count}" for faces, count in sorted(counts.items()))
    print(
        f"{folder.name} {change}: faces found: {told}; {1000 * spent / max(len(found), 1):.0f} ms a picture", flush=True
    )
    return found


def unseen_renders(folder: Path) -> None:
    known = [truth for truth in read_truth(folder).values() if (folder / "KDEF" / truth.file).is_file()]
    _, unseen = people_of(known)
    rows, missed = [], Counter[str]()
    for truth in [truth for truth, is_unseen in zip(known, unseen.tolist(), strict=True) if is_unseen]:
        faces = find_faces(Image.open(folder / "KDEF" / truth.file))
        kind = truth.occluder or "clear"
        if not faces:
            missed[kind] += 1
            continue
        places = np.array(truth.landmarks)
        apart = max(np.linalg.norm(places[EYES[1]] - places[EYES[0]]), 0.55 * faces[0].apart)
        rows.append((kind, np.linalg.norm(faces[0].landmarks - places, axis=1).mean() / apart))
    for kind in sorted({kind for kind, _ in rows}):
        errors = 100 * np.array([error for other, error in rows if other == kind])
        print(
            f"renders, {kind}: error {errors.mean():.2f} %, median {np.median(errors):.2f} %, of {len(errors)};"
            f" not found: {missed[kind]}",
            flush=True,
        )


def marked(folder: Path, marks: Path) -> None:
    by_file: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    with marks.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_file[row["file"]][int(row["landmark"]) - 1] = float(row["x"]), float(row["y"])
    errors = []
    for name, places in by_file.items():
        face = find_faces(Image.open(folder / name))[0]
        wanted = np.array(list(places.values()))
        apart = np.linalg.norm(np.subtract(places[EYES[1]], places[EYES[0]]))
        errors.append(100 * np.linalg.norm(face.landmarks[list(places)] - wanted, axis=1) / apart)
    each = np.mean(errors, 0)
    told = ", ".join(
        f"{number + 1}: {error:.1f}" for number, error in zip(next(iter(by_file.values())), each, strict=True)
    )
    print(f"marks: error {np.mean(errors):.2f} %, median {np.median(errors):.2f} %; by landmark {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("renders", "photographs", "marks", "nothing"):
        parser.add_argument(f"--{name}", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.renders:
        unseen_renders(asked.renders)
    if asked.photographs:
        for change in ("", "turned", "48 pixels"):
            found_in(asked.photographs, change)
    if asked.photographs and asked.marks:
        marked(asked.photographs, asked.marks)
    if asked.nothing:
        for name, faces in found_in(asked.nothing).items():
            for face in faces:
                print(f"  taken for a face: {name} ({face.sure:.3f})")


if __name__ == "__main__":
    main()
