"""Who may ask, and how much: in front of every route. docs/security.md says against what."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
HEADERS = {
    # Nothing from elsewhere, and nothing of this page elsewhere.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
    " media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without one, browsers do not say where a form comes from
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Rules:
    """What is let in.

    Attributes:
        hosts: names that this machine is asked for by; a page elsewhere that has its name lead here has another.
        password: that every request must carry; None: no password.
        most: bytes of a request's body.
        seconds: in which a body must have arrived.
    """

    hosts: Collection[str]
    password: str | None
    most: int
    seconds: float


class Guard:
    """Lets in what the rules allow; everything else is answered here."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app, self.rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None  # there are no other kinds here
        body = Body(receive, self.rules)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                if not body.whole and scope["method"] not in SAFE:
                    headers["Connection"] = "close"  # nobody reads what is still to come
            await send(message)

        refused = self._refused(scope["method"], Headers(scope=scope))
        if refused is not None:
            return await refused(scope, receive, sent)
        return await self.app(scope, body.receive, sent)

    def _refused(self, method: str, headers: Headers) -> PlainTextResponse | None:
        """The answer to a request that is not let in."""
        host = headers.get("host", "")
        if name_in(host) not in self.rules.hosts:
            return _no(421, f"This page is not reached as {host[:100]!r}: give its name with names=[NAME].")
        if self.rules.password is not None and not _knows(headers.get("authorization", ""), self.rules.password):
            answer = _no(401, "A password is needed.")
            answer.headers["WWW-Authenticate"] = 'Basic realm="emogan", charset="UTF-8"'
            return answer
        if method not in SAFE and _from_elsewhere(headers, host):
            return _no(403, "This was asked by a page from elsewhere.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.rules.most:
            return _no(413, f"That is too large: expected at most {self.rules.most / 1e6:g} MB.")
        return None


class Body:
    """A request's body as it comes in, bounded in size and time.

    Attributes:
        whole: whether it has come to its end.
    """

    def __init__(self, receive: Receive, rules: Rules) -> None:
        self.whole = False
        self._receive, self._rules = receive, rules
        self._arrived = 0
        self._end = asyncio.get_running_loop().time() + rules.seconds

    async def receive(self) -> Message:
        """The next part.

        Raises:
            TooMuchError: when there is more than is allowed.
            TimeoutError: when it does not come in time.
        """
        if self.whole:
            return await self._receive()  # the end of the connection, as long as it takes
        async with asyncio.timeout_at(self._end):
            message = await self._receive()
        self._arrived += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self._arrived > self._rules.most:
            raise TooMuchError
        return message


class TooMuchError(Exception):
    """A body is larger than its header says, or than is allowed."""


def name_in(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if host.count(":") == 1 else host.lower()


def _from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser says that another page asks; programs that are no browsers say nothing."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    return site not in ("same-origin", "none") or (origin is not None and origin.partition("://")[2] != host)


def _knows(authorization: str, password: str) -> bool:
    kind, _, given = authorization.partition(" ")
    try:
        found = base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return False
    return kind.lower() == "basic" and secrets.compare_digest(found.encode(), password.encode())


def _no(status: int, words: str) -> PlainTextResponse:
    return PlainTextResponse(words, status)
