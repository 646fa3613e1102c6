"""The paper's menu (code 9): pick the emotion to train by number or name."""

import sys
from collections.abc import Callable, Sequence

from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from emogan.config.compose import compose_verb
from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError

ASKING = ("train", "generate")  # verbs that need an emotion
INSTEAD = ("mix", "project")  # settings of generate that say what to show without an emotion


def ask(read: Callable[[str], str] = input) -> Emotion:
    """Show the menu and ask until the answer names an emotion."""
    print("\n=== Emotion ===")
    print("Which emotion should it be?")
    for emotion in Emotion:
        print(f"{emotion.number} - {emotion.value.capitalize()}")
    while True:
        try:
            return emotions.parse(read("\nNumber or name of the emotion: "))
        except UserError as error:
            print(error)


def with_emotion(arguments: Sequence[str], verb: str) -> list[str]:
    """The command's arguments, with the menu's answer where they leave the emotion open, in a terminal.

    Flags such as ``--multirun`` leave it to Hydra, and what is wrong is left for the command itself to say.
    """
    arguments = list(arguments)
    if verb not in ASKING or any(argument.startswith("-") for argument in arguments) or not sys.stdin.isatty():
        return arguments
    try:
        cfg = compose_verb(verb, arguments)
        open_question = cfg.emotion is None and not any(cfg.get(key) for key in INSTEAD)
    except (HydraException, OmegaConfBaseException):
        open_question = False
    return [*arguments, f"emotion={ask()}"] if open_question else arguments
