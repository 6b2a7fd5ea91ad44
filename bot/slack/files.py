"""Files on Slack: fetched as somebody handed them in, and copies of ours put into threads."""

from __future__ import annotations

from typing import Any

from bot.slack.client import Workspace, delivery_error
from coordination.ports import Fetched, FileUnavailable, Target

MOST_BYTES = 10_000_000
"""What a form's file field takes."""


class SlackFiles:
    """`Files` of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def fetch(self, id: str) -> Fetched:
        """The file somebody handed in; raises FileUnavailable (too large, gone, refused)."""
        client = self._workspace.client
        try:
            file: dict[str, Any] = (await client.files_info(file=id))["file"]
        except Exception as error:
            raise FileUnavailable(
                f"Slack does not give me that file ({delivery_error(error).code}). "
                "Please choose it again, or give a link."
            ) from error
        if int(file.get("size") or 0) > MOST_BYTES:
            raise FileUnavailable("That file is larger than 10 MB; please give a link instead.")
        return Fetched(
            str(file.get("name") or "document"),
            str(file.get("mimetype") or "application/octet-stream"),
            await self._download(str(file.get("url_private_download") or file["url_private"])),
        )

    async def _download(self, url: str) -> bytes:
        client = self._workspace.client
        if client.session is None:
            raise RuntimeError("the workspace is not open yet")
        headers = {"Authorization": f"Bearer {client.token}"}
        async with client.session.get(url, headers=headers, proxy=client.proxy) as response:
            # A token that may not read it is shown a page to sign in, with status 200.
            if response.status != 200 or "text/html" in response.headers.get("Content-Type", ""):
                raise FileUnavailable(
                    "Slack does not give me that file. Please choose it again, or give a link."
                )
            return await response.read()

    async def place(self, target: Target, name: str, content: bytes) -> str:
        """Put a copy of ours into a channel's thread; its permanent address."""
        try:
            made = await self._workspace.client.files_upload_v2(
                filename=name, content=content, channel=target.channel, thread_ts=target.thread_ts
            )
        except Exception as error:
            raise delivery_error(error, posting=True) from error
        return str(made["file"]["permalink"])
