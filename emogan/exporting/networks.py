"""A network written for other programs, once its file is seen to compute what PyTorch does."""

from pathlib import Path

from emogan.config.exporting import SUFFIXES
from emogan.core.errors import UserError
from emogan.core.files import atomic, atomic_write
from emogan.core.machine import size
from emogan.core.names import printable
from emogan.exporting.card import card
from emogan.exporting.encoder import encoder
from emogan.exporting.exportable import Exportable
from emogan.exporting.formats import SUFFIX_OF, WRITERS, Run, check_installed
from emogan.exporting.generator import generator
from emogan.exporting.places import Exported, new_files
from emogan.exporting.recogniser import recogniser
from emogan.exporting.translator import translator

LIMIT = 1e-4  # how far a file may be from PyTorch
CARD = "README.md"


def exportable(network: str, weights: str, median: bool) -> Exportable:
    """The network that the settings of these names mean.

    Raises:
        UserError: when there is none.
    """
    if network == "generator":
        return generator(weights, median)
    if network == "encoder":
        return encoder(weights)
    return translator(weights) if network == "translator" else recogniser()


def write_network(network: str, weights: str, median: bool, kind: str | None, out: Path) -> Exported:
    """Write a network and its card.

    Args:
        kind: onnx, safetensors or torch; None: what the name of the file says, of a folder onnx.
        out: a file, whose name ends as the format's do; or a folder for it.

    Raises:
        UserError: when there is no such network, the file cannot be written, or it computes something else.
    """
    kind = kind or SUFFIXES.get(out.suffix, "onnx")
    file = out if out.suffix in SUFFIXES else out / f"{network}{SUFFIX_OF[kind]}"
    check_installed(kind)
    beside = file.with_name(CARD)
    with new_files("out", (file, beside)):
        exported = exportable(network, weights, median)
        with atomic(file) as part:
            difference = largest_difference(exported, WRITERS[kind](exported, part))
            if not difference <= LIMIT:
                raise UserError(
                    f"out={printable(file)} is not written: it would differ from PyTorch by {difference:.2g}, expected"
                    f" at most {LIMIT:g}; give another format."
                )
            atomic_write(beside, card(exported, file.name, kind, difference))
    counts = ", ".join(map(str, sorted(exported.sizes)))
    return Exported(
        (file, beside),
        (
            f"{file}: the {network}, {size(file.stat().st_size)}.",
            f"Checked against PyTorch with {counts} faces at once: {difference:.1e} apart at most.",
        ),
    )


def largest_difference(exported: Exportable, run: Run) -> float:
    """The largest difference of any value between a file and PyTorch, over all examples."""
    found = [
        float((mine - theirs).abs().max())
        for inputs in exported.examples
        for mine, theirs in zip(exported.run(inputs), run(inputs), strict=True)
    ]
    return max(found, key=lambda one: one if one == one else float("inf"))  # what is no number is the worst
