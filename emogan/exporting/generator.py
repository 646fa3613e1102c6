"""A generator as other programs call it: faces in 0..1, with the truncation as an input and the median inside."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emogan.config.places import PACKAGED
from emogan.core.emotions import COUNT, EMOTIONS
from emogan.core.median import EXCHANGES
from emogan.exporting.exportable import About, Exportable, Inputs, Port
from emogan.networks.style import StyleGenerator
from emogan.runs.generator_file import Trained, facts_of
from emogan.sampling.conditioning import mixture
from emogan.sampling.sampler import Sampler, latents_of

ORDER = ", ".join(map(str, EMOTIONS))
EXAMPLES = ((2, 1.0), (1, 0.5), (5, 0.0), (3, 1.5))  # faces and truncation of what files are compared on


class Drawing(nn.Module):
    """A trained generator.

    Args:
        median: whether a 3x3 median cleans the faces, as ``emogan generate`` does.
    """

    def __init__(self, trained: Trained, median: bool) -> None:
        super().__init__()
        self.network, self.centred, self.median = trained.network, trained.centred, median

    def shown(self, values: Tensor) -> Tensor:
        """What the network draws (n, c, h, w) as faces in 0..1."""
        faces = ((values + 1) / 2 if self.centred else values).clamp(0, 1)
        return median_of(faces) if self.median else faces


class OfEmotions(Drawing):
    """One that draws what it is asked for."""

    network: StyleGenerator

    def __init__(self, trained: Trained, median: bool) -> None:
        super().__init__(trained, median)
        with torch.no_grad():
            self.register_buffer("average", self.network.average_person(), persistent=False)

    def forward(self, latents: Tensor, emotions: Tensor, truncation: Tensor) -> Tensor:
        """Latents (n, latent_dim), weights of the emotions (n, 6) and one truncation (1,) to faces (n, c, h, w)."""
        persons = torch.lerp(self.average, self.network.people(latents), truncation)  # type: ignore[arg-type]
        return self.shown(self.network.draw(persons, emotions))


class OfOne(Drawing):
    """The paper's, which knows one emotion."""

    def forward(self, latents: Tensor, truncation: Tensor) -> Tensor:
        """Latents (n, latent_dim) and one truncation (1,) to faces (n, c, h, w)."""
        return self.shown(self.network(latents * truncation))


def generator(weights: str, median: bool) -> Exportable:
    """The generator that the setting ``weights`` names.

    Raises:
        UserError: when there is none.
    """
    sampler = Sampler.of(weights)
    trained = sampler.trained
    conditional = isinstance(trained.network, StyleGenerator)
    module: Drawing = OfEmotions(trained, median) if conditional else OfOne(trained, median)
    examples = [_example(sampler, module, *example) for example in EXAMPLES]
    asked = Port(
        "emotions",
        (COUNT,),
        f"weights of {ORDER}, in this order, together 1: an emotion at 1, or a mix; with a part of neutro fainter,"
        f" above 1 with neutro below 0 stronger. Learnt: {', '.join(map(str, sampler.emotions))}",
    )
    latents = Port("latents", (len(examples[0][0][0]),), "who: numbers of a normal distribution, mean 0, deviation 1")
    truncation = Port(
        "truncation", (1,), "one for all, from 0 to 2: 1 draws people as they come, less more typical ones", each=False
    )
    with torch.no_grad():
        shape = tuple(module(*examples[0]).shape[1:])
    cleaned = "cleaned with a 3x3 median" if median else "as the network draws them, without emogan's 3x3 median"
    return Exportable(
        "generator",
        module,
        (latents, *([asked] if conditional else []), truncation),
        (Port("images", shape, f"faces, from 0 (black) to 1 (white), {cleaned}"),),
        facts_of(trained),
        examples,
        packaged=weights == PACKAGED,
        about=_about(sampler, latents.shape[0], conditional),
    )


def _about(sampler: Sampler, latent_dim: int, conditional: bool) -> About:
    first = sampler.emotions[0]
    asked = ["emotions = np.zeros((4, 6), np.float32)", f"emotions[:, {first.number - 1}] = 1  # {first}"]
    return About(
        "unconditional-image-generation",
        "Draws faces of people who do not exist, with an emotion. Every picture is synthetic: say so where you show"
        " it.",
        [
            f"latents = np.random.default_rng(7).standard_normal((4, {latent_dim})).astype(np.float32)  # four people",
            *(asked if conditional else []),
            "truncation = np.array([0.8], np.float32)",
        ],
        [
            "for number, image in enumerate(np.asarray(images)):",
            "    pixels = (255 * image).round().astype(np.uint8).transpose(1, 2, 0)",
            '    Image.fromarray(pixels.squeeze()).save(f"face_{number}.png")',
        ],
    )


def _example(sampler: Sampler, module: Drawing, count: int, truncation: float) -> Inputs:
    """Some people, each with an emotion of its own at some strength."""
    latents, amount = latents_of(sampler.trained, count, seed=count), torch.tensor([truncation])
    if isinstance(module, OfOne):
        return latents, amount
    each = [mixture({EMOTIONS[k % COUNT]: 1.0}, 0.4 + 0.3 * k) for k in range(count)]
    return latents, torch.stack(each), amount


def median_of(images: Tensor) -> Tensor:
    """:func:`emogan.core.median.median_filter` of images (n, c, h, w) of any range. Rounding to bytes keeps the order
    of values, so that it may come later."""
    padded = F.pad(images, (1, 1, 1, 1), mode="replicate")
    height, width = images.shape[2:]
    around = [padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    for low, high in EXCHANGES:
        around[low], around[high] = (
            torch.minimum(around[low], around[high]),
            torch.maximum(around[low], around[high]),
        )
    return around[4]
