"""One person in every emotion, and on the way from one to another."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field
from torch import Tensor

from emogan.config.drawn import FPS
from emogan.core import emotions
from emogan.core.emotions import Emotion
from emogan.core.errors import UserError
from emogan.core.images import grid
from emogan.core.marking import Mark
from emogan.sampling.asked import People
from emogan.sampling.interpolation import along, frames_of, spread, stops_of
from emogan.sampling.sampler import Pictures, latents_of
from emogan.sampling.video import NO_MP4, ffmpeg, save_film
from emogan.web.answers import Png, of, png
from emogan.web.drawing import Wish
from emogan.web.queries import DEFAULT, Drawing, FacesQuery, Number, Text, reads, within
from emogan.web.routes.faces import drawn
from emogan.web.site import Site, SiteHere

MOST_STOPS = 8
MEDIA = {"gif": "image/gif", "webp": "image/webp", "mp4": "video/mp4"}
# Pictures of a strip where nobody says how many: each stop is one of them, and there are at least so many.
ON_STRIP = 7

router = APIRouter(prefix="/api", tags=["one person"])


class Film(Response):
    """A moving picture, of a kind that the address says."""

    media_type = "image/*"


def stops_in(text: str) -> list[Emotion]:
    """The emotions of a way as it is written in an address: ``neutro,felicidade,raiva``.

    Raises:
        UserError: when one is none, or there are too few or too many.
    """
    names = text.split(",")
    if not 2 <= len(names) <= MOST_STOPS:
        raise UserError(
            f"stops={text!r:.80} is no way: expected 2 to {MOST_STOPS} emotions, such as neutro,felicidade,raiva."
        )
    return [emotions.parse(name) for name in names]


class PersonQuery(Drawing):
    """Who is shown."""

    columns: Annotated[int, Field(ge=1, le=100)] | None = None


class WayQuery(Drawing):
    """One person on a way through some emotions."""

    stops: Annotated[
        Text, reads(stops_in), Field(description=f"2 to {MOST_STOPS} emotions, such as neutro,felicidade,raiva")
    ]
    loop: Annotated[bool, Field(description="come back to the first in the end")] = False

    @property
    def name(self) -> str:
        """A name for files, as ``emogan generate to=`` gives."""
        way = "_to_".join(str(stop) for stop in stops_in(self.stops))
        return f"{way}{'_and_back' * self.loop}_{People(1, self.seed, self.first).label(0)}"


class StripQuery(WayQuery):
    """The same as a strip of pictures."""

    frames: (
        Annotated[
            int, Field(ge=1, le=10_000, description="pictures in all; none: so many that each stop is one of them")
        ]
        | None
    ) = None
    columns: Annotated[int, Field(ge=1, le=10_000)] | None = None


class FilmQuery(WayQuery):
    """The same as a moving picture."""

    frames: Annotated[int, Field(ge=2, le=10_000, description="for each way from one emotion to the next")] = DEFAULT[
        "frames"
    ]
    fps: Annotated[Number, within(FPS, "frames a second")] = DEFAULT["fps"]


@router.get("/person.png", response_class=Png, responses=of(Png, "the faces side by side"))
async def person(query: Annotated[PersonQuery, Query()], site: SiteHere) -> Response:
    """One person in all emotions that the network knows, in the order of the menu."""
    sampler = await run_in_threadpool(site.networks.of, query.weights)
    asked = FacesQuery(
        emotion=",".join(str(one) for one in sampler.emotions), n=1, **query.model_dump(exclude={"columns"})
    )
    _, pictures = await drawn(site, asked)
    return Png(await run_in_threadpool(lambda: png(grid(pictures, query.columns or len(pictures)))))


@router.get("/strip.png", response_class=Png, responses=of(Png, "the pictures side by side"))
async def strip(query: Annotated[StripQuery, Query()], site: SiteHere) -> Response:
    """One person's way through some emotions, in pictures side by side."""
    legs = len(stops_in(query.stops)) - (not query.loop)
    count = query.frames or max(1, -(-(ON_STRIP - 1) // legs)) * legs + 1

    def weights(stops: Tensor) -> Tensor:
        return spread(stops[[*range(len(stops)), 0]] if query.loop else stops, count)

    pictures = await on_way(site, query, count, weights)
    return Png(
        await run_in_threadpool(lambda: png(grid(pictures, query.columns or count))), headers=named(query.name, "png")
    )


@router.get("/film.{kind}", response_class=Film, responses=of(Film, "the film: image/gif, image/webp or video/mp4"))
async def film(kind: Literal["gif", "webp", "mp4"], query: Annotated[FilmQuery, Query()], site: SiteHere) -> Response:
    """One person's way through some emotions as a film that starts again and again; MP4 where there is ffmpeg."""
    if kind == "mp4" and ffmpeg() is None:
        raise UserError(NO_MP4)
    count = frames_of(len(stops_in(query.stops)), query.frames, query.loop)
    pictures = await on_way(site, query, count, lambda stops: along(stops, query.frames, query.loop))
    content = await run_in_threadpool(encoded, pictures, query.fps, kind, Mark(f"emogan generate: {query.name}"))
    return Response(content, media_type=MEDIA[kind], headers=named(query.name, kind))


async def on_way(site: Site, query: WayQuery, count: int, weights: Callable[[Tensor], Tensor]) -> Pictures:
    """The pictures of a way, uint8 (count, h, w, c).

    Args:
        weights: gives what they show, weights of the emotions (count, 6), by those of the stops (n, 6).

    Raises:
        UserError: when the network cannot draw them, or they are more than one person may have at once.
        BusyError: when too many others wait.
    """
    if count > site.most.frames:
        raise UserError(
            f"{count} frames are too many: expected at most {site.most.frames} in all; give fewer frames or stops."
        )
    sampler = await run_in_threadpool(site.networks.of, query.weights)
    shown = weights(stops_of(sampler, stops_in(query.stops), query.intensity))
    latents = latents_of(sampler.trained, 1, query.seed, query.first).expand(count, -1)
    return await site.drawer.draw(Wish(sampler.trained, latents, shown, query.look))


def encoded(frames: Pictures, fps: float, kind: str, mark: Mark) -> bytes:
    """Frames (n, h, w, c) as the bytes of a film; nothing of it stays on the disk."""
    with TemporaryDirectory(prefix="emogan_") as folder:
        return save_film(frames, fps, Path(folder) / f"film.{kind}", mark).read_bytes()


def named(name: str, kind: str) -> dict[str, str]:
    """The header that gives a file its name when it is saved."""
    return {"Content-Disposition": f'inline; filename="{name}.{kind}"'}
