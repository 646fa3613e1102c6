import pytest
import torch
from torch import Tensor, nn

from emogan.core.errors import UserError
from emogan.networks.style import ModulatedConvolution, StyleDiscriminator, StyleGenerator, check_sizes, widths
from emogan.sampling.conditioning import pure


def small(image_size: int = 32, channels: int = 1) -> StyleGenerator:
    torch.manual_seed(0)
    return StyleGenerator(latent_dim=8, image_size=image_size, channels=channels, width=8, widest=16, style_dim=12)


def weights(*places: int) -> Tensor:
    return pure(torch.tensor(places))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("image_size", [16, 64, 128, 256])
def test_shapes_and_ranges(image_size: int, channels: int) -> None:
    discriminator = StyleDiscriminator(image_size, channels, width=8, widest=16, features=12)
    images = small(image_size, channels)(torch.randn(3, 8) * 5, weights(0, 1, 5))
    assert images.shape == (3, channels, image_size, image_size)
    assert images.abs().max() <= 1
    logits = discriminator(images, weights(0, 1, 5))
    assert logits.shape == (3,)
    torch.testing.assert_close(discriminator.probability(images, weights(0, 1, 5)), 1 / (1 + torch.exp(-logits)))


def test_the_modulated_convolution_is_the_one_with_weights_scaled_for_every_image() -> None:
    layer, maps, style = ModulatedConvolution(6, 4, 5), torch.randn(3, 6, 9, 9), torch.randn(3, 5)
    with torch.no_grad():
        layer.bias.normal_()
        found = layer(maps, style)
    for one in range(3):
        scaled = layer.convolution.weight * layer.scales(style[one])[:, None, None]
        scaled = scaled / scaled.square().sum((1, 2, 3), keepdim=True).sqrt()
        plain = nn.functional.conv2d(maps[one : one + 1], scaled, padding=1) * (2 / 1.04) ** 0.5
        expected = nn.functional.leaky_relu(plain[0] + layer.bias[:, None, None], 0.2)
        torch.testing.assert_close(found[one], expected, atol=1e-5, rtol=1e-4)


def test_an_untrained_pair_neither_fades_nor_bursts() -> None:
    """Signals keep their size through the layers, so that both networks learn from the first step."""
    torch.manual_seed(1)
    generator = StyleGenerator(128, 128, 1, width=32, widest=192, style_dim=256)
    discriminator = StyleDiscriminator(128, 1, width=32, widest=192, features=192)
    with torch.no_grad():
        images = generator(torch.randn(16, 128), weights(*range(6), *range(6), *range(4)))
        logits = discriminator(torch.rand(16, 1, 128, 128) * 2 - 1, weights(*range(6), *range(6), *range(4)))
    assert 0.1 < images.std() < 0.9
    assert 0.2 < logits.std() < 20


def test_emotion_and_latent_both_matter_and_emotions_mix() -> None:
    generator, latents = small(), torch.randn(2, 8)
    angry, afraid = generator(latents, weights(3, 3)), generator(latents, weights(1, 1))
    assert not torch.allclose(angry, afraid, atol=1e-3)
    assert not torch.allclose(angry[0], angry[1], atol=1e-3)
    between = generator(latents, 0.5 * weights(3, 3) + 0.5 * weights(1, 1))
    assert (between - angry).norm() < (afraid - angry).norm()


def test_truncation_leads_to_the_average_person() -> None:
    generator, latents = small(), torch.randn(4, 8)
    assert torch.equal(generator(latents, weights(3, 3, 3, 3), 1.0), generator(latents, weights(3, 3, 3, 3)))
    average = generator(latents, weights(3, 3, 3, 3), 0.0)
    torch.testing.assert_close(average[0], average[3])
    full, half = generator.people(latents), generator.people(latents, 0.5)
    torch.testing.assert_close(half - generator.average_person(), (full - generator.average_person()) / 2)


def test_the_discriminator_weighs_the_emotion() -> None:
    discriminator = StyleDiscriminator(32, 1, width=8, widest=16, features=12)
    images = torch.randn(2, 1, 32, 32)
    assert not torch.allclose(discriminator(images, weights(0, 0)), discriminator(images, weights(3, 3)))


def test_maps_double_as_they_halve() -> None:
    assert widths(128, 32, 192) == [32, 64, 128, 192, 192]
    assert widths(16, 32, 192) == [32, 64]


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"latent_dim": 0}, "latent_dim=0"),
        ({"image_size": 8}, "image_size=8 is not usable with model=style"),
        ({"image_size": 100}, "expected 64, 128 or 256 .*model=paper takes any"),
        ({"channels": 2}, "channels=2"),
    ],
)
def test_unusable_sizes_are_named(sizes: dict[str, int], says: str) -> None:
    with pytest.raises(UserError, match=says):
        check_sizes(**({"latent_dim": 8, "image_size": 64, "channels": 1} | sizes))
