"""Random streams by name: what a stream is asked for does not depend on what else is drawn."""

import hashlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of some names, such as a person, a session and what is drawn; other names, other numbers."""
    digest = hashlib.sha256("/".join(str(name) for name in names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
