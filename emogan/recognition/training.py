"""How a recogniser is trained."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from emogan.data.mapped import is_mapped
from emogan.data.transforms import flip_and_rotate
from emogan.networks.recogniser import Recogniser, prepare


@dataclass(frozen=True)
class Recipe:
    """Settings of a recogniser and its training.

    Attributes:
        width, features: see :class:`Recogniser`.
        steps, batch: optimiser steps, and images in each.
        lr: peak of the learning rate, which rises and falls once.
        weight_decay: AdamW's.
        degrees: how far images are turned, either way.
        shift: how far they are moved, as a share of their size.
        noise: most deviation of the noise added to prepared images.
        smoothing: label smoothing.
        redraw: weight of drawing the face again against naming its emotion.
        seed: of the first weights and of every random choice.
    """

    width: int
    features: int
    steps: int
    batch: int
    lr: float
    weight_decay: float
    degrees: float
    shift: float
    noise: float
    smoothing: float
    redraw: float
    seed: int


def train_recogniser(images: Tensor, emotions: Tensor, recipe: Recipe) -> Recogniser:
    """A recogniser trained on ``images`` (n, c, h, w) with ``emotions`` (n,), on one named random stream.

    Emotions come equally often, however many images each has.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    # A step takes a quarter less time on a CPU where the channels of a pixel lie side by side.
    recogniser = untrained(recipe).to(memory_format=torch.channels_last)
    whole = None if is_mapped(images) else prepare(images)

    def prepared(places: Tensor) -> Tensor:
        return prepare(images[places]) if whole is None else whole[places]

    weights = (1 / torch.bincount(emotions).clamp_min(1).float())[emotions]
    optimizer = torch.optim.AdamW(recogniser.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.lr, total_steps=recipe.steps)
    recogniser.train()
    for _ in range(recipe.steps):
        chosen = torch.multinomial(weights, recipe.batch, replacement=True, generator=generator)
        clean = vary(prepared(chosen), recipe, generator)
        level = recipe.noise * torch.rand((), generator=generator)
        logits, redrawn = recogniser(clean + level * torch.randn(clean.shape, generator=generator))
        loss = F.cross_entropy(logits, emotions[chosen], label_smoothing=recipe.smoothing)
        loss = loss + recipe.redraw * F.mse_loss(redrawn, F.avg_pool2d(clean, 2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    recogniser.eval()
    with torch.no_grad():
        every = torch.arange(len(images)).split(256)
        features = torch.cat([recogniser.body(prepared(places)) for places in every])
        recogniser.centre.copy_(features.mean(dim=0))
        recogniser.spread.copy_(features.std(dim=0).clamp_min(1e-4))
    return recogniser.to(memory_format=torch.contiguous_format)


def untrained(recipe: Recipe) -> Recogniser:
    """A recogniser with its first weights; the global random stream, which they come from, stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(recipe.seed)  # not torch.manual_seed: that seeds GPUs as well
        return Recogniser(recipe.width, recipe.features)


def vary(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Each image mirrored or not, turned and moved a little."""
    turned = flip_and_rotate(images, 0.5, recipe.degrees, "border", generator)
    reach = round(recipe.shift * images.shape[-1])
    down, right = torch.randint(-reach, reach + 1, (2, len(images)), generator=generator)
    rows = (torch.arange(images.shape[2]) + down[:, None]).clamp(0, images.shape[2] - 1)
    columns = (torch.arange(images.shape[3]) + right[:, None]).clamp(0, images.shape[3] - 1)
    return turned[torch.arange(len(images))[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(
        0, 3, 1, 2
    )
