"""A checkpoint as a place to go on from: what it holds, and whether it can be trusted."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from emogan.core.errors import UserError
from emogan.core.renamed import as_now
from emogan.runs.checkpoint import LAST, read_checkpoint
from emogan.runs.plain import values_in
from emogan.runs.record import Images
from emogan.training.position import Position

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Saved:
    """What a checkpoint says of the training that it was saved from.

    Attributes:
        images_seen: by the training so far.
        settings: of the run, as plain values.
        images: that it learnt from.
    """

    path: Path
    position: Position
    images_seen: int
    settings: Mapping[str, Any]
    images: Images

    def becomes_last(self) -> "Saved":
        """Give it the name of the newest checkpoint; one that had it is gone."""
        last = self.path.with_name(LAST)
        self.path.replace(last)
        return Saved(last, self.position, self.images_seen, self.settings, self.images)


def read_saved(path: Path) -> Saved:
    """What ``path`` holds.

    Raises:
        UserError: when it is damaged, is no checkpoint that training can go on from, or holds values that are no
            numbers.
    """
    content = read_checkpoint(path)
    try:
        saved = _checked(content, path)
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError, ArithmeticError) as error:
        raise UserError(
            f"{path} cannot be gone on from (it lacks a part of a training, or has another one: {error}): expected"
            " RUN/checkpoints/last.ckpt of this version; start a new run, with init_from=RUN to keep its networks."
        ) from error
    if not all(map(_is_sound, values_in([content["state_dict"], content["optimizer_states"]]))):
        raise UserError(f"{path} holds values that are no numbers: use another checkpoint of its run.")
    return saved


def first_usable(paths: Iterable[Path]) -> Saved | None:
    """The first of ``paths`` that training can go on from; the log warns of those before it that are there."""
    for path in paths:
        if path.is_file():
            try:
                return read_saved(path)
            except UserError as error:
                log.warning("%s", error)
    return None


def _checked(content: Mapping[str, Any], path: Path) -> Saved:
    kept, state = content["hyper_parameters"], content["state_dict"]
    images = Images(kept["images"]["count"], kept["images"]["sha256"])
    if type(images.count) is not int or not isinstance(images.sha256, str):
        raise ValueError("images")
    if len(content["optimizer_states"]) < 2 or not all(one["param_groups"] for one in content["optimizer_states"]):
        raise ValueError("an optimiser for each network")
    if "cpu" not in content["rng"] or not all(isinstance(stream, Tensor) for stream in content["rng"].values()):
        raise ValueError("random streams")
    if not isinstance(content["loops"]["fit_loop"], dict) or not isinstance(content["callbacks"], dict):
        raise TypeError("loops")
    return Saved(
        path, Position.from_plain(content["position"]), int(state["images_seen"]), as_now(kept["settings"]), images
    )


def _is_sound(value: object) -> bool:
    return not (isinstance(value, Tensor) and value.is_floating_point()) or bool(torch.isfinite(value).all())
