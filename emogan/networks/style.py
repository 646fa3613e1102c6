"""The recommended pair: small, convolutional, conditional on the emotion, made for few images and a CPU.

Identity and emotion reach the generator as two vectors that are added: the same latent with another emotion is meant to
stay the same person, and emotions can be mixed.
"""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.core.emotions import COUNT
from emogan.core.errors import UserError

SMALLEST = 4  # pixels: the generator's first map, the discriminator's last
SLOPE = 0.2  # of the leaky ReLUs
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through one of them
FINEST = 8  # maps at the image's full size
FAINT = 0.3  # how strong each part of an untrained generator's image is: all of them are added
MEAN_OF = 1024  # latents that the average person is taken over


class ModulatedConvolution(nn.Module):
    """A 3x3 convolution whose input channels are scaled by a style, and whose output has unit variance again.

    Source: Karras et al., "Analyzing and improving the image quality of StyleGAN" (2020), section 2.2. Scaling the maps
    instead of the weights gives the same values with one convolution for the whole batch.
    """

    def __init__(self, inputs: int, outputs: int, style_dim: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.scales = nn.Linear(style_dim, inputs)
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.normal_(self.convolution.weight, std=(9 * inputs) ** -0.5)
        nn.init.normal_(self.scales.weight, std=style_dim**-0.5)
        nn.init.ones_(self.scales.bias)

    def forward(self, maps: Tensor, style: Tensor) -> Tensor:
        """Maps (n, inputs, h, w) and styles (n, style_dim) to (n, outputs, h, w), after a leaky ReLU."""
        scales = self.scales(style)
        energy = self.convolution.weight.square().sum((2, 3))
        with torch.autocast(scales.device.type, enabled=False):  # sums of squares want fp32
            back = GAIN * torch.rsqrt(scales.float().square() @ energy.T + 1e-8)
        maps = self.convolution(maps * scales[:, :, None, None])
        maps = torch.addcmul(self.bias.to(maps.dtype)[:, None, None], maps, back.to(maps.dtype)[:, :, None, None])
        return F.leaky_relu(maps, SLOPE, inplace=True)


class StyleGenerator(nn.Module):
    """Latents (n, latent_dim) and weights of the six emotions (n, 6) to images (n, channels, size, size) in [-1, 1].

    Args:
        latent_dim: length of a latent.
        image_size: height and width of an image in pixels: a power of two of at least 16.
        channels: 1 for greyscale, 3 for RGB.
        width: channels of the widest maps, which are half as wide as the image; they double as the maps halve.
        widest: the most channels that any map has.
        style_dim: length of the vectors that steer the convolutions.
    """

    conditional = True

    def __init__(
        self, latent_dim: int, image_size: int, channels: int, width: int, widest: int, style_dim: int
    ) -> None:
        super().__init__()
        check_sizes(latent_dim=latent_dim, image_size=image_size, channels=channels)
        self.latent_dim = latent_dim
        steps = nn.Linear(latent_dim, style_dim), nn.Linear(style_dim, style_dim)
        self.person = nn.Sequential(steps[0], nn.LeakyReLU(SLOPE), steps[1])
        self.emotion = nn.Linear(COUNT, style_dim, bias=False)
        wide = widths(image_size, width, widest)[::-1]
        self.start = nn.Parameter(torch.randn(1, wide[0], SMALLEST, SMALLEST))
        self.first = ModulatedConvolution(wide[0], wide[0], style_dim)
        self.before = nn.ModuleList(ModulatedConvolution(i, o, style_dim) for i, o in pairwise(wide))
        self.after = nn.ModuleList(ModulatedConvolution(o, o, style_dim) for o in wide[1:])
        sketches = [nn.Conv2d(w, channels, 1) for w in wide]
        self.sketches = nn.ModuleList(sketches)
        # At full size there are few maps: they draw the finest lines, and smooth the pattern that shuffling leaves.
        self.unfold = nn.Conv2d(wide[-1], 4 * FINEST, 3, padding=1)
        self.detail = nn.Conv2d(FINEST, channels, 3, padding=1)
        for layer in (*steps, self.emotion):
            nn.init.normal_(layer.weight, std=GAIN * layer.in_features**-0.5)
        for last in (*sketches, self.detail):
            nn.init.normal_(last.weight, std=FAINT * last.weight[0].numel() ** -0.5)
        # Four pixels that come from one start alike (Aitken et al., "Checkerboard artifact free sub-pixel", 2017).
        alike = torch.randn(FINEST, *self.unfold.weight.shape[1:])
        if not alike.is_meta:  # there, torch would load its compiler to multiply nothing
            alike = alike * GAIN * self.unfold.weight[0].numel() ** -0.5
        self.unfold.weight = nn.Parameter(alike.repeat_interleave(4, dim=0))
        nn.init.zeros_(self.unfold.bias)  # type: ignore[arg-type]

    def forward(self, latents: Tensor, emotion: Tensor, truncation: float = 1.0) -> Tensor:
        """Draw the people of ``latents``, each with its weights of the emotions; see :meth:`people` for truncation."""
        return self.draw(self.people(latents, truncation), emotion)

    def people(self, latents: Tensor, truncation: float = 1.0) -> Tensor:
        """Latents (n, latent_dim) to persons (n, style_dim); truncation from 1 to 0 moves them to the average person.

        Source of truncation: Karras et al., "A style-based generator architecture" (2019), appendix B.
        """
        persons: Tensor = self.person(F.normalize(latents, dim=1) * self.latent_dim**0.5)
        if truncation == 1:
            return persons
        return torch.lerp(self.average_person(), persons, truncation)

    def average_person(self) -> Tensor:
        """The mean of the persons (style_dim,) of many latents, always the same ones."""
        generator = torch.Generator().manual_seed(0)
        latents = torch.randn(MEAN_OF, self.latent_dim, generator=generator).to(self.start.device)
        return self.people(latents).mean(dim=0)

    def draw(self, persons: Tensor, emotion: Tensor) -> Tensor:
        """Persons (n, style_dim) and weights of the six emotions (n, 6) to images in [-1, 1]."""
        style = persons + self.emotion(emotion)
        maps = self.start.expand(style.shape[0], -1, -1, -1).contiguous(memory_format=torch.channels_last)
        maps = self.first(maps, style)
        image = self.sketches[0](maps).float()
        for before, after, sketch in zip(self.before, self.after, self.sketches[1:], strict=True):
            maps = after(F.interpolate(before(maps, style), scale_factor=2.0), style)
            image = enlarge(image) + sketch(maps).float()
        finest = F.leaky_relu(F.pixel_shuffle(self.unfold(maps), 2), SLOPE, inplace=True)
        return torch.tanh(enlarge(image) + self.detail(finest).float())


class StyleDiscriminator(nn.Module):
    """Images (n, channels, size, size) and weights of the six emotions (n, 6) to one logit each (n,).

    Residual blocks without normalisation; the emotion enters by projection (Miyato and Koyama, "cGANs with projection
    discriminator", 2018).

    Args:
        image_size, channels, width, widest: as for the generator.
        features: length of the vector before the logit.
    """

    def __init__(self, image_size: int, channels: int, width: int, widest: int, features: int) -> None:
        super().__init__()
        check_sizes(image_size=image_size, channels=channels)
        wide = widths(image_size, width, widest)
        self.stem = nn.Conv2d(4 * channels, wide[0], 3, padding=1)
        self.blocks = nn.ModuleList(Shrink(i, o) for i, o in pairwise(wide))
        self.features = nn.Linear(wide[-1] * SMALLEST**2, features)
        self.logit = nn.Linear(features, 1)
        self.emotion = nn.Linear(COUNT, features, bias=False)
        for layer in (self.stem, self.features):
            nn.init.kaiming_normal_(layer.weight, a=SLOPE)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        nn.init.normal_(self.emotion.weight)

    def maps(self, images: Tensor) -> list[Tensor]:
        """What it sees in images, from half their size down to 4 pixels, a map for each block and one before them."""
        maps = F.pixel_unshuffle(images, 2).contiguous(memory_format=torch.channels_last)
        seen = [self.stem(maps)]
        for block in self.blocks:
            seen.append(block(seen[-1]))
        return seen

    def forward(self, images: Tensor, emotion: Tensor) -> Tensor:
        coarsest = self.maps(images)[-1]
        features = F.leaky_relu(self.features(F.leaky_relu(coarsest, SLOPE).flatten(1)), SLOPE)
        fitting = (features * self.emotion(emotion)).mean(dim=1) * self.emotion.out_features**0.5
        logits: Tensor = self.logit(features).squeeze(1) + fitting
        return logits

    def probability(self, images: Tensor, emotion: Tensor) -> Tensor:
        """Probability (n,) that each image is real."""
        probabilities: Tensor = self(images, emotion).sigmoid()
        return probabilities


class Shrink(nn.Module):
    """A residual block that halves height and width; its second convolution runs on the smaller maps."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.large = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.small = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.short = nn.Conv2d(inputs, outputs, 1, bias=False)
        for layer in (self.large, self.small, self.short):
            nn.init.kaiming_normal_(layer.weight, a=SLOPE if layer.kernel_size[0] == 3 else 1)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

    def forward(self, maps: Tensor) -> Tensor:
        bent = F.avg_pool2d(self.large(F.leaky_relu(maps, SLOPE)), 2)
        bent = self.small(F.leaky_relu(bent, SLOPE, inplace=True))
        shrunk: Tensor = (bent + self.short(F.avg_pool2d(maps, 2))) * 0.5**0.5
        return shrunk


def enlarge(image: Tensor) -> Tensor:
    """Twice the height and width, smoothly."""
    return F.interpolate(image, scale_factor=2.0, mode="bilinear", align_corners=False)


def widths(image_size: int, width: int, widest: int) -> list[int]:
    """Channels of the maps from half the image's size down to 4 pixels."""
    levels = int(math.log2(image_size // 2 // SMALLEST))
    return [min(width * 2**level, widest) for level in range(levels + 1)]


def check_sizes(*, image_size: int, channels: int, latent_dim: int = 1) -> None:
    """Raise a UserError for a size that this pair cannot be built with."""
    if latent_dim < 1:
        raise UserError(f"latent_dim={latent_dim} is not usable: expected a whole number of at least 1, such as 128.")
    if image_size < 16 or image_size & (image_size - 1):
        raise UserError(
            f"image_size={image_size} is not usable with model=style: expected 64, 128 or 256 (a power of two of at"
            " least 16); model=paper takes any."
        )
    if channels not in (1, 3):
        raise UserError(f"channels={channels} is not usable: expected 1 for greyscale or 3 for RGB.")
