"""The faces of a photograph with another expression. Photographs are kept in memory only."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from PIL import Image
from pydantic import BaseModel, Field, create_model

from emogan.config.drawn import FPS
from emogan.config.photographs import STRENGTHS
from emogan.core.emotions import EMOTIONS, parse
from emogan.core.errors import UserError
from emogan.core.marking import COMPLETED, OTHER_FACE, Mark, marked_jpeg, marked_png
from emogan.sampling.video import NO_MP4, ffmpeg
from emogan.web import queries
from emogan.web.answers import Png, of
from emogan.web.changing import ACTIONS, KIND, MADE, Asked, Change
from emogan.web.queries import DEFAULT as GENERATE
from emogan.web.queries import Number, Seed, Text, defaults, within
from emogan.web.routes.person import MEDIA, Film, encoded
from emogan.web.routes.photographs import BODY, decoded
from emogan.web.site import Site, SiteHere

DEFAULT = defaults("translate")
ADDED = -1, 1  # to a facial action

router = APIRouter(prefix="/api/changes", tags=["changed photographs"])


class Jpeg(Response):
    """A picture, small and quickly made."""

    media_type = "image/jpeg"


class Wished(queries.Query):
    """How emotions are shown."""

    intensity: Annotated[Number, within(STRENGTHS, "0 is neutro, 1 the emotion")] = DEFAULT["intensity"]
    seed: Seed = DEFAULT["seed"]


class Shared(Wished):
    """What the faces are to do."""

    def asked(self) -> Asked:
        """As it is meant."""
        values: dict[str, Any] = self.model_dump()
        shares = {emotion: float(values[emotion.value]) for emotion in EMOTIONS}
        return Asked(shares, self.intensity, self.seed, {name: values[name] for name in ACTIONS})


_SHARES: dict[str, Any] = {
    emotion.value: (Annotated[Number, within((0, 1), f"share of {emotion}")], 0.0) for emotion in EMOTIONS
}
_ADDED: dict[str, Any] = {
    name: (Annotated[Number, within(ADDED, "added to this facial action")], 0.0) for name in ACTIONS
}
ChangeQuery: Any = create_model("ChangeQuery", __base__=Shared, **_SHARES, **_ADDED)
FilmQuery: Any = create_model(
    "ChangeFilmQuery",
    __base__=ChangeQuery,
    frames=(int, Field(GENERATE["frames"], ge=2, le=10_000, description="from rest to there; as many less two back")),
    fps=(float, Field(DEFAULT["fps"], ge=FPS[0], le=FPS[1], allow_inf_nan=False)),
)


class CompleteQuery(Wished):
    """With which emotion."""

    emotion: Annotated[Text | None, Field(description="none: what the visible part shows")] = None


class Found(BaseModel):
    """A face of the photograph."""

    box: Annotated[list[float], Field(description="left, top, right, bottom, in shares of the picture")]
    emotions: Annotated[dict[str, float], Field(description="the probability of each")]


class Changing(BaseModel):
    """A photograph whose faces can be changed."""

    id: str
    width: int
    height: int
    faces: list[Found]


@router.post("", openapi_extra=BODY, responses={415: {"description": "another kind of file"}})
async def begin(request: Request, site: SiteHere) -> Changing:
    """Find and read the faces of the photograph that is the request's body: JPEG, PNG or WebP."""
    change = await decoded(request, Change)
    return told(site.jobs.keep(KIND, change).name, change)


@router.post("/made")
async def made(site: SiteHere) -> Changing:
    """The same with somebody who does not exist."""
    change = await run_in_threadpool(lambda: Change(MADE.read_bytes()))
    return told(site.jobs.keep(KIND, change).name, change)


@router.get("/{name}")
async def faces(name: str, site: SiteHere) -> Changing:
    """The faces that were found."""
    return told(name, _there(site, name))


@router.get("/{name}/outlined.png", response_class=Png, responses=of(Png, "the faces that were found"))
async def outlined(name: str, site: SiteHere) -> Response:
    """The photograph, small, with a frame around each face."""
    change = _there(site, name)
    return Png(await _marked(change.outlined, "emogan: faces found"))


@router.get("/{name}/preview.jpg", response_class=Jpeg, responses=of(Jpeg, "the changed photograph, small"))
async def preview(name: str, query: Annotated[ChangeQuery, Query()], site: SiteHere) -> Response:
    """The changed photograph, small and at once."""
    change, asked = _there(site, name), query.asked()
    mark = Mark("emogan translate: preview", OTHER_FACE)
    return Jpeg(await run_in_threadpool(lambda: marked_jpeg(change.preview(asked), mark)))


@router.get("/{name}/picture.png", response_class=Png, responses=of(Png, "the changed photograph"))
async def picture(name: str, query: Annotated[ChangeQuery, Query()], site: SiteHere) -> Response:
    """The changed photograph at its own size."""
    change, asked = _there(site, name), query.asked()
    return Png(await _marked(lambda: change.whole(asked), "emogan translate: page"))


@router.get("/{name}/six.png", response_class=Png, responses=of(Png, "the six side by side"))
async def six(name: str, query: Annotated[ChangeQuery, Query()], site: SiteHere) -> Response:
    """The photograph with each of the six emotions, side by side."""
    change, asked = _there(site, name), query.asked()
    return Png(await _marked(lambda: change.six(asked), "emogan translate: todas"))


@router.get("/{name}/film.{kind}", response_class=Film, responses=of(Film, "image/gif, image/webp or video/mp4"))
async def film(
    name: str, kind: Literal["gif", "webp", "mp4"], query: Annotated[FilmQuery, Query()], site: SiteHere
) -> Response:
    """The way there and back as a film; MP4 where there is ffmpeg."""
    if kind == "mp4" and ffmpeg() is None:
        raise UserError(NO_MP4)
    if (count := 2 * query.frames - 2) > site.most.frames:
        raise UserError(f"{count} frames are too many: expected at most {site.most.frames} in all; give fewer frames.")
    change, asked = _there(site, name), query.asked()

    def content() -> bytes:
        frames = np.stack([np.asarray(one.convert("RGB")) for one in change.film(asked, query.frames)])
        return encoded(frames, query.fps, kind, Mark("emogan translate: page", OTHER_FACE))

    return Response(await run_in_threadpool(content), media_type=MEDIA[kind])


@router.get("/{name}/completed.png", response_class=Png, responses=of(Png, "the completed photograph"))
async def complete(name: str, query: Annotated[CompleteQuery, Query()], site: SiteHere) -> Response:
    """What covers faces taken away, with the emotion that the visible part shows, or with another: ``emotion=``."""
    wanted = parse(query.emotion) if query.emotion else None
    change = _there(site, name)
    return Png(
        await _marked(lambda: change.completed(wanted, query.intensity, query.seed), "emogan complete: page", COMPLETED)
    )


@router.delete("/{name}", status_code=204)
async def forget(name: str, site: SiteHere) -> None:
    """Forget a photograph and what came of it."""
    site.jobs.stop(KIND, name)


def told(name: str, change: Change) -> Changing:
    """What there is to know about a photograph."""
    width, height = change.photograph.picture.size
    return Changing(id=name, width=width, height=height, faces=[Found.model_validate(one) for one in change.faces])


def _there(site: Site, name: str) -> Change:
    change: Change = site.jobs.result(KIND, name)
    return change


async def _marked(draw: Callable[[], Image.Image], made: str, what: str = OTHER_FACE) -> bytes:
    return await run_in_threadpool(lambda: marked_png(draw(), Mark(made, what)))
