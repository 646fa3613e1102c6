import resource
import subprocess
import sys
import time
from typing import Any

import pytest
import torch

from emogan.core.errors import UserError
from emogan.networks.paper import PaperGenerator
from emogan.networks.registry import build_network
from emogan.networks.shapes import shapes_alone
from emogan.networks.style import StyleGenerator

PAPER: dict[str, Any] = {
    "latent_dim": 4,
    "image_size": 8,
    "channels": 1,
    "hidden": [5, 6, 7],
    "norm_eps": 1e-5,
    "dropout": 0.2,
}
STYLE: dict[str, Any] = {"latent_dim": 4, "image_size": 16, "channels": 3, "width": 4, "widest": 8, "style_dim": 6}
PAPER_NAME, STYLE_NAME = "emogan.networks.paper.PaperGenerator", "emogan.networks.style.StyleGenerator"


@pytest.mark.parametrize(
    ("name", "kind", "settings"), [(PAPER_NAME, PaperGenerator, PAPER), (STYLE_NAME, StyleGenerator, STYLE)]
)
@pytest.mark.parametrize("values", [torch.float32, torch.float16])
def test_a_known_network_is_built_again(name: str, kind: Any, settings: dict[str, Any], values: torch.dtype) -> None:
    # As a training has them, which a drawing has not.
    trained = kind(**settings).to(memory_format=torch.channels_last)
    state = {key: tensor.to(values) for key, tensor in trained.state_dict().items()}
    before = torch.get_rng_state()
    network = build_network({"_target_": name, "_convert_": "all", **settings}, state)
    assert isinstance(network, kind) and not network.training
    assert torch.equal(before, torch.get_rng_state())
    for key, tensor in network.state_dict().items():
        assert torch.equal(tensor, state[key].to(tensor.dtype)) and tensor.device.type == "cpu"
        assert tensor.is_contiguous() and tensor.data_ptr() != state[key].data_ptr()
    assert network(torch.randn(2, 4), torch.eye(6)[:2]).dtype == torch.float32


@pytest.mark.parametrize(
    "target",
    [
        *(None, 3, ["x"], {"_target_": PAPER_NAME}, "os.system", "builtins.open", "torch.load", "x" * 10_000),
        *("emogan.networks.paper.nn.Identity", "emogan.networks.paper.PaperDiscriminator", "emogan.networks"),
    ],
)
def test_nothing_else_is_named(target: object) -> None:
    with pytest.raises(UserError, match=r"A network of .* is not loaded: expected one of emogan\.networks\.") as told:
        build_network({"_target_": target, **PAPER}, {})
    assert len(str(told.value)) < 300


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"latent_dim": {"_target_": "builtins.open", "file": "x"}}, "latent_dim=.* is not usable"),
        ({"hidden": [{"_target_": "builtins.open"}, 1, 1]}, "hidden=.* is not usable"),
        ({"hidden": [60_000, 60_000, 64]}, "hidden=.* is not usable: expected numbers of at most 4096"),
        ({"hidden": [1] * 2_000_000}, "hidden=.* is not usable"),
        ({"hidden": [[1, 1], 1, 1]}, "hidden=.* is not usable"),
        ({"hidden": [4000, 4000, 4000]}, r"of another generator than .*: layers\.0\.bias is nothing, expected \(4000,"),
        ({"hidden": []}, "cannot have these settings"),
        ({"latent_dim": float("nan")}, "latent_dim=nan is not usable"),
        ({"latent_dim": -1}, "latent_dim=-1"),
        ({"latent_dim": 1.5}, "cannot have these settings"),
        ({"latent_dim": "four"}, "cannot have these settings"),
        ({"dropout": 7}, "cannot have these settings"),
        ({"image_size": 10**400}, "image_size=.* is not usable"),
        ({"_args_": [1]}, "cannot have these settings"),
        ({"_partial_": True}, "cannot have these settings"),
        ({"extra": 1}, "cannot have these settings"),
    ],
)
def test_settings_are_plain_and_fit_before_memory_is_taken(settings: dict[str, Any], message: str) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(UserError, match=message) as told:
        build_network({"_target_": PAPER_NAME, **PAPER, **settings}, {})
    assert len(str(told.value)) < 300
    assert time.monotonic() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB; it was 3 GB


def test_weights_of_another_shape_are_named() -> None:
    state = StyleGenerator(**STYLE).state_dict()
    with pytest.raises(UserError, match=r"of another generator than .*: detail\.bias is \(3,\), expected \(1,\)"):
        build_network({"_target_": STYLE_NAME, **STYLE, "channels": 1}, state)
    del state["start"]
    with pytest.raises(UserError, match="start is nothing"):
        build_network({"_target_": STYLE_NAME, **STYLE}, state)


def test_shapes_are_looked_at_without_values_and_without_torch_s_compiler() -> None:
    """Loading that one takes a second, of each command that draws a face."""
    program = f"""
import sys, torch
from emogan.networks.registry import build_network
from emogan.networks.shapes import shapes_alone
from emogan.networks.style import StyleGenerator
build_network({{"_target_": {STYLE_NAME!r}, **{STYLE}}}, StyleGenerator(**{STYLE}).state_dict())
print("torch._dynamo" in sys.modules)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("False\n", "")
    with shapes_alone():
        network = StyleGenerator(**STYLE)
    assert {tensor.device.type for tensor in network.state_dict().values()} == {"meta"}
