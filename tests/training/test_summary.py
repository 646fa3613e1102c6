import torch

from emogan.networks.paper import PaperDiscriminator, PaperGenerator
from emogan.training.summary import layer_table


def test_table_is_figure_twos() -> None:
    with torch.device("meta"):
        generator = PaperGenerator(2048, 128, 1, (4096, 2048, 8192), norm_eps=0.8, dropout=0.2)
        discriminator = PaperDiscriminator(128, 1, (8192, 4096, 2048), dropout=0.2)
        table = layer_table("Generator", generator, generator, torch.zeros(1, 2048))
        other = layer_table("Discriminator", discriminator, discriminator.probability, torch.zeros(1, 1, 128, 128))
    lines = [line.split() for line in table.splitlines()]
    # Names, shapes and counts as printed in figure 2 of the paper.
    assert ["Linear-1", "[-1,", "4096]", "8,392,704"] in lines
    assert ["BatchNorm1d-5", "[-1,", "2048]", "4,096"] in lines
    assert ["Linear-11", "[-1,", "16384]", "134,234,112"] in lines
    assert ["Tanh-12", "[-1,", "16384]", "0"] in lines
    assert "Total params: 167,823,360" in table
    assert "Params size (MB): 640.20" in table
    assert "Forward/backward pass size (MB): 0.59" in table
    assert "Estimated total size (MB): 640.80" in table
    assert ["Sigmoid-10", "[-1]", "0"] in [line.split() for line in other.splitlines()]
    assert "Params size (MB): 672.06" in other
    assert "Input size (MB): 0.06" in other


def test_the_network_is_left_as_it_was() -> None:
    generator = PaperGenerator(4, 8, 1, (8, 8, 8), norm_eps=1e-5, dropout=0.2)
    layer_table("Generator", generator, generator, torch.zeros(1, 4))
    assert generator.training
    assert not any(layer._forward_hooks for layer in generator.modules())
