"""A training that starts from another one's networks instead of from nothing."""

import logging
from collections.abc import Mapping

from torch import Tensor, nn

from emogan.core.errors import UserError
from emogan.training.adversarial import Adversarial

log = logging.getLogger(__name__)


def start_from(gan: Adversarial, named: str) -> None:
    """Give ``gan`` the networks that ``named`` means.

    The generator is the one that is used in the end; the discriminator comes along where there is one.

    Raises:
        UserError: when they do not fit the networks that are configured.
    """
    generator, discriminator = gan.states_of(named)
    for copy in gan.copies:
        fill(copy, generator, named)
    if discriminator:
        fill(gan.discriminator, discriminator, named)
    gan.started_from(named)
    log.info("Starting from %s: generator%s.", named, " and discriminator" if discriminator else " alone")


def fill(network: nn.Module, state: Mapping[str, Tensor], named: str) -> None:
    """Copy ``state`` into ``network``."""
    own = network.state_dict()
    wrong = [name for name in own.keys() | state.keys() if name not in own or name not in state]
    wrong += [name for name in own.keys() & state.keys() if own[name].shape != state[name].shape]
    if wrong:
        name = sorted(wrong)[0]
        shapes = [tuple(there[name].shape) if name in there else "nothing" for there in (state, own)]
        raise UserError(
            f"init_from={named} has other networks ({name}: {shapes[0]} there, {shapes[1]} here): give the model,"
            " image_size, channels and latent_dim that it was trained with, or init_from=null to start from nothing."
        )
    network.load_state_dict(state)
