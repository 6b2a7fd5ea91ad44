"""Files on Slack: fetched as somebody handed them in, and copies of ours put into threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.slack.channel_ids import ChannelIds
from bot.slack.cleaning import one_line
from bot.slack.client import Workspace, delivery_error, needs_proxy
from coordination.ports import DeliveryError, Fetched, FileUnavailable, Target

log = structlog.get_logger(__name__)

MOST_BYTES = 10 * 1024 * 1024
"""What a form's file field takes."""

FETCH_WITHIN = 1.2
"""Real seconds a form waits for a file; its use case has 1.7 (bot/slack/deadline.py)."""

DOWNLOAD_WITHIN = 30.0
"""Real seconds for a download, which goes on while the person is asked to send again."""

KEPT = 60.0
"""Real seconds for which a file is kept in memory for the form that is sent again."""

MOST_KEPT = 6
"""As many as one form takes (coordination/record_form.py)."""

UPLOAD_WITHIN = 20.0
"""Real seconds for an upload; claims of the outbox last longer (coordination/outgoing.py)."""

LOOKED_AT = 200
"""Messages of a thread or conversation in which a copy of ours is looked for."""

_GONE = {"file_not_found", "file_deleted"}

_AGAIN = "Please choose it again, or give a link."


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file of ours in a message of ours."""

    ts: str
    id: str
    address: str | None


class SlackFiles:
    """`Files` of one workspace."""

    def __init__(self, workspace: Workspace, ids: ChannelIds | None = None) -> None:
        self._workspace = workspace
        self._ids = ids or ChannelIds()
        self._coming: dict[str, asyncio.Task[Fetched]] = {}

    async def fetch(self, id: str) -> Fetched:
        """The file somebody handed in; raises FileUnavailable (too large, gone, refused, late).

        What comes too late for the form goes on coming: the form sent again finds it.
        """
        task = self._coming.get(id)
        if task is None:
            task = self._begin(id)
        done, _ = await asyncio.wait({task}, timeout=FETCH_WITHIN)
        if not done:
            raise FileUnavailable(
                "That file has not come from Slack yet. Please send the form again in a few "
                "seconds."
            )
        try:
            return task.result()
        except BaseException:
            self._coming.pop(id, None)
            raise

    def _begin(self, id: str) -> asyncio.Task[Fetched]:
        while len(self._coming) >= MOST_KEPT:
            oldest = next(iter(self._coming))
            self._coming.pop(oldest).cancel()
        task = asyncio.create_task(self._read(id))
        self._coming[id] = task
        task.add_done_callback(lambda done: self._came(id, done))
        return task

    def _came(self, id: str, task: asyncio.Task[Fetched]) -> None:
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody may be waiting any more

        def let_go() -> None:
            if self._coming.get(id) is task:
                del self._coming[id]

        asyncio.get_running_loop().call_later(KEPT, let_go)

    async def _read(self, id: str) -> Fetched:
        # Forms and messages hold only an id of a file from another workspace: it is asked for.
        try:
            file: dict[str, Any] = (await self._workspace.client.files_info(file=id))["file"]
        except Exception as error:
            code = delivery_error(error).code
            if code in _GONE:
                raise FileUnavailable(f"That file is gone. {_AGAIN}") from error
            raise FileUnavailable(f"Slack does not give me that file ({code}). {_AGAIN}") from error
        if file.get("mode") in ("tombstone", "hidden_by_limit"):
            raise FileUnavailable(f"That file is gone. {_AGAIN}")
        if file.get("is_external") or file.get("mode") == "external":
            raise FileUnavailable("That file is not kept on Slack; please give its link instead.")
        size, url = int(file.get("size") or 0), _address(file)
        if size > MOST_BYTES:
            raise FileUnavailable("That file is larger than 10 MB; please give a link instead.")
        if file.get("file_access") not in (None, "visible") or not self._may_ask(url):
            raise FileUnavailable(f"Slack does not give me that file. {_AGAIN}")
        media_type = str(file.get("mimetype") or "application/octet-stream")
        try:
            content = await self._download(url, media_type)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            code = delivery_error(error).code
            raise FileUnavailable(
                f"Slack does not give me that file now ({code}). Please try again in a minute."
            ) from error
        if size and len(content) != size:
            raise FileUnavailable(f"That file did not come whole. {_AGAIN}")
        return Fetched(str(file.get("name") or "document"), media_type, content)

    async def _download(self, url: str, media_type: str) -> bytes:
        client = self._workspace.client
        headers = {"Authorization": f"Bearer {client.token}"}
        content = bytearray()
        limit, proxy = aiohttp.ClientTimeout(total=DOWNLOAD_WITHIN), self._proxy(url)
        async with self._session.get(url, headers=headers, proxy=proxy, timeout=limit) as response:
            kind = response.headers.get("Content-Type", "")
            # A token that may not read it is shown a page to sign in, with status 200.
            if response.status != 200 or ("text/html" in kind and media_type != "text/html"):
                raise FileUnavailable(f"Slack does not give me that file. {_AGAIN}")
            async for chunk in response.content.iter_chunked(65_536):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise FileUnavailable(
                        "That file is larger than 10 MB; please give a link instead."
                    )
        return bytes(content)

    def _may_ask(self, url: str) -> bool:
        """Whether the token may go there: to Slack, and to nobody who only says so."""
        address, api = urlsplit(url), urlsplit(self._workspace.client.base_url)
        host = address.hostname or ""
        if host == api.hostname:
            return address.scheme == api.scheme
        slack = host.endswith((".slack.com", ".slack-files.com", ".slack-gov.com"))
        return slack and address.scheme == "https"

    async def place(self, target: Target, name: str, content: bytes) -> str:
        """Put a copy of ours there, once under that name in that thread; its permanent address.

        Raises DeliveryError; `permanent` where the workspace takes no files.
        """
        if not content:
            raise DeliveryError("empty_file", permanent=True)
        name = name_of(name)
        channel = await self._channel(target)
        found = await self._placed(channel, target.thread_ts, name, len(content))
        return found or await self._upload(channel, target.thread_ts, name, content)

    async def _channel(self, target: Target) -> str:
        if target.channel is not None:
            return self._ids.now(target.channel)
        try:
            opened = await self._workspace.client.conversations_open(users=str(target.user))
        except Exception as error:
            raise delivery_error(error) from error
        return str(opened["channel"]["id"])

    async def _placed(self, channel: str, thread: str | None, name: str, size: int) -> str | None:
        """The address of a copy of ours that an earlier try put there before it was cut off."""
        copies = await self._copies(channel, thread, name, size)
        return copies[0].address if copies else None

    async def leave_one(
        self, target: Target, name: str, size: int | None, address: str | None
    ) -> None:
        """Take away what stands of such a copy (of any size where that is None) a second time.

        Left is the one at `address`; where that does not stand there, the oldest. Raises
        DeliveryError.
        """
        channel = await self._channel(target)
        copies = await self._copies(channel, target.thread_ts, name_of(name), size)
        kept = next((c for c in copies if c.address == address), copies[0] if copies else None)
        client = self._workspace.client
        for copy in copies:
            if copy is not kept:
                log.warning("second copy of a file taken away", ts=copy.ts, file=copy.id)
                await self._gone(client.chat_delete(channel=channel, ts=copy.ts))
                await self._gone(client.files_delete(file=copy.id))

    async def _gone(self, taking: Awaitable[Any]) -> None:
        try:
            await taking
        except Exception as error:
            meant = delivery_error(error)
            if meant.code not in {*_GONE, "message_not_found"}:
                raise meant from error

    async def _copies(
        self, channel: str, thread: str | None, name: str, size: int | None
    ) -> list[_Copy]:
        """Files of ours of that name (and size), oldest first."""
        client, bot = self._workspace.client, self._workspace.identity.user
        try:
            if thread is not None:
                answer = await client.conversations_replies(
                    channel=channel, ts=thread, limit=LOOKED_AT
                )
            else:
                answer = await client.conversations_history(channel=channel, limit=LOOKED_AT)
        except Exception as error:
            raise delivery_error(error) from error
        found = [
            _Copy(str(said["ts"]), str(file["id"]), str(file.get("permalink") or "") or None)
            for said in answer.get("messages") or ()
            for file in said.get("files") or ()
            if said.get("user") == bot and file.get("name") == name
            if size is None or file.get("size") == size
        ]
        return sorted(found, key=lambda copy: float(copy.ts))

    async def _upload(self, channel: str, thread: str | None, name: str, content: bytes) -> str:
        client = self._workspace.client
        try:
            async with asyncio.timeout(UPLOAD_WITHIN):
                ticket = await client.files_getUploadURLExternal(filename=name, length=len(content))
                await self._send(str(ticket["upload_url"]), name, content)
        except Exception as error:
            raise delivery_error(error) from error
        try:
            done = await client.files_completeUploadExternal(
                files=[{"id": str(ticket["file_id"]), "title": name}],
                channel_id=channel,
                thread_ts=thread,
            )
        except Exception as error:
            raise delivery_error(error, posting=True) from error
        return str(done["files"][0].get("permalink") or "")

    async def _send(self, url: str, name: str, content: bytes) -> None:
        """The bytes to the address Slack gave for them, which needs no token."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        limit = aiohttp.ClientTimeout(total=UPLOAD_WITHIN)
        proxy = self._proxy(url)
        async with self._session.post(url, data=form, proxy=proxy, timeout=limit) as response:
            if response.status != 200:
                raise DeliveryError(f"upload_http_{response.status}")

    def _proxy(self, url: str) -> str | None:
        return self._workspace.client.proxy if needs_proxy(url) else None

    @property
    def _session(self) -> aiohttp.ClientSession:
        session = self._workspace.client.session
        if session is None:
            raise RuntimeError("the workspace is not open yet")
        return session


def name_of(name: str) -> str:
    """The name under which a copy is put there."""
    return one_line(name).replace("/", "-").replace("\\", "-").strip(". ")[:200] or "document"


def _address(file: dict[str, Any]) -> str:
    return str(file.get("url_private_download") or file.get("url_private") or "")
