"""What the page asks for and does with forms, Home, shortcuts and files.

`GET /sandbox/views?user=U` the form before the person, if any, and their Home.
`POST /sandbox/view/press` {user, view, block_id, action_id, value, values}, `/sandbox/view/submit`
{user, view, values}, `/sandbox/view/close` {user, view, every}, `/sandbox/home` {user, tab},
`/sandbox/shortcut` {user, channel, ts, callback_id}, `/sandbox/file/delete` {user, file}; `values`
are lists of block id, action id and value. Sending answers `errors` by block id where there are
some. `POST /sandbox/upload?user=U&name=N` takes the bytes of a file and answers its id;
`GET /sandbox/file/F?user=U` gives them to who sees the file.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from sandbox.choices import find
from sandbox.page_common import body_of, done, same_site
from sandbox.person import NotFilled, NotPossible
from sandbox.views import View

if TYPE_CHECKING:
    from sandbox.page_view import PageView
    from sandbox.server import SandboxServer

Body = dict[str, Any]


class PageForms:
    """The page's side of forms and files."""

    def __init__(self, server: SandboxServer, view: PageView) -> None:
        self._server = server
        self._page = view

    def routes(self) -> list[web.RouteDef]:
        """Its addresses."""
        return [
            web.get("/sandbox/views", self._views),
            web.post("/sandbox/view/press", self._press),
            web.post("/sandbox/view/submit", self._submit),
            web.post("/sandbox/view/close", self._close),
            web.post("/sandbox/home", self._home),
            web.post("/sandbox/shortcut", self._shortcut),
            web.post("/sandbox/upload", self._upload),
            web.post("/sandbox/file/delete", self._delete),
            web.get("/sandbox/file/{id}", self._file),
        ]

    async def _views(self, request: web.Request) -> web.StreamResponse:
        user = self._page.user(request.query.get("user"))
        people = self._server.people
        form, home = people.form(user), people.home(user)
        shown = {"form": form and self._json(form), "home": home and self._json(home)}
        return web.json_response(shown | {"depth": len(self._server.views.stack(user))})

    async def _press(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        user, view, value = str(body.get("user")), str(body.get("view")), body.get("value")

        async def press() -> str | None:
            self._fill(user, view, body)
            block, action = str(body.get("block_id")), str(body.get("action_id"))
            given = self._read(user, view, block, action, value)
            people = self._server.people
            return (await people.press_in(user, action, given, view=view, block=block)).error

        return await done(press())

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        user, view = str(body.get("user")), str(body.get("view"))
        try:
            top = self._server.people.form(user)
            if top is None or top.id != view:
                raise NotPossible("That form is gone.")
            self._fill(user, view, body)
            outcome = await self._server.people.submit(user)
            errors, error = outcome.errors, outcome.error
        except NotFilled as problem:
            errors, error = problem.errors, None
        except NotPossible as problem:
            errors, error = {}, str(problem)
        if errors or error:
            return web.json_response({"ok": False, "error": error, "errors": errors})
        return web.json_response({"ok": True})

    async def _close(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        user = str(body.get("user"))

        async def close() -> None:
            top = self._server.people.form(user)
            if top is not None and top.id == body.get("view"):
                self._server.people.close(user, every=bool(body.get("every")))

        return await done(close())

    async def _home(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)

        async def open_home() -> None:
            self._server.people.open_home(str(body.get("user")), str(body.get("tab")))

        return await done(open_home())

    async def _shortcut(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)

        async def choose() -> str | None:
            where = [str(body.get(name)) for name in ("user", "channel", "ts", "callback_id")]
            return (await self._server.people.shortcut(*where)).error

        return await done(choose())

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        same_site(request)
        user, name = request.query.get("user", ""), request.query.get("name", "")
        try:
            file = self._server.people.upload(user, name or "file", await request.read())
        except NotPossible as problem:
            return web.json_response({"ok": False, "error": str(problem)})
        return web.json_response({"ok": True, "file": self._page.file(file.id, user)})

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)

        async def delete() -> None:
            self._server.people.delete_file(str(body.get("user")), str(body.get("file")))

        return await done(delete())

    async def _file(self, request: web.Request) -> web.StreamResponse:
        user = self._page.user(request.query.get("user"))
        file = self._server.files.get(request.match_info["id"])
        channels = self._server.workspace.channels
        if file is None or file.content is None:
            raise web.HTTPNotFound
        if file.user != user and not any(user in channels[c].members for c in file.shares):
            raise web.HTTPNotFound
        # A download, never a page of this site: nothing that was uploaded may run here.
        named = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
        return web.Response(
            body=file.content, content_type="application/octet-stream", headers=headers
        )

    def _fill(self, user: str, view: str, body: Body) -> None:
        for block, action, value in body.get("values") or []:
            given = self._read(user, view, block, action, value)
            self._server.people.fill(user, {(block, action): given}, view)

    def _read(self, user: str, view: str, block: str, action: str, value: Any) -> Any:
        """A value from the page; what it says of a day and hour is in the person's zone."""
        shown = self._server.views.find(view)
        found = find(shown.blocks, action, block=block) if shown else None
        if not value or found is None or found[1]["type"] != "datetimepicker":
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise NotPossible("There is no such choice.") from None
        return int(moment.replace(tzinfo=self._page.zone(user)).timestamp())

    def _json(self, view: View) -> Body:
        words = ("title", "submit", "close")
        return {
            "id": view.id,
            "hash": view.hash,
            "type": view.kind,
            "blocks": view.blocks,
            "values": self._page.values(view.blocks, view.chosen, view.user),
        } | {name: (view.spec.get(name) or {}).get("text", "") for name in words}
