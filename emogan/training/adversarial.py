"""What every LightningModule here shares: two networks against each other, their clocks, random streams and average."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from emogan.data.batches import Examples
from emogan.data.datamodule import ImageDataModule
from emogan.runs.record import Images
from emogan.training.ema import Average
from emogan.training.objectives import Objective
from emogan.training.penalties import GradientPenalties
from emogan.training.position import Position
from emogan.training.together import ALONE, Together

OTHER_WAY = 7919  # far from the seeds that people choose

OptimizerFactory = Callable[[Iterable[nn.Parameter]], Optimizer]


class Adversarial(pl.LightningModule, ABC):
    """A generator and a discriminator, with manual optimisation. No architecture in it.

    Its clocks are the buffers ``images_seen`` and ``steps``: Lightning's ``global_step`` counts twice with two
    optimisers.

    Args:
        generator, discriminator: see :mod:`emogan.networks`.
        objective: losses of both, as functions of logits.
        penalties: of the discriminator's gradients.
        optimizer: makes the optimiser of one network from its parameters.
        ema_images: half-life, in images, of the averaged copy of the generator that is used in the end; None keeps no
            copy and uses the generator itself.
        settings: plain values that a checkpoint carries along, to explain it and to compare it when resuming.
        images: what it learns from, carried along likewise; None: not known.
        other_way: start with other random numbers than the checkpoint's, which led astray.
        together: the processes that share its batches.

    Attributes:
        streams: random streams of its own, by name: parts of a checkpoint.
        on_the_cpu: buffers that stay there.
    """

    on_the_cpu: tuple[str, ...] = ("images_seen", "steps")
    images_seen: Tensor
    steps: Tensor

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        objective: Objective,
        penalties: GradientPenalties,
        optimizer: OptimizerFactory,
        ema_images: int | None,
        settings: dict[str, Any],
        images: Images | None = None,
        other_way: bool = False,
        together: Together = ALONE,
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.save_hyperparameters({"settings": settings, "images": images and asdict(images)})
        # The layout that convolutions are fastest in.
        self.generator = generator.to(memory_format=torch.channels_last)
        self.discriminator = discriminator.to(memory_format=torch.channels_last)
        self.objective, self.penalties, self.optimizer = objective, penalties, optimizer
        self.settings, self.other_way, self.together = settings, other_way, together
        self.register_buffer("images_seen", torch.zeros((), dtype=torch.int64))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.streams: dict[str, torch.Generator] = {}
        self.ema: Average | None = None
        if ema_images is not None:
            self.ema = Average(generator, ema_images, self._images_seen)
        self._rng_to_restore: dict[str, Tensor] | None = None

    def _images_seen(self) -> int:
        return int(self.images_seen)

    @property
    def sampler(self) -> nn.Module:
        """The generator to use: the averaged one where there is one."""
        return self.generator if self.ema is None else self.ema.module

    @property
    def learners(self) -> list[nn.Module]:
        """The networks that learn, in the order of their optimisers."""
        return [self.generator, self.discriminator]

    @property
    def copies(self) -> list[nn.Module]:
        """Every copy of the generator, as one that it starts from fills them all."""
        return [self.generator] if self.ema is None else [self.generator, self.ema.module]

    @property
    def position(self) -> Position:
        """How far the training is; by its own clock, since Lightning's epoch says nothing of a part of one."""
        return Position(int(self.steps), int(self.trainer.num_training_batches))

    @staticmethod
    @abstractmethod
    def start_of(named: str) -> Path:
        """The file that ``init_from`` names.

        Raises:
            UserError: when there is none.
        """

    def check(self, data: ImageDataModule) -> None:
        """Raise a UserError when it cannot learn from such images."""

    @abstractmethod
    def begin(self, data: ImageDataModule) -> None:
        """Set what a training from nothing knows of its data before the first step."""

    @abstractmethod
    def states_of(self, named: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The weights of generator and discriminator that ``init_from`` names; {} where there is none of the second.

        Raises:
            UserError: when there are none.
        """

    def started_from(self, named: str) -> None:
        """Take along whatever else there is beside the networks that ``init_from`` names."""

    @abstractmethod
    def save(self, path: Path) -> None:
        """Write the network that is used in the end, whole or not at all.

        Raises:
            OSError, SafetensorError: when it cannot be written.
        """

    @abstractmethod
    def pictures(self, examples: Examples, count: int, seed: int) -> tuple[Tensor, int | None]:
        """About ``count`` images (n, c, h, w) of what the network does now, always of the same people; and how many
        stand in a row, where that means something."""

    def measured(self, examples: Examples) -> dict[str, float]:
        """What can be measured on a few examples at once, by name."""
        return {}

    @abstractmethod
    def summary(self, example: Examples) -> str:
        """The layer tables of both networks, for one image."""

    def configure_optimizers(self) -> list[Optimizer]:
        return [self.optimizer(network.parameters()) for network in self.learners]

    def _apply(self, move: Callable[[Tensor], Tensor], recurse: bool = True) -> "Adversarial":
        """Move everything but the clocks and their like: a step reads them, and must not wait for a GPU to do so."""
        staying = {name: self._buffers[name] for name in self.on_the_cpu}
        super()._apply(move, recurse)  # type: ignore[no-untyped-call]
        self._buffers.update(staying)
        return self

    def stepped(self, images: int) -> None:
        """Count a step of both networks on so many images."""
        self.images_seen += images
        self.steps += 1
        if self.ema is not None:
            self.ema.update_parameters(self.generator)

    def backward_in_fp32(self, loss: Tensor) -> None:
        """Lightning leaves autocast on: what was kept in fp32 on the way there would come back in low precision."""
        with torch.autocast(self.device.type, enabled=False):
            self.manual_backward(loss)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add where the training is, and the state of every random stream, which Lightning leaves out."""
        checkpoint["position"] = self.position.to_plain()
        checkpoint["rng"] = {name: stream.get_state() for name, stream in self.streams.items()}
        checkpoint["rng"]["cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            checkpoint["rng"]["cuda"] = torch.cuda.get_rng_state(self.device)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        for network, state in zip(self.learners, checkpoint["optimizer_states"], strict=True):
            check_moments(state, list(network.parameters()))
        if missing := self.streams.keys() - checkpoint["rng"].keys():
            raise ValueError(f"random streams: {', '.join(sorted(missing))}")
        self._rng_to_restore = checkpoint["rng"]

    def on_train_start(self) -> None:
        """Put the random streams where the checkpoint left them, after all set-up has drawn from them."""
        if self._rng_to_restore is not None:
            self._restore(self._rng_to_restore)
            self._rng_to_restore = None
        if self.other_way:
            for stream in (*self.streams.values(), torch.default_generator):
                stream.manual_seed(stream.initial_seed() + OTHER_WAY)

    def _restore(self, rng: dict[str, Tensor]) -> None:
        for name, stream in self.streams.items():
            stream.set_state(rng[name].cpu())
        torch.set_rng_state(rng["cpu"].cpu())
        if "cuda" in rng and self.device.type == "cuda":
            torch.cuda.set_rng_state(rng["cuda"].cpu(), self.device)


def check_moments(state: Mapping[str, Any], parameters: Sequence[nn.Parameter]) -> None:
    """Refuse a saved state of Adam of other shapes than ``parameters``, which PyTorch would notice steps later.

    Raises:
        ValueError: when one differs.
    """
    for number, moments in state["state"].items():
        if any(
            moments[name].shape != parameters[number].shape for name in ("exp_avg", "exp_avg_sq") if name in moments
        ):
            raise ValueError(f"the optimiser's state of parameter {number} has another shape")
