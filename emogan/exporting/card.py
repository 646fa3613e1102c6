"""The card beside an exported network: Hugging Face's fields, inputs and outputs, how to use it."""

from collections.abc import Sequence

import emogan
from emogan.exporting.exportable import Exportable, Port

LIBRARIES = {"onnx": "onnx", "safetensors": "safetensors", "torch": "pytorch"}
NOT_OURS = "Whoever trained these weights, and owns what they learnt from, says under which licence they are."


def card(exported: Exportable, file: str, kind: str, difference: float) -> str:
    """The whole card as Markdown.

    Args:
        file: name of the file it lies beside.
        kind: its format.
        difference: the largest from PyTorch that was seen.
    """
    about, counts = exported.about, ", ".join(map(str, sorted(exported.sizes)))
    tags = ["emogan", "faces", "facial-expression", "emotion", "synthetic", kind]
    lines = [
        "---",
        f"license: {'mit' if exported.packaged else 'unknown'}",
        f"library_name: {LIBRARIES[kind]}",
        f"pipeline_tag: {about.task}",
        "tags:",
        *(f"- {tag}" for tag in tags),
        "---",
        "",
        f"# emogan: {exported.name}",
        "",
        about.does,
        "",
        *(() if exported.packaged else (NOT_OURS, "")),
        f"`{file}` was written by emogan {emogan.__version__} and compared with PyTorch, {counts} faces at once: the"
        f" largest difference of any value was {difference:.1e}.",
        "",
        "All values are 32-bit numbers; n is any number of faces.",
        "",
        *_table("input", exported.inputs),
        *_table("output", exported.outputs),
        "## Use",
        "",
        "```python",
        *_use(exported, file, kind),
        "```",
        "",
    ]
    return "\n".join(lines)


def _table(kind: str, ports: Sequence[Port]) -> list[str]:
    rows = [f"| `{port.name}` | {port.size} | {port.says} |" for port in ports]
    return [f"| {kind} | shape | what it is |", "|---|---|---|", *rows, ""]


def _use(exported: Exportable, file: str, kind: str) -> list[str]:
    """Python that runs the file on inputs of its own."""
    names = [port.name for port in exported.inputs]
    made = ", ".join(port.name for port in exported.outputs) + "," * (len(exported.outputs) == 1)
    if kind == "safetensors":
        return _weights(exported, file)
    before = ["import numpy as np", *(["import onnxruntime"] if kind == "onnx" else ["import torch"])]
    if kind == "onnx":
        given = ", ".join(f'"{name}": {name}' for name in names)
        run = [f'network = onnxruntime.InferenceSession("{file}")', f"{made} = network.run(None, {{{given}}})"]
    else:
        given = ", ".join(f"torch.from_numpy({name})" for name in names)
        run = [
            f'network = torch.export.load("{file}").module()',
            "with torch.no_grad():",
            f"    {made.rstrip(',')} = network({given})",
        ]
    return [*before, "from PIL import Image", "", *exported.about.prepare, "", *run, "", *exported.about.show]


def _weights(exported: Exportable, file: str) -> list[str]:
    """The same for weights alone, which need a network to go into."""
    return [
        "from safetensors import safe_open",
        "",
        f'with safe_open("{file}", "pt") as file:',
        "    print(file.metadata())  # what the network is built from",
        "    weights = {name: file.get_tensor(name) for name in file.keys()}",
    ]
