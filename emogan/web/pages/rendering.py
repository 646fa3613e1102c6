"""A page in the language and the light that its reader chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

import emogan
from emogan.config.places import PACKAGED
from emogan.core.emotions import EMOTIONS
from emogan.web.queries import DEFAULT
from emogan.web.site import Site
from emogan.web.words import LANGUAGES, Words, preferred, words

LIGHTS = ("auto", "light", "dark")
TABS = {
    "faces": "/",
    "person": "/person",
    "photograph": "/photograph",
    "train": "/train",
    "runs": "/runs",
    "data": "/data",
}

templates = Environment(
    loader=PackageLoader("emogan.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Reader:
    """Whoever looks at the page, and what they chose."""

    language: str
    light: str
    weights: str | None

    @property
    def words(self) -> Words:
        """The words of their language."""
        return words(self.language)


def reader_of(request: Request) -> Reader:
    """Whoever asks; what they chose and is not there any more is forgotten."""
    site: Site = request.app.state.site
    language, light, weights = (unquote(request.cookies.get(name, "")) for name in ("language", "light", "weights"))
    return Reader(
        language if language in LANGUAGES else preferred(request.headers.get("accept-language", "")),
        light if light in LIGHTS else LIGHTS[0],
        weights if weights == PACKAGED or site.outputs.holds(weights) else None,
    )


ReaderHere = Annotated[Reader, Depends(reader_of)]


def page(name: str, request: Request, reader: Reader, site: Site, **things: Any) -> Response:
    """The page of ``templates/NAME.html``."""
    return HTMLResponse(render(name, request, reader, site, things))


def render(name: str, request: Request, reader: Reader, site: Site, things: Mapping[str, Any]) -> str:
    """A page, or a part of one, as HTML."""
    chosen = reader.weights or site.networks.first
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return templates.get_template(f"{name}.html").render(
        t=reader.words,
        reader=reader,
        languages=LANGUAGES,
        lights=LIGHTS,
        tabs=TABS,
        here=here,
        emotions=[str(one) for one in EMOTIONS],
        default=DEFAULT,
        most=site.most,
        packaged=PACKAGED,
        chosen=chosen,
        version=emogan.__version__,
        **things,
    )
