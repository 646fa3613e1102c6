"""Several processes that train one network, each on its part of every batch; torchrun or SLURM starts them."""

import atexit
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytorch_lightning as pl
import torch
import torch.distributed as dist
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from torch import Tensor, nn

from emogan.core.errors import UserError

T = TypeVar("T")
NamedTensors = TypeVar("NamedTensors", bound=tuple[Tensor, ...])

LONGEST = timedelta(hours=2)  # that the others wait while the first measures, or trains a recogniser
FEWEST = 2  # images of a part: batch norm cannot train on one
BACKENDS = "cpu:gloo,cuda:nccl"


@dataclass(frozen=True)
class Together:
    """One of ``count`` processes that draw the same random numbers and differ in their part of each batch only.

    Gradients are averaged over all images of a batch before a step, so that every process holds the same weights and
    the losses are those of one process, to rounding. The first process alone measures, draws samples and writes.

    Attributes:
        rank: which one this is, from 0.
        count: how many there are.
    """

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process is the one that writes."""
        return self.rank == 0

    def part(self, whole: int) -> slice:
        """Which of ``whole`` images are this process's own; of too few to share, all of them."""
        if whole < FEWEST * self.count:
            return slice(0, whole)
        return slice(whole * self.rank // self.count, whole * (self.rank + 1) // self.count)

    def part_of(self, batch: NamedTensors) -> NamedTensors:
        """This process's part of the tensors (n, …) of a named tuple."""
        own = self.part(len(batch[0]))
        return batch if self.count == 1 else type(batch)(*(tensor[own] for tensor in batch))

    def weight(self, whole: int) -> float:
        """How much a mean over :meth:`part` counts in the mean over all parts."""
        own = self.part(whole)
        return 1 / self.count if whole < FEWEST * self.count else (own.stop - own.start) / whole

    def average(self, network: nn.Module, whole: int) -> None:
        """Make the gradients of means over each part those of the mean over ``whole`` images, in every process."""
        if self.count == 1:
            return
        gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients]) * self.weight(whole)
        _add_up(flat)
        for gradient, mean in zip(gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True):
            gradient.copy_(mean.view_as(gradient))

    def mean(self, own: Tensor, whole: int) -> Tensor:
        """The mean over ``whole`` images, of the means over each part."""
        if self.count > 1:
            own = own.detach() * self.weight(whole)
            _add_up(own)
        return own

    def gather(self, own: Tensor, whole: int) -> Tensor:
        """The values (whole,) of all images, of those (n,) of each part."""
        if self.count == 1 or len(own) == whole:
            return own
        everybody = own.new_zeros(whole)
        everybody[self.part(whole)] = own
        _add_up(everybody)
        return everybody

    def anybody(self, flag: bool) -> bool:
        """Whether it is so in any of the processes."""
        if self.count == 1:
            return flag
        told = torch.tensor(int(flag))
        _add_up(told)
        return bool(told)

    def told(self, found: Callable[[], T]) -> T:
        """What ``found`` gives in the first process, in all of them; where it raises, the others end.

        Raises:
            SystemExit: in the others, when the first raised: it is the one that says why.
        """
        if self.count == 1:
            return found()
        news: list[Any] = [None, False]
        try:
            if self.leads:
                news = [found(), True]
        finally:
            dist.broadcast_object_list(news)
        if not news[1]:
            raise SystemExit(2)
        what: T = news[0]
        return what


ALONE = Together()


def _add_up(values: Tensor) -> None:
    """Make ``values`` the sum of those of all processes."""
    try:
        dist.all_reduce(values)
    except RuntimeError as error:
        raise UserError(f"Another process of this training has ended ({str(error).splitlines()[0]:.100}).") from error


@contextmanager
def joined(together: bool) -> Iterator[Together]:
    """The processes that this one belongs to, until the end of the block; :data:`ALONE` without ``together``.

    Raises:
        UserError: when nobody has started them.
    """
    if not together:
        yield ALONE
        return
    if not dist.is_initialized():
        meet(environment())
    them = Together(dist.get_rank(), dist.get_world_size())
    if not them.leads:
        logging.disable(logging.INFO)  # the first says the same
    try:
        yield them
    finally:
        logging.disable(logging.NOTSET)


def meet(others: ClusterEnvironment) -> None:
    """Find the other processes, once and for all trainings of this one.

    Raises:
        UserError: when they are not to be found.
    """
    where: dict[str, Any] = {}  # torchrun says it all in the environment
    if isinstance(others, SLURMEnvironment):
        where["init_method"] = f"tcp://{others.main_address}:{others.main_port}"
        where["rank"], where["world_size"] = others.global_rank(), others.world_size()
    try:
        dist.init_process_group(BACKENDS if torch.cuda.is_available() else "gloo", timeout=LONGEST, **where)
    except (RuntimeError, ValueError) as error:  # torch's own errors of the network are of these
        reason = str(error).splitlines()[0]
        raise UserError(f"The processes of trainer=ddp do not find each other ({reason}).") from error
    atexit.register(dist.destroy_process_group)


def environment() -> ClusterEnvironment:
    """What started this process as one of several.

    Raises:
        UserError: when nothing has.
    """
    for kind in (TorchElasticEnvironment, SLURMEnvironment):
        if kind.detect():
            return kind()
    raise UserError(
        "trainer=ddp is for processes that torchrun or SLURM's srun starts: torchrun --nproc-per-node=2 -m emogan.train"
        " emotion=raiva trainer=ddp."
    )


def trainer(**settings: Any) -> pl.Trainer:
    """Lightning's trainer of one of several processes.

    For Lightning each process is alone on a device of its own: what is shared is shared by :class:`Together`, since two
    networks and three backward passes in a step are not what DistributedDataParallel expects.
    """
    if settings["accelerator"] == "gpu" or (settings["accelerator"] == "auto" and torch.cuda.is_available()):
        settings["devices"] = [environment().local_rank()]
    plugins = [*settings.pop("plugins", []), LightningEnvironment()]
    return pl.Trainer(plugins=plugins, **settings)


class Agree(pl.Callback):
    """Where one process is to stop, all stop after the same step."""

    def __init__(self, together: Together) -> None:
        self.together = together

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        trainer.should_stop = self.together.anybody(trainer.should_stop)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.should_stop = self.together.anybody(trainer.should_stop)
