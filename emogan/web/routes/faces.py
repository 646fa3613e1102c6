"""Faces of people who do not exist."""

import math
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from PIL import Image
from pydantic import Field

from emogan.core.emotions import EMOTIONS
from emogan.core.errors import UserError
from emogan.core.images import grid
from emogan.sampling.asked import title_of
from emogan.sampling.sampler import Pictures
from emogan.web.answers import Png, Zip, archive, of, png, table
from emogan.web.queries import FacesQuery, wish_of
from emogan.web.site import Site, SiteHere
from emogan.web.words import ENGLISH

router = APIRouter(prefix="/api", tags=["faces"])


class SheetQuery(FacesQuery):
    """The same on a sheet."""

    columns: Annotated[int, Field(ge=1, le=100)] | None = None


@router.get("/emotions")
async def emotions() -> list[dict[str, str | int]]:
    """The six emotions with their names."""
    return [
        {"name": str(one), "english": ENGLISH[str(one)], "number": one.number, "kdef": one.kdef} for one in EMOTIONS
    ]


@router.get("/faces.png", response_class=Png, responses=of(Png, "the faces on one sheet; with n=1, a face"))
async def sheet(query: Annotated[SheetQuery, Query()], site: SiteHere) -> Response:
    """Faces on one sheet, four to a row where there are sixteen; of several emotions, a row for each."""
    _, pictures = await drawn(site, query)
    several = len(pictures) > query.n
    columns = query.columns or (query.n if several else math.ceil(math.sqrt(len(pictures))))
    return Png(await run_in_threadpool(lambda: png(grid(pictures, columns))))


@router.get("/faces.zip", response_class=Zip, responses=of(Zip, "a PNG for each face, and manifest.csv"))
async def packed(query: Annotated[FacesQuery, Query()], site: SiteHere) -> Response:
    """Each face as a file, with a table of what it shows and how to have it again."""
    names, pictures = await drawn(site, query)

    def pack() -> bytes:
        files = {f"{name}.png": png(Image.fromarray(one.squeeze())) for name, one in zip(names, pictures, strict=True)}
        look = (query.truncation, query.intensity, query.median, query.weights or site.networks.first)
        columns = ("file", "shows", "seed", "number", "truncation", "intensity", "median", "weights")
        rows = [
            (f"{name}.png", name.rpartition("_s")[0], query.seed, query.first + place % query.n, *look)
            for place, name in enumerate(names)
        ]
        return archive({**files, "manifest.csv": table(columns, rows)})

    content = await run_in_threadpool(pack)
    title = title_of(dict.fromkeys(name.rpartition("_s")[0] for name in names))
    name = f"{title}_s{query.seed}_{query.first:04d}-{query.first + query.n - 1:04d}.zip"
    return Zip(content, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def drawn(site: Site, query: FacesQuery) -> tuple[tuple[str, ...], Pictures]:
    """Names and pictures of the faces that are asked for.

    Raises:
        UserError: when they cannot be drawn, or are more than one person may have at once.
        BusyError: when too many others wait.
    """
    sampler = await run_in_threadpool(site.networks.of, query.weights)
    check_count(site, query.n)
    names, wish = wish_of(sampler, query)
    check_count(site, len(names))
    return names, await site.drawer.draw(wish)


def check_count(site: Site, count: int) -> None:
    """Raise a UserError for more faces than one person may have at once."""
    if count > site.most.faces:
        raise UserError(
            f"n={count} is too many at once: expected at most {site.most.faces} faces, all emotions together."
        )
