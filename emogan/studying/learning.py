"""One recogniser of a study: trained in the way of an arm, and asked about people whom it never saw."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

from emogan.core.machine import cpu_has_bf16
from emogan.studying.arms import Arm
from emogan.studying.recognisers import RECOGNISERS, prepare

ASKED = 256  # images at once


@dataclass(frozen=True)
class Training:
    """How every recogniser of a study is trained.

    Attributes:
        steps, batch: of the optimiser (AdamW), the same for all arms, however many images each has.
        lr: the peak of the learning rate, which rises and falls once.
    """

    steps: int
    batch: int
    lr: float
    weight_decay: float


@dataclass(frozen=True)
class Lesson:
    """What is learnt from, and what is asked.

    Attributes:
        images: uint8 (n, c, h, w), arrays and not tensors, so that they reach another process as they are.
        classes: int64 (n,), the place of each image's emotion among those of the database.
        asked: the images of unseen people.
        known: how many emotions the database has.
        seed: of the first weights and of every random choice.
    """

    images: NDArray[np.uint8]
    classes: NDArray[np.int64]
    asked: NDArray[np.uint8]
    known: int
    recogniser: str
    arm: Arm
    training: Training
    seed: int


def learn(lesson: Lesson) -> list[int]:
    """The class that a recogniser, trained as ``lesson`` says, names for each image that is asked."""
    with torch.random.fork_rng(devices=[]):  # torchvision's transforms and first weights come from the global stream
        torch.default_generator.manual_seed(lesson.seed)
        return _answers(_trained(lesson), torch.from_numpy(lesson.asked))


def _trained(lesson: Lesson) -> torch.nn.Module:
    arm, training = lesson.arm, lesson.training
    fast = cpu_has_bf16()
    network = RECOGNISERS[lesson.recogniser](lesson.known).train().to(memory_format=torch.channels_last)
    images, classes = prepare(torch.from_numpy(lesson.images)), torch.from_numpy(lesson.classes)
    chances = chances_of(classes, arm.even)
    weights = weights_of(classes, lesson.known) if arm.weighted else None
    vary = augmentation(images.shape[-1]) if arm.augmented else None
    mixup = v2.MixUp(alpha=arm.mixing, num_classes=lesson.known) if arm.mixing else None
    optimizer = torch.optim.AdamW(network.parameters(), training.lr, weight_decay=training.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, training.lr, total_steps=training.steps)
    for _ in range(training.steps):
        chosen = torch.multinomial(chances, training.batch, replacement=True)
        some, wanted = images[chosen], classes[chosen]
        if vary:
            some = torch.stack([vary(image) for image in some])
        if mixup:
            some, wanted = mixup(some, wanted)
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            logits = network(some.contiguous(memory_format=torch.channels_last))
        optimizer.zero_grad()
        loss_of(logits.float(), wanted, weights, arm.focusing).backward()
        optimizer.step()
        schedule.step()
    return network


def chances_of(classes: Tensor, even: bool) -> Tensor:
    """How likely each image is drawn: all alike, or the classes alike (``even``), as far as they have images."""
    return (1 / torch.bincount(classes).clamp_min(1).float())[classes] if even else torch.ones(len(classes))


def weights_of(classes: Tensor, known: int) -> Tensor:
    """What an image of each class counts: the inverse of how many its class has, 1 where all have as many."""
    return len(classes) / (known * torch.bincount(classes, minlength=known).clamp_min(1).float())


def loss_of(logits: Tensor, wanted: Tensor, weights: Tensor | None, focusing: float) -> Tensor:
    """Cross-entropy of ``logits`` (n, k), with ``weights`` (k,) of the classes; or, with ``focusing`` above 0, the
    focal loss: what is named rightly with certainty hardly counts (Lin et al. 2017, equation 4).

    Args:
        wanted: classes (n,), or shares of the classes (n, k).
    """
    if not focusing:
        return F.cross_entropy(logits, wanted, weight=weights)
    each = F.cross_entropy(logits, wanted, reduction="none")
    return ((1 - torch.exp(-each)) ** focusing * each).mean()


def augmentation(size: int) -> v2.Compose:
    """The classical augmentation, torchvision's, of one prepared image (1, size, size) from -2 to 2."""
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomRotation(10, InterpolationMode.BILINEAR),
            v2.RandomResizedCrop(size, scale=(0.8, 1.0), ratio=(0.95, 1.05)),
            v2.Lambda(lambda image: ((image + 2) / 4).clamp(0, 1)),
            v2.ColorJitter(brightness=0.3, contrast=0.3),
            v2.Lambda(lambda image: 4 * image - 2),
        ]
    )


@torch.no_grad()
def _answers(network: torch.nn.Module, images: Tensor) -> list[int]:
    network.eval()
    return [int(named) for some in images.split(ASKED) for named in network(prepare(some)).argmax(dim=1)]
