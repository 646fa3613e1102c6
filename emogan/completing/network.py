"""What comes with emogan for completing faces: the model, the finder of covers, and who names the emotion."""

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from torch import Tensor, nn

from emogan.completing.model import FaceModel
from emogan.core.emotions import EMOTIONS
from emogan.networks.cover_finder import CoverFinder
from emogan.runs.weights import read_weights, write_weights

PACKAGED = Path(__file__).with_name("completer.safetensors")
OF_MODEL, OF_FINDER, OF_NAMES = "model.", "finder.", "names."


@dataclass(frozen=True, eq=False)
class Completer:
    """All that completes faces.

    Attributes:
        model: what faces look like.
        finder: what covers them.
        names: from what is known of a partly seen face, see :func:`emogan.completing.naming.clues`, to logits of the
            emotions.
    """

    model: FaceModel
    finder: CoverFinder
    names: nn.Linear


@lru_cache(maxsize=1)
def packaged_completer() -> Completer:
    """What scripts/train_completer.py made."""
    read = read_weights(PACKAGED)
    tensors = {name: value.float() for name, value in read.tensors.items()}
    finder = CoverFinder(json.loads(read.facts["widths"]))
    finder.load_state_dict(_part(tensors, OF_FINDER))
    own = _part(tensors, OF_NAMES)
    names = nn.Linear(own["weight"].shape[1], len(EMOTIONS))
    names.load_state_dict(own)
    return Completer(FaceModel(**_part(tensors, OF_MODEL)), finder.eval(), names)


def write_completer(made: Completer, widths: list[int], path: Path) -> None:
    """Write all of it, in 16 bits but for what is multiplied with itself."""
    tensors = {f"{OF_MODEL}{field.name}": getattr(made.model, field.name) for field in fields(FaceModel)}
    tensors |= {f"{OF_FINDER}{name}": value for name, value in made.finder.state_dict().items()}
    halved = {name: value.half() for name, value in tensors.items() if name != f"{OF_MODEL}spread"}
    exact = {f"{OF_NAMES}{name}": value for name, value in made.names.state_dict().items()}
    exact[f"{OF_MODEL}spread"] = made.model.spread
    write_weights({**halved, **exact}, {"widths": json.dumps(widths)}, path)


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
