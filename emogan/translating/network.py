"""The translator that comes with emogan."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from emogan.networks.translator import Translator
from emogan.runs.weights import read_weights

PACKAGED = Path(__file__).with_name("translator.safetensors")


@dataclass(frozen=True, eq=False)
class PackagedTranslator:
    """The network, and the names of its facial actions."""

    network: Translator
    actions: Sequence[str]


@lru_cache(maxsize=1)
def packaged_translator() -> PackagedTranslator:
    """The network that scripts/train_translator.py trained."""
    read = read_weights(PACKAGED)
    made = json.loads(read.facts["made"])
    network = Translator(made["widths"], made["style_dim"], made["surface"], made["actions"])
    network.load_state_dict({name: value.float() for name, value in read.tensors.items()})
    return PackagedTranslator(network.eval(), made["actions"])
