"""The Web API: who calls, what is asked, which method answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import SlackError

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

Answer = dict[str, Any]


@dataclass
class Call:
    """One call of a method; `args` without the token."""

    method: str
    args: dict[str, Any]
    at: float  # monotonic seconds
    result: str = "ok"
    answer: Answer = field(default_factory=dict)


Method = Callable[["SandboxServer", dict[str, Any]], Awaitable[Answer]]


@dataclass(frozen=True)
class Entry:
    """A method with the scope it needs; `app` methods take the app-level token."""

    run: Method
    scope: str | None = None
    app: bool = False


class WebApi:
    """Answers `/api/METHOD`, as strict about tokens, scopes and rates as Slack."""

    def __init__(self, server: SandboxServer, methods: dict[str, Entry]) -> None:
        self._server = server
        self._methods = methods
        self.calls: list[Call] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The HTTP handler."""
        method = request.match_info["method"]
        args = await _arguments(request)
        token = _token(request, args)
        call = Call(method, args, self._server.monotonic())
        self.calls.append(call)
        fault = self._server.faults.take(method)
        if fault is not None and fault.before:
            call.result = fault.kind
            return await fault.answer(request)
        headers = {}
        try:
            entry = self._entry(method, token)
            self._server.limits.count(method, args.get("channel"))
            answer = {"ok": True, **await entry.run(self._server, args)}
            if method == "auth.test":
                headers["x-oauth-scopes"] = self._server.spec.scopes
            status = 200
        except SlackError as error:
            call.result = error.code
            answer = {"ok": False, "error": error.code, **error.more}
            status = error.status
            if error.retry_after is not None:
                headers["Retry-After"] = str(error.retry_after)
        call.answer = answer
        if fault is not None:
            call.result += f", then {fault.kind}"
            return await fault.answer(request)
        return web.json_response(answer, status=status, headers=headers)

    def _entry(self, method: str, token: str | None) -> Entry:
        if token is None:
            raise SlackError("not_authed")
        spec = self._server.spec
        if token not in (spec.bot_token, spec.app_token):
            raise SlackError("invalid_auth")
        if self._server.token_revoked:
            raise SlackError("token_revoked")
        entry = self._methods.get(method)
        if entry is None:
            raise SlackError("unknown_method")
        if (token == spec.app_token) != entry.app:
            raise SlackError("not_allowed_token_type")
        if entry.scope and entry.scope not in spec.scopes.split(","):
            raise SlackError("missing_scope", needed=entry.scope, provided=spec.scopes)
        return entry


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form or JSON; nested values may be JSON text, as the SDK sends them."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        if isinstance(body, dict):
            args.update(body)
    elif request.can_read_body:
        args.update(await request.post())
    for key in ("blocks", "metadata", "attachments"):
        if isinstance(args.get(key), str):
            try:
                args[key] = json.loads(args[key])
            except ValueError:
                args[key] = args[key] or None
    return args


def _token(request: web.Request, args: dict[str, Any]) -> str | None:
    header = request.headers.get("Authorization", "")
    given = args.pop("token", None)
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else given


def as_bool(value: object) -> bool:
    """A flag as the SDK sends it: true, 1, "true"."""
    return value in (True, 1, "1", "true", "True")
