"""Writes the weights that come with the project from a run of model=encoded, in half precision.

    python scripts/package_weights.py outputs/train/todas/DATE_TIME

The card beside them (emogan/networks/packaged/CARD.md) is written by hand, from the run's and the evaluation's figures.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from emogan.runs.encoder_file import NAME as ENCODER
from emogan.runs.find import GENERATOR
from emogan.runs.generator_file import discriminator_beside, load_generator
from emogan.runs.weights import read_weights, write_weights


def half(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same in fp16: fp32 would take twice the room, and changes no value of a pixel by more than 1."""
    return {name: tensor.to(torch.float16).contiguous() for name, tensor in state.items()}


def main() -> None:
    """Pack the networks and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    run: Path = parser.parse_args().run
    source = run / "checkpoints" / "generator.safetensors"
    facts = read_weights(source).facts
    GENERATOR.parent.mkdir(exist_ok=True)
    write_weights(half(load_generator(source).network.state_dict()), facts, GENERATOR)
    write_weights(half(discriminator_beside(source)), {}, GENERATOR.with_name("discriminator.safetensors"))
    if (encoder := source.with_name(ENCODER)).is_file():
        weights = read_weights(encoder)
        write_weights(half(weights.tensors), {"encoder": weights.facts["encoder"]}, GENERATOR.with_name(ENCODER))
    total = sum(path.stat().st_size for path in GENERATOR.parent.glob("*.safetensors"))
    print(f"{total / 1e6:.2f} MB in {GENERATOR.parent}")


if __name__ == "__main__":
    main()
