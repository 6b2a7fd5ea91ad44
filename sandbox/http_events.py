"""Events, commands and presses over HTTP, signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


class HttpEvents:
    """Posts to the app's request URL; the same interface as SocketMode."""

    def __init__(self, server: SandboxServer, url: str) -> None:
        self._server = server
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    @property
    def online(self) -> bool:
        """Nobody knows before asking; taken as there."""
        return True

    async def deliver(
        self, kind: str, payload: dict[str, Any], retry: int, reason: str, within: float
    ) -> dict[str, Any] | None:
        """POST it; `{"payload": answer}` when it was answered 200 in time, else None."""
        headers = {}
        if kind == "events_api":
            body, content = json.dumps(payload), "application/json"
            if retry:
                headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        elif kind == "slash_commands":
            body, content = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            body = urlencode({"payload": json.dumps(payload)})
            content = "application/x-www-form-urlencoded"
        headers |= self.signed(body) | {"Content-Type": content}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(
                self._url,
                data=body.encode(),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=within),
            ) as response:
                text = await response.text()
                if response.status != 200:
                    return None
        except (aiohttp.ClientError, TimeoutError):
            return None
        return {"payload": _answer(text)} if text else {}

    def signed(self, body: str) -> dict[str, str]:
        """The signature headers of a body, of now."""
        stamp = str(int(self._server.real_now()))
        secret = self._server.spec.signing_secret.encode()
        signature = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def _answer(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
