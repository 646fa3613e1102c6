"""Networks as files that run, or are read, without emogan; each comes with a way to run it again from the file."""

import copy
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.export import ExportedProgram

from emogan.config.exporting import SUFFIXES
from emogan.core.errors import missing_extra
from emogan.exporting.exportable import Exportable, Inputs
from emogan.runs.weights import write_weights

Run = Callable[[Inputs], tuple[Tensor, ...]]
SUFFIX_OF = {name: suffix for suffix, name in SUFFIXES.items()}
OPSET = 20  # of ONNX: onnxruntime 1.32 and onnxruntime-web 1.30 run it
NEEDED = ("onnx", "onnxruntime", "onnxscript")


def check_installed(name: str) -> None:
    """Raise a UserError when a package that the format needs is not installed."""
    missing = [package for package in NEEDED if name == "onnx" and find_spec(package) is None]
    if missing:
        raise missing_extra(missing[0], "onnx")


def write_onnx(exported: Exportable, path: Path) -> Run:
    """An ONNX file with the weights in it, for any number of faces.

    Source: torch.onnx.export(dynamo=True), by way of :func:`program_of`.
    """
    names = [port.name for port in exported.inputs]
    with _quiet():
        made = torch.onnx.export(
            program_of(exported),
            input_names=names,
            output_names=[port.name for port in exported.outputs],
            dynamic_shapes=_shapes(exported),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
        assert made is not None
        made.save(path, external_data=False)

    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda inputs: tuple(
        torch.from_numpy(values)
        for values in session.run(None, {name: one.numpy() for name, one in zip(names, inputs, strict=True)})
    )


def write_torch(exported: Exportable, path: Path) -> Run:
    """A program of torch.export, which PyTorch alone loads and runs. TorchScript is no longer developed."""
    with _quiet(), path.open("wb") as file:
        torch.export.save(program_of(exported), file)
    with path.open("rb") as file:
        module = torch.export.load(file).module()
    return lambda inputs: exported.run(inputs, module)


def write_safetensors(exported: Exportable, path: Path) -> Run:
    """The weights alone, in 32 bits, with what the network is built from; of a generator and a translator a file that
    ``weights=`` takes."""
    write_weights(exported.module.network.state_dict(), exported.facts, path)  # type: ignore[union-attr]
    module = copy.deepcopy(exported.module)
    module.network.load_state_dict(load_file(path))  # type: ignore[union-attr]
    return lambda inputs: exported.run(inputs, module)


WRITERS: dict[str, Callable[[Exportable, Path], Run]] = {
    "onnx": write_onnx,
    "safetensors": write_safetensors,
    "torch": write_torch,
}


def program_of(exported: Exportable) -> ExportedProgram:
    """The network as a graph of torch.export, for any number of faces."""
    with torch.no_grad():
        return torch.export.export(exported.module, exported.examples[0], dynamic_shapes=_shapes(exported))


def _shapes(exported: Exportable) -> tuple[dict[int, object] | None, ...]:
    count = torch.export.Dim("n", min=1)
    return tuple({0: count} if port.each else None for port in exported.inputs)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporters' own remarks, which are of no use to whoever exports."""
    logs = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
