"""What a reader chose: language, light and network, remembered in cookies."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from emogan.web.pages.rendering import LIGHTS
from emogan.web.words import LANGUAGES

YEAR = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


@router.post("/chosen")
async def choose(
    back: Annotated[str, Form(max_length=2000)] = "/",
    language: Annotated[str | None, Form(max_length=2)] = None,
    light: Annotated[str | None, Form(max_length=5)] = None,
    weights: Annotated[str | None, Form(max_length=500)] = None,
) -> Response:
    """Remember what a person chose, and go back to where they were."""
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if inside else "/", 303)
    for name, value, known in (("language", language, LANGUAGES), ("light", light, LIGHTS), ("weights", weights, None)):
        if value is not None and (known is None or value in known):
            answer.set_cookie(name, quote(value), max_age=YEAR, httponly=True, samesite="strict")
    return answer
