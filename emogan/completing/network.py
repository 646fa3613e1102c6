"""The completer that comes with emogan."""

import json
from functools import lru_cache
from pathlib import Path

from emogan.networks.completer import Completer
from emogan.runs.weights import read_weights

PACKAGED = Path(__file__).with_name("completer.safetensors")


@lru_cache(maxsize=1)
def packaged_completer() -> Completer:
    """The network that scripts/train_completer.py trained."""
    read = read_weights(PACKAGED)
    network = Completer(**json.loads(read.facts["made"]))
    network.load_state_dict({name: value.float() for name, value in read.tensors.items()})
    return network.eval()
