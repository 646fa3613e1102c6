"""What a request may ask for: parameters with their types and ranges; defaults are those of conf/."""

from collections.abc import Callable
from typing import Annotated, Any

import torch
from omegaconf import OmegaConf
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from emogan.config.compose import conf_dir
from emogan.config.drawn import INTENSITIES, NUMBERS, TRUNCATIONS
from emogan.config.values import SEEDS
from emogan.core import emotions
from emogan.core.errors import UserError
from emogan.sampling.asked import Look, People, asked
from emogan.sampling.sampler import Sampler, latents_of
from emogan.web.drawing import Wish


def defaults(verb: str) -> dict[str, Any]:
    """What ``conf/`` says of a verb's settings, those of its groups aside."""
    found: dict[str, Any] = OmegaConf.to_container(OmegaConf.load(conf_dir() / f"{verb}.yaml"))  # type: ignore[assignment]
    return found


DEFAULT = defaults("generate")
LONGEST = 200  # letters of a text

Text = Annotated[str, Field(max_length=LONGEST)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def reads(read: Callable[[str], object]) -> AfterValidator:
    """A text stays as it is where ``read`` understands it; else the request is told what ``read`` says."""

    def check(text: str) -> str:
        try:
            read(text)
        except UserError as error:
            raise ValueError(str(error)) from error
        return text

    return AfterValidator(check)


def within(limits: tuple[float, float], description: str = "") -> Any:
    """A number from the first of ``limits`` to the second, as the same setting of the command line has it."""
    return Field(ge=limits[0], le=limits[1], description=description or None)


def shares(text: str) -> dict[str, float]:
    """A mix as it is written in an address: ``raiva:0.7,medo:0.3``.

    Raises:
        UserError: when it is none.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, colon, share = part.partition(":")
        try:
            found[name.strip()] = float(share) if colon else 1.0
        except ValueError:
            raise UserError(f"mix={text!r:.80} is no mix: expected shares such as raiva:0.7,medo:0.3.") from None
    asked(None, found)
    return found


Emotions = Annotated[
    Text, reads(emotions.chosen), Field(description="an emotion, several as medo,raiva, or todas for all six")
]
Mix = Annotated[Text, reads(shares), Field(description="shares of emotions, such as raiva:0.7,medo:0.3")]
Seed = Annotated[int, within(SEEDS)]
Minutes = Annotated[Number, Field(ge=0.01, le=10**6)]  # of a training


class Query(BaseModel):
    """Parameters that are all known."""

    model_config = ConfigDict(extra="forbid")


class Drawing(Query):
    """Who is drawn, and how."""

    seed: Seed = DEFAULT["seed"]
    first: Annotated[int, within(NUMBERS, "number of the first face of the seed")] = DEFAULT["first"]
    truncation: Annotated[Number, within(TRUNCATIONS, "below 1 more typical faces, above more varied ones")] = DEFAULT[
        "truncation"
    ]
    intensity: Annotated[Number, within(INTENSITIES, "0 is neutro, 1 the emotion")] = DEFAULT["intensity"]
    median: Annotated[bool, Field(description="clean with a 3x3 median")] = DEFAULT["median"]
    weights: Annotated[
        Text | None, Field(description="packaged, or a run's name; none: what the page was started with")
    ] = None

    @property
    def look(self) -> Look:
        """How faces are drawn."""
        return Look(self.truncation, self.median)


class FacesQuery(Drawing):
    """Faces of some people with an emotion, several, or a mix."""

    emotion: Emotions | None = None
    mix: Mix | None = None
    n: Annotated[int, Field(ge=1, le=10_000, description="people")] = DEFAULT["n"]

    @property
    def people(self) -> People:
        """Who is drawn."""
        return People(self.n, self.seed, self.first)


def wish_of(sampler: Sampler, query: FacesQuery) -> tuple[tuple[str, ...], Wish]:
    """Names for the faces that are asked for, and what to draw: the same people with each emotion, one after the other.

    Raises:
        UserError: when nothing says what to show, or the network cannot draw it.
    """
    shown = sampler.weights_of(asked(query.emotion, query.mix and shares(query.mix)), query.intensity)
    people = query.people
    latents = latents_of(sampler.trained, people.count, people.seed, people.first)
    weights = torch.stack([*shown.values()]).repeat_interleave(people.count, dim=0)
    names = tuple(f"{name}_{people.label(number)}" for name in shown for number in range(people.count))
    return names, Wish(sampler.trained, latents.repeat(len(shown), 1), weights, query.look)
