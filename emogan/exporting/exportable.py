"""A network as other programs call it: inputs and outputs with plain names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Inputs = tuple[Tensor, ...]


@dataclass(frozen=True)
class Port:
    """An input or an output.

    Attributes:
        shape: of one; the whole has a first dimension more where there is one for ``each`` of n.
        says: what it is, with its range.
    """

    name: str
    shape: tuple[int, ...]
    says: str
    each: bool = True

    @property
    def size(self) -> str:
        """Its shape in words."""
        return f"({', '.join([*(['n'] if self.each else []), *map(str, self.shape)])})"


@dataclass(frozen=True)
class About:
    """What a card says of a network.

    Attributes:
        task: Hugging Face's word for what it does.
        does: the same in sentences, with what to mind.
        prepare: lines of Python that make inputs with NumPy and Pillow, under their names.
        show: lines that do something with the outputs.
    """

    task: str
    does: str
    prepare: Sequence[str]
    show: Sequence[str]


@dataclass(frozen=True, eq=False)
class Exportable:
    """A network with all that a file of it and its card need.

    Attributes:
        name: generator, encoder, translator or recogniser.
        module: what is exported: tensors in the order of ``inputs`` to tensors in the order of ``outputs``. Its
            ``network`` is the network as it was trained.
        facts: what a ``.safetensors`` file says of the weights of that network.
        examples: inputs that files are compared with PyTorch on; the first has two of each.
        packaged: whether its weights come with emogan.
        about: for its card.
    """

    name: str
    module: nn.Module
    inputs: Sequence[Port]
    outputs: Sequence[Port]
    facts: Mapping[str, str]
    examples: Sequence[Inputs]
    packaged: bool
    about: About

    @property
    def sizes(self) -> list[int]:
        """How many of each there are in the examples."""
        return [len(inputs[0]) for inputs in self.examples]

    def run(self, inputs: Inputs, module: nn.Module | None = None) -> tuple[Tensor, ...]:
        """What PyTorch makes of inputs, by the module or another of its kind."""
        with torch.no_grad():
            made = (module or self.module)(*inputs)
        return made if isinstance(made, tuple) else (made,)
