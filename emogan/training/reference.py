"""The real faces that a training is measured with, and whose unseen people its augmentations follow."""

import logging

import torch
from omegaconf import DictConfig

from emogan.config.compose import plain
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.data.batches import ImageBank
from emogan.data.cache import folder_of
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.reals import real_faces
from emogan.networks.recogniser import Recogniser
from emogan.recognition.cache import recogniser_of
from emogan.training.build import build_recipe, build_variations

log = logging.getLogger(__name__)


def what_is_real(cfg: DictConfig) -> tuple[Faces, str, Framing] | None:
    """All faces of the database, its digest, and how images are framed; None where that cannot be, or nobody asks."""
    adapts = "strength" in cfg.augment and cfg.data.get("people", "all") != "all"
    if cfg.evaluate_every is None and not adapts:
        return None
    try:
        return real_faces(plain(cfg))
    except UserError as error:
        log.info("Nothing is measured while training. %s", error)
        return None


def kept_aside(cfg: DictConfig, reals: tuple[Faces, str, Framing]) -> ImageBank | None:
    """The faces of known people kept aside, in the variations of those trained on; None where nobody is."""
    if cfg.data.people == "all":
        return None
    faces, _, _ = reals
    kept = faces.of(*emotions.chosen(cfg.emotion))
    kept = kept[kept.among("train" if cfg.data.people == "held_out" else "held_out")]
    if not len(kept):
        return None
    strengths = kept.strengths if cfg.data.graded else torch.ones(len(kept))
    return ImageBank(kept.images, kept.emotions, strengths, build_variations(cfg), cfg.data.centred)


def what_to_measure(cfg: DictConfig, faces: Faces, digest: str, framing: Framing) -> tuple[Faces, Recogniser] | None:
    """Real faces and the recogniser to measure with while training; None where that is impossible."""
    try:
        recogniser = recogniser_of(faces, digest, framing, build_recipe(cfg), folder_of(cfg.data.cache))
    except UserError as error:
        log.info("No KID while training. %s", error)
        return None
    chosen = faces.of(*emotions.chosen(cfg.emotion))
    return chosen[chosen.among(cfg.data.people)], recogniser
