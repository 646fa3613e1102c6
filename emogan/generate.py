"""The verb ``generate``: ``python -m emogan.generate emotion=raiva n=100 seed=7``: faces as PNG files."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from math import inf
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf
from torch import Tensor

import emogan
from emogan.config.check import checked
from emogan.core import emotions, machine
from emogan.core.emotions import ALL, Emotion
from emogan.core.errors import UserError
from emogan.core.files import atomic_write
from emogan.core.images import grid, save_face, save_png
from emogan.runs.find import find_generator
from emogan.runs.generator_file import Trained, load_generator
from emogan.sampling.conditioning import mixture
from emogan.sampling.interpolation import write_travel
from emogan.sampling.sampler import draw, latents_of

AT_ONCE = 100  # faces drawn before they are written
FACES_ON_GRID, PEOPLE_ON_GRID = 100, 16


def generate(cfg: DictConfig) -> Path:
    """Write the faces that ``cfg`` asks for; gives the folder.

    Raises:
        UserError: for anything that cannot be generated.
    """
    cfg = checked("generate", cfg)
    machine.keep_freed_memory()
    trained = load_generator(find_generator(cfg.weights))
    if cfg.project:
        return write_photograph(trained, cfg)
    return write_ways(trained, cfg) if cfg.to else write_faces(trained, cfg)


def write_photograph(trained: Trained, cfg: DictConfig) -> Path:
    """The nearest face to a photograph."""
    from emogan.sampling.projection import (  # reads image files: nothing else here does
        read_photograph,
        write_projection,
    )

    if others := [key for key in ("emotion", "mix", "to") if cfg[key] is not None]:
        raise UserError(f"project={cfg.project} shows all six emotions: leave {' and '.join(others)} out.")
    image = read_photograph(trained.network, Path(cfg.project), cfg.crop_above)
    check_able(trained, set(Emotion), cfg)
    with results(cfg, f"project_{Path(cfg.project).stem}") as out:
        write_projection(trained, image, cfg.steps, cfg.median, out)
    return out


def write_ways(trained: Trained, cfg: DictConfig) -> Path:
    """Faces on their way from one emotion to another."""
    start, end = asked_mix(cfg), {emotions.parse(cfg.to): 1.0}
    if start is None:
        raise UserError(f"to={cfg.to} starts from one emotion: give emotion=NAME or mix={{…}}, not emotion={ALL}.")
    check_able(trained, {*start, *end}, cfg)
    name = f"{name_of(start)}_to_{name_of(end)}"
    ends = mixture(start, cfg.intensity), mixture(end, cfg.intensity)
    latents = latents_of(trained, cfg.n, cfg.seed, cfg.first)
    with results(cfg, name) as out:
        stems = [f"{name}_{label(cfg, k)}" for k in range(cfg.n)]
        write_travel(trained, latents, ends, cfg.frames, cfg.fps, cfg.truncation, cfg.median, out, stems)
    return out


def write_faces(trained: Trained, cfg: DictConfig) -> Path:
    """Faces with an emotion or a mix, or the same people in all six."""
    began, mix = time.monotonic(), asked_mix(cfg)
    check_able(trained, set(Emotion) if mix is None else set(mix), cfg)
    people = latents_of(trained, cfg.n, cfg.seed, cfg.first)
    shown = {str(e): {e: 1.0} for e in Emotion} if mix is None else {name_of(mix): mix}
    stems = [f"{name}_{label(cfg, k)}" for name in shown for k in range(cfg.n)]
    latents = people.repeat(len(shown), 1)
    weights = torch.cat([mixture(one, cfg.intensity).expand(cfg.n, -1) for one in shown.values()])
    columns = min(cfg.n, PEOPLE_ON_GRID if mix is None else FACES_ON_GRID)
    on_grid = [row * cfg.n + column for row in range(len(shown)) for column in range(columns)]
    with results(cfg, name_of(mix) if mix else ALL) as out:
        faces = draw_and_save(trained, latents, weights, cfg, [out / f"{stem}.png" for stem in stems], on_grid)
        save_png(grid(faces, columns if mix is None else 10), out / "grid.png")
        seconds = time.monotonic() - began
        print(f"{len(stems)} faces in {seconds:.1f} s ({len(stems) / seconds:.0f} a second).")
    return out


def asked_mix(cfg: DictConfig) -> dict[Emotion, float] | None:
    """Shares of the emotions to show; None for all six, one after the other.

    Raises:
        UserError: when neither ``emotion`` nor ``mix`` says what to show, or both do, or wrongly.
    """
    if cfg.mix is None:
        chosen = emotions.chosen(cfg.emotion)
        return {chosen[0]: 1.0} if len(chosen) == 1 else None
    shares = OmegaConf.to_container(cfg.mix) if OmegaConf.is_dict(cfg.mix) else {}
    assert isinstance(shares, dict)
    numbers = [share for share in shares.values() if isinstance(share, int | float) and not isinstance(share, bool)]
    fine = numbers and len(numbers) == len(shares) and min(numbers) >= 0 and 0 < sum(numbers) < inf
    if cfg.emotion is not None or not fine:
        raise UserError(
            f"mix={cfg.mix} is not usable: expected shares of emotions such as 'mix={{raiva:0.7,medo:0.3}}', each at"
            " least 0, and no emotion= beside it."
        )
    return {emotions.parse(str(name)): float(share) for name, share in shares.items()}


def check_able(trained: Trained, asked: set[Emotion], cfg: DictConfig) -> None:
    """Raise a UserError when the network was not trained on what it is asked for."""
    if emotions.canonical(trained.emotion) is None:
        raise UserError(f"weights={cfg.weights} draws {trained.emotion}, no faces: give weights of a run on faces.")
    if cfg.intensity != 1:
        asked = asked | {Emotion.NEUTRO}  # where intensity starts from
    if not asked <= set(emotions.chosen(trained.emotion)):
        names = ", ".join(str(emotion) for emotion in Emotion if emotion in asked)
        raise UserError(
            f"weights={cfg.weights} draws {trained.emotion} only, not {names}: give other weights, such as those of a"
            f" run with emotion={ALL}."
        )


def name_of(mix: Mapping[Emotion, float]) -> str:
    """A name for files: the emotions, with their shares where there are several."""
    return "_".join(f"{e}" if len(mix) == 1 else f"{e}{share:g}" for e, share in mix.items())


def label(cfg: DictConfig, k: int) -> str:
    """What identifies a face: its seed and its number."""
    return f"s{cfg.seed}_{cfg.first + k:04d}"


@contextmanager
def results(cfg: DictConfig, name: str) -> Iterator[Path]:
    """A folder to write to, with a record of the command; said aloud when all is there.

    Raises:
        UserError: when it holds something already, or cannot be written.
    """
    out = Path(cfg.out).expanduser() if cfg.out else free_place(Path("outputs") / "generate" / name)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"out={out} is there already: give a folder that is new or empty, so that nothing is lost.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield out
        record = {"command": sys.argv, "emogan": emogan.__version__, "config": OmegaConf.to_container(cfg)}
        atomic_write(out / "generate.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UserError(f"out={out} cannot be written ({error.strerror or error}): give another folder.") from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; {len(list(out.iterdir()))} files are in {out}.") from None
    print(f"Results in {out}")


def free_place(folder: Path) -> Path:
    """A folder of its own below ``folder``, named after the time."""
    now = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    names = (now if number == 1 else f"{now}_{number}" for number in count(1))  # several in a second, in a sweep
    return next(folder / name for name in names if not (folder / name).exists())


def draw_and_save(
    trained: Trained, latents: Tensor, weights: Tensor, cfg: DictConfig, paths: Sequence[Path], on_grid: Sequence[int]
) -> NDArray[np.uint8]:
    """Draw and write the faces, some at a time; gives those with the places ``on_grid`` as (n, h, w, c)."""
    kept: dict[int, Tensor] = {}
    with ThreadPoolExecutor(max_workers=1) as writer:  # packs PNGs while the next faces are drawn
        jobs = []
        for first in range(0, len(paths), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            images = draw(trained, latents[some], weights[some], cfg.median, cfg.truncation)
            kept |= {k: images[k - first].clone() for k in on_grid if first <= k < first + AT_ONCE}
            jobs += [writer.submit(save_face, image, path) for image, path in zip(images, paths[some], strict=True)]
        for job in jobs:
            job.result()
    return torch.stack([kept[k] for k in on_grid]).permute(0, 2, 3, 1).numpy()


def main(cfg: DictConfig) -> None:
    """The command."""
    generate(cfg)


if __name__ == "__main__":
    from emogan.cli.start import main as start

    start("generate")
