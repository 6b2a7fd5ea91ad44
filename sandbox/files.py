"""Files: what people and the app uploaded, how Slack describes them, upload and download."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from sandbox.errors import SlackError
from sandbox.workspace import Channel

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

LARGEST_INPUT = 10 * 1024 * 1024
"""Bytes of one file in a form's file input."""

_TYPES = {"txt": "text", "htm": "html", "jpeg": "jpg", "": "binary", "md": "markdown"}
_SIGN_IN = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head>"
    "<body><h1>Sign in to your workspace</h1></body></html>"
)


@dataclass
class File:
    """A file; `content` stays None until its bytes have come."""

    id: str
    name: str
    title: str
    user: str
    created: int
    size: int
    content: bytes | None = None
    shares: dict[str, list[str]] = field(default_factory=dict)  # channel id: message times
    ready: bool = True  # the upload was completed
    to_app: bool = False  # handed to the app in a form
    deleted: bool = False

    @property
    def mimetype(self) -> str:
        """The type by its name, as Slack takes it."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def filetype(self) -> str:
        """Slack's short name of the type."""
        extension = self.name.rpartition(".")[2].lower() if "." in self.name else ""
        return _TYPES.get(extension, extension)


class Files:
    """All files of the workspace."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._files: dict[str, File] = {}
        self._tickets: dict[str, File] = {}

    def get(self, id: str) -> File | None:
        """A file by its id, deleted ones too."""
        return self._files.get(id)

    def add(self, user: str, name: str, content: bytes) -> File:
        """A file that a person brought; nobody else sees it yet."""
        file = self._new(user, name, len(content))
        file.content = content
        return file

    def ticket(self, name: str, size: int) -> tuple[str, File]:
        """Where the app can send the bytes of a file, once."""
        file = self._new(self._server.spec.bot_user, name, size)
        file.ready = False
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = file
        return f"{self._server.base_url}/upload/v1/{ticket}", file

    def share(self, file: File, channel: Channel, ts: str) -> None:
        """Note that a message of a channel carries it."""
        file.shares.setdefault(channel.id, []).append(ts)

    def known_to_app(self, file: File) -> bool:
        """Whether the app may look at it: its own, given in a form, or shared where it is."""
        bot, channels = self._server.spec.bot_user, self._server.workspace.channels
        if file.user == bot or file.to_app:
            return True
        return any(bot in channels[c].members for c in file.shares)

    def json(self, file: File) -> dict[str, Any]:
        """Slack's whole file object."""
        base, team = self._server.base_url, self._server.workspace.team_of(file.user)
        path = f"{base}/files-pri/{team}-{file.id}"
        name = quote(file.name.lower())
        channels = [self._server.workspace.channels[c] for c in file.shares]
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "filetype": file.filetype,
            "pretty_type": file.filetype.upper(),
            "user": file.user,
            "user_team": team,
            "editable": False,
            "size": file.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(not c.private and not c.is_im for c in channels),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{path}/{name}",
            "url_private_download": f"{path}/download/{name}",
            "permalink": f"{base}/files/{file.user}/{file.id}/{name}",
            "has_rich_preview": False,
            "file_access": "visible",
            "channels": [c.id for c in channels if not c.private and not c.is_im],
            "groups": [c.id for c in channels if c.private and not c.is_im],
            "ims": [c.id for c in channels if c.is_im],
            "shares": self._shares(file, channels),
        }

    def given(self, id: str) -> dict[str, Any]:
        """A file as messages, events and forms give it: deleted ones as a stone, those from
        another workspace only by their id, for files.info to look up."""
        file = self._files[id]
        if file.deleted:
            return {"id": id, "mode": "tombstone"}
        if self._server.workspace.team_of(file.user) != self._server.spec.team:
            unknown = {"created": 0, "timestamp": 0, "user": ""}
            return {"id": id, "mode": "file_access", "file_access": "check_file_info", **unknown}
        return self.json(file)

    def delete(self, file: File) -> None:
        """Take it away everywhere and tell the app, if it knew of it."""
        known = self.known_to_app(file)
        file.deleted, file.content = True, None
        if known:
            ts = self._server.workspace.next_ts()
            told = {"type": "file_deleted", "file_id": file.id, "event_ts": ts}
            self._server.deliveries.event(told)
        for channel in file.shares:
            self._server.changed(channel)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The HTTP handler that takes the bytes of a file from the app."""
        fault = self._server.faults.take("files.upload")
        if fault is not None and (instead := await fault.answer(request)) is not None:
            return instead
        file = self._tickets.get(request.match_info["ticket"])
        if file is None or file.content is not None:
            return web.Response(status=400, text="the address was used or never given")
        content = await _sent(request)
        if len(content) != file.size:
            return web.Response(status=400, text=f"{file.size} bytes were announced")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The HTTP handler of `url_private`: without a good token it is the page to sign in."""
        fault = self._server.faults.take("files.download")
        if fault is not None and (instead := await fault.answer(request)) is not None:
            return instead
        spec = self._server.spec
        bearer = request.headers.get("Authorization", "")
        signed_in = bearer == f"Bearer {spec.bot_token}" and not self._server.token_revoked
        file = self._files.get(request.match_info["key"].rpartition("-")[2])
        if not signed_in or "files:read" not in spec.scopes.split(","):
            return web.Response(text=_SIGN_IN, content_type="text/html")
        if file is None or file.content is None or not self.known_to_app(file):
            return web.Response(
                status=404, text="<h1>File not found</h1>", content_type="text/html"
            )
        return web.Response(body=file.content, content_type=file.mimetype)

    def _shares(self, file: File, channels: list[Channel]) -> dict[str, Any]:
        shares: dict[str, Any] = {}
        for channel in channels:
            kind = "private" if channel.private or channel.is_im else "public"
            team = self._server.workspace.team_of(file.user)
            said = {"channel_name": channel.name, "team_id": team, "share_user_id": file.user}
            stamps = [{"ts": ts, **said} for ts in file.shares[channel.id]]
            shares.setdefault(kind, {})[channel.id] = stamps
        return shares

    def _new(self, user: str, name: str, size: int) -> File:
        id = f"F{secrets.token_hex(5).upper()}"
        created = int(self._server.real_now())
        self._files[id] = File(id, name, name, user, created, size)
        return self._files[id]


async def _sent(request: web.Request) -> bytes:
    """The bytes of a request: as they are, or the first file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
        return part.encode() if isinstance(part, str) else bytes(part)
    raise SlackError("invalid_form_data")
