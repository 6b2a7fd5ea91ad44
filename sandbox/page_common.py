"""What the page's addresses share: reading a request of this site, and answering an act."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.errors import SlackError
from sandbox.person import NotPossible

_SAID = {
    "already_reacted": "You have given that reaction already.",
    "no_reaction": "That reaction is gone.",
    "message_not_found": "That message is gone.",
}


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request of this site."""
    same_site(request)
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


def same_site(request: web.Request) -> None:
    """No other web site may drive the page: the browser tells where a request comes from."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="another site")


async def done(act: Awaitable[str | None]) -> web.StreamResponse:
    """Carry an act out; the answer says what went wrong, in a sentence for people."""
    try:
        error = await act
    except NotPossible as problem:
        error = str(problem)
    except SlackError as problem:
        error = _SAID.get(problem.code, problem.code)
    return web.json_response({"ok": False, "error": error} if error else {"ok": True})
