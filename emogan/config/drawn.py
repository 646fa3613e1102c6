"""What drawn faces are asked for with, whatever the verb."""

from typing import Annotated

from emogan.config.lists import emotion_names
from emogan.config.values import number, switch

Emotions = Annotated[
    str | list[str] | None, emotion_names("an emotion, several as [raiva,medo], or todas for all six", or_null=True)
]
TRUNCATIONS = (0, 2)
Truncation = Annotated[float, number(*TRUNCATIONS)]
Median = Annotated[bool, switch()]
FPS = (1, 50)  # frames a second
INTENSITIES = (0, 3)
NUMBERS = (0, 10**12)  # of faces of a seed
