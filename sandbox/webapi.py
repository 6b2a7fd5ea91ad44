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

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


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
    """A method with the scope it needs; `app` methods take the app-level token.

    One of `instead` lets the call in as well; which is needed the method says.
    """

    run: Method
    scope: str | None = None
    instead: tuple[str, ...] = ()
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
        call = Call(method, {}, self._server.monotonic())
        self.calls.append(call)
        token, refused = None, None
        try:
            call.args, token = await _arguments(request)
        except SlackError as error:
            refused = error
        fault = self._server.faults.take(method, call.args.get("channel"))
        if fault is not None and fault.before:
            call.result = fault.kind
            if (instead := await fault.answer(request)) is not None:
                return instead
        headers, status = await self._answer(call, token, refused)
        if fault is not None and not fault.before:
            call.result += f", then {fault.kind}"
            if (instead := await fault.answer(request)) is not None:
                return instead
        return web.json_response(call.answer, status=status, headers=headers)

    async def _answer(
        self, call: Call, token: str | None, refused: SlackError | None
    ) -> tuple[dict[str, str], int]:
        """Carry the call out and note its answer; returns the answer's headers and status."""
        call.result = "ok"
        try:
            if refused is not None:
                raise refused
            call.answer = {"ok": True, **await self._run(call.method, call.args, token)}
            return {"x-oauth-scopes": self._server.spec.scopes}, 200
        except SlackError as error:
            call.result = error.code
            call.answer = {"ok": False, "error": error.code, **error.more}
            wait = error.retry_after
            return {} if wait is None else {"Retry-After": str(wait)}, error.status

    async def _run(self, method: str, args: dict[str, Any], token: str | None) -> Answer:
        entry = self._entry(method, token)
        channel = str(args.get("channel") or "")
        where = self._server.workspace.channels.get(channel)
        # Who writes to a person by the user id writes into the same conversation.
        self._server.limits.count(method, (where and where.im_with) or channel)
        return await entry.run(self._server, args)

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
        granted = spec.app_scopes if entry.app else spec.scopes
        if entry.scope and not {entry.scope, *entry.instead} & set(granted.split(",")):
            raise SlackError("missing_scope", needed=entry.scope, provided=granted)
        return entry


async def _arguments(request: web.Request) -> tuple[dict[str, Any], str | None]:
    """The arguments without the token, from query, form or JSON, and the token.

    Nested values may be JSON text, as the SDK sends them. A token counts in the header, or in a
    form; not in an address or in JSON.
    """
    args: dict[str, Any] = dict(request.query)
    args.pop("token", None)
    token = None
    if request.content_type == "application/json":
        args.update(await _json(request))
        args.pop("token", None)
    elif request.content_type in _FORMS:
        args.update(await request.post())
        token = args.pop("token", None)
    elif request.can_read_body:
        raise SlackError("invalid_post_type")
    for key in ("blocks", "metadata", "attachments", "view", "files"):
        if isinstance(args.get(key), str):
            try:
                args[key] = json.loads(args[key])
            except ValueError:
                args[key] = args[key] or None
    header = request.headers.get("Authorization", "")
    return args, header.removeprefix("Bearer ") if header.startswith("Bearer ") else token


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def as_bool(value: object) -> bool:
    """A flag as the SDK sends it: true, 1, "true"."""
    return value in (True, 1, "1", "true", "True")
