import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import nn

from emogan.config.compose import conf_dir
from emogan.core.errors import UserError
from emogan.networks.paper import PaperDiscriminator, PaperGenerator, check_sizes
from emogan.training.build import NETWORKS, count


def test_parameter_counts_are_figure_twos() -> None:
    with initialize_config_dir(version_base="1.3", config_dir=str(conf_dir())):
        cfg = compose("train", ["experiment=paper"])
    with torch.device("meta"):
        generator, discriminator = (instantiate(cfg.model[name]) for name in NETWORKS)
    assert count(generator) == 167_823_360
    assert count(discriminator) == 176_177_153


def test_layers_are_codes_three_and_four() -> None:
    generator = PaperGenerator(8, 4, 1, (16, 8, 32), norm_eps=0.8, dropout=0.2)
    names = [type(layer).__name__ for layer in generator.layers]
    block = ["Linear", "BatchNorm1d", "LeakyReLU"]
    assert names == ["Linear", "LeakyReLU", "Dropout", *block, "Dropout", *block, "Linear", "Tanh"]
    norms = [layer for layer in generator.layers if isinstance(layer, nn.BatchNorm1d)]
    assert [norm.eps for norm in norms] == [0.8, 0.8]
    discriminator = PaperDiscriminator(4, 1, (32, 16, 8), dropout=0.2)
    block = ["Linear", "LeakyReLU"]
    assert [type(layer).__name__ for layer in discriminator.layers] == [
        *block, "Dropout", *block, "Dropout", *block, "Linear",
    ]  # fmt: skip


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("image_size", [28, 32])
def test_shapes_and_ranges(channels: int, image_size: int) -> None:
    generator = PaperGenerator(8, image_size, channels, (16, 8, 32), norm_eps=1e-5, dropout=0.2)
    discriminator = PaperDiscriminator(image_size, channels, (32, 16, 8), dropout=0.2)
    images = generator(torch.randn(5, 8))
    assert images.shape == (5, channels, image_size, image_size)
    assert images.abs().max() <= 1
    discriminator.eval()
    logits = discriminator(images)
    assert logits.shape == (5,)
    torch.testing.assert_close(discriminator.probability(images), 1 / (1 + torch.exp(-logits)))


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"latent_dim": 0}, "latent_dim=0"),
        ({"image_size": 2}, "image_size=2"),
        ({"channels": 2}, "channels=2"),
    ],
)
def test_unusable_sizes_are_named(sizes: dict[str, int], says: str) -> None:
    with pytest.raises(UserError, match=says):
        check_sizes(**({"latent_dim": 8, "image_size": 8, "channels": 1} | sizes))
