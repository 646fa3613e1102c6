"""The recogniser of a data set, trained once and remembered beside the decoded images, under one limit."""

import hashlib
import json
import logging
import time
from dataclasses import asdict
from pathlib import Path

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.data.cache import forget_oldest, touch
from emogan.data.decode import Framing
from emogan.data.face_set import Faces
from emogan.data.people import People
from emogan.networks.recogniser import Recogniser
from emogan.recognition.training import Recipe, train_recogniser, untrained
from emogan.runs.weights import read_weights, write_weights

log = logging.getLogger(__name__)

FORMAT = 4  # raise it when the network or its training changes
FEWEST = 10  # faces of each emotion to learn it from


def recogniser_of(
    faces: Faces, digest: str, framing: Framing, recipe: Recipe, folder: Path | None, people: People = "train"
) -> Recogniser:
    """The recogniser trained on the faces of ``people``; else on those that are known and not kept aside.

    Args:
        digest: SHA-256 of the data set that ``faces`` is.
        folder: where to remember it; None: nowhere.

    Raises:
        UserError: when an emotion that the database has shows too few faces to learn it from.
    """
    taught = faces.among(people)
    learnt = faces[taught]
    for emotion in EMOTIONS:
        count = len(learnt.of(emotion))
        if count < FEWEST and len(faces.of(emotion)):
            raise UserError(
                f"The recogniser needs at least {FEWEST} faces of every emotion to learn from, got {count} of"
                f" {emotion}: add images of it, or take its folder away."
            )
    content = [FORMAT, digest, framing.key, asdict(recipe), taught.nonzero()[:, 0].tolist()]
    name = f"recogniser_{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}.safetensors"
    path = folder / name if folder else None
    if path and path.is_file():
        recogniser = untrained(recipe)
        try:
            recogniser.load_state_dict(read_weights(path).tensors)
            touch(path)
            return recogniser.eval()
        except UserError as error:  # damaged, or no numbers
            log.warning("The remembered recogniser is trained anew: %s", error)
        except RuntimeError as error:  # of another network
            log.warning("The remembered recogniser %s is another one (%s); it is trained anew.", path, error)
    log.info("Training a recogniser on %d faces of %d people.", len(learnt), len(set(learnt.people)))
    began = time.monotonic()
    recogniser = train_recogniser(learnt.images, learnt.emotions, recipe)
    log.info("Trained in %.0f s.", time.monotonic() - began)
    if path:
        remember(recogniser, path)
    return recogniser


def remember(recogniser: Recogniser, path: Path) -> None:
    """Write the weights, whole or not at all; a folder that cannot be written to is logged, no more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_weights(recogniser.state_dict(), {}, path)
        forget_oldest(path)
    except OSError as error:
        log.warning("The recogniser is not remembered: %s cannot be written (%s).", path.parent, error)
