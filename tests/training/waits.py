"""What a training asks of the device that it would have to wait for: seen without a GPU, by what values are made of."""

from collections.abc import Callable, Sequence
from typing import Any

import pytorch_lightning as pl
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

from emogan.training.adversarial import Adversarial

# Of a GPU, each of these waits for all that it was told to do before.
READING = {"_local_scalar_dense", "nonzero", "equal", "masked_select", "_unique2"}
ASKING = {"item", "tolist", "numpy", "cpu", "__bool__", "__float__", "__int__", "__index__", "__array__"}


class There:
    """Which values would lie on a GPU: networks, batches, and all that is computed of them."""

    def __init__(self) -> None:
        self.values, self.waits = WeakIdKeyDictionary(), set[tuple[int, str]]()
        self.step: int | None = None

    def add(self, found: Any) -> None:
        self.values.update({one: None for one in tree_leaves(found) if isinstance(one, Tensor)})

    def holds(self, given: Any) -> bool:
        return any(isinstance(one, Tensor) and one in self.values for one in tree_leaves(given))

    def note(self, name: str) -> None:
        if self.step is not None:
            self.waits.add((self.step, name))


class Operations(TorchDispatchMode):
    def __init__(self, there: There) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.there = there

    def __torch_dispatch__(self, call: Any, types: Any, given: Any = (), named: Any = None) -> Any:
        result = call(*given, **(named or {}))
        if self.there.holds((given, named)):
            name = call.overloadpacket.__name__
            if name in READING:
                self.there.note(name)
            self.there.add(result)
        return result


class Questions(TorchFunctionMode):
    """What Python asks: of the CPU's values some of it is answered without an operation."""

    def __init__(self, there: There) -> None:
        super().__init__()
        self.there = there

    def __torch_function__(self, call: Any, types: Any, given: Any = (), named: Any = None) -> Any:
        name = getattr(call, "__name__", "")
        if name in ASKING and self.there.holds(given):
            self.there.note(name)
        return call(*given, **(named or {}))


class Steps(pl.Callback):
    """Tells which step it is, and what would lie on a GPU to begin with."""

    def __init__(self, there: There) -> None:
        self.there = there

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        def moved(tensor: Tensor) -> Tensor:
            copied = tensor.clone()
            self.there.add(copied)
            return copied

        # As .to("cuda") does; what is to stay on the CPU does not become the copy.
        pl_module._apply(moved)  # type: ignore[no-untyped-call]
        self.there.add([*pl_module.parameters()])

    def on_train_batch_start(  # type: ignore[override]
        self, trainer: pl.Trainer, pl_module: Adversarial, batch: Any, batch_idx: int
    ) -> None:
        self.there.add(tuple(batch))
        self.there.step = int(pl_module.steps)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.there.step = None


def waits_in(train: Callable[[Sequence[pl.Callback]], object]) -> set[tuple[int, str]]:
    """The steps, from 0, that wait, and for what, of what ``train`` does with these callbacks."""
    there = There()
    with Operations(there), Questions(there):
        train([Steps(there)])
    return there.waits
