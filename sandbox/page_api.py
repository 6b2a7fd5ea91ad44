"""What the page asks for and does.

`GET /sandbox/state?user=U&reload=1` the person's view; `reload=1` loses ephemeral messages.
`GET /sandbox/messages?user=U&channel=C` the messages of a channel, replies inside their parents.
`GET /sandbox/emoji` the palette. `POST /sandbox/send` {user, channel, text, thread_ts,
files},
`/sandbox/react` {user, channel, ts, name, add}, `/sandbox/press` {user, channel, ts, action_id,
value, selected}: each answers `{"ok": true}` or `{"ok": false, "error": sentence}`.
`POST /sandbox/clock` {action: hour, day, next, play, pause; speed} answers the clock.
`GET /sandbox/ws?user=U` pushes {"type": changed | views | clock | error | bot, …}.
Forms and files are in `page_forms.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.emoji import PALETTE
from sandbox.markup import unescaped
from sandbox.page_common import body_of, done, same_site
from sandbox.page_forms import PageForms
from sandbox.page_view import PageView
from sandbox.person import NotPossible

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

PAGE = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
HOUR, DAY = 3600.0, 86400.0


class PageApi:
    """The page's side of the server."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._view = PageView(server)
        self._forms = PageForms(server, self._view)
        self._sockets: list[tuple[str, web.WebSocketResponse]] = []

    def routes(self) -> list[web.RouteDef]:
        """All addresses of the page."""
        return [
            web.get("/", self._index),
            web.get("/page/{file}", self._file),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/messages", self._messages),
            web.get("/sandbox/emoji", self._emoji),
            web.get("/sandbox/ws", self._socket),
            web.post("/sandbox/send", self._send),
            web.post("/sandbox/react", self._react),
            web.post("/sandbox/press", self._press),
            web.post("/sandbox/clock", self._clock),
            *self._forms.routes(),
        ]

    async def push(self, body: dict[str, Any], user: str | None = None) -> None:
        """Tell the open pages (of one person, if named)."""
        for whose, socket in list(self._sockets):
            if (user is None or user == whose) and not socket.closed:
                try:
                    await socket.send_json(body)
                except ConnectionError:
                    continue

    def clock_json(self) -> dict[str, Any]:
        """The clock as the page shows it."""
        return self._view.clock()

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return _served(PAGE / "index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        path = PAGE / name
        if Path(name).name != name or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        return _served(path)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        user = self._view.user(request.query.get("user"))
        if request.query.get("reload"):
            self._server.workspace.drop_ephemerals(user)
        return web.json_response(self._view.state(user))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        user = self._view.user(request.query.get("user"))
        try:
            messages = self._view.messages(user, request.query.get("channel", ""))
        except NotPossible as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        return web.json_response({"messages": messages})

    async def _emoji(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([{"name": n, "emoji": e} for n, e in PALETTE.items()])

    async def _send(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        # The page escapes as Slack's clients do; people's acts take what was typed.
        text = unescaped(str(body.get("text", ""))).strip()
        thread = body.get("thread_ts") or None
        user, channel = str(body.get("user")), str(body.get("channel"))
        files = [str(id) for id in body.get("files") or []]
        people = self._server.people

        async def send() -> str | None:
            if not text and not files:
                return "There is nothing to send."
            if files or not text.startswith("/"):
                people.say(user, channel, text, thread, files)
                return None
            if thread:
                name = text.partition(" ")[0]
                return f"{name} is not supported in threads. Sorry!"
            return (await people.command(user, channel, text)).error

        return await done(send())

    async def _react(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        act = self._server.people.react if body.get("add", True) else self._server.people.unreact

        async def react() -> None:
            act(
                str(body.get("user")),
                str(body.get("channel")),
                str(body.get("ts")),
                str(body.get("name")),
            )

        return await done(react())

    async def _press(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        value = body.get("selected") or body.get("value")

        async def press() -> str | None:
            outcome = await self._server.people.press(
                str(body.get("user")),
                str(body.get("channel")),
                str(body.get("ts")),
                str(body.get("action_id")),
                value,
            )
            return outcome.error

        return await done(press())

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        body, clock = await body_of(request), self._server.clock
        if clock is None or not clock.movable:
            raise web.HTTPConflict(text="this clock cannot be moved")
        match body.get("action"):
            case "hour":
                await clock.jump(HOUR)
            case "day":
                await clock.jump(DAY)
            case "next":
                await clock.next_notice()
            case "play":
                clock.play(min(max(float(body.get("speed") or 600), 1.0), 86_400.0))
            case "pause":
                clock.pause()
            case _:
                raise web.HTTPBadRequest(text="hour, day, next, play or pause")
        shown = self.clock_json()
        await self.push({"type": "clock", "clock": shown})
        return web.json_response(shown)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        same_site(request)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        entry = (self._view.user(request.query.get("user")), socket)
        self._sockets.append(entry)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.ERROR:
                    break
        finally:
            self._sockets.remove(entry)
        return socket

    async def close(self) -> None:
        """Close the pages' sockets."""
        for _, socket in list(self._sockets):
            await socket.close()


def _served(path: Path) -> web.StreamResponse:
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )
