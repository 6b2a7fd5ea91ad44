"""Events, commands and presses over HTTP, signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from sandbox.deliver import Missed

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


MOST_REDIRECTS = 2


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
    ) -> dict[str, Any]:
        """POST it; returns `{"payload": answer}`, raises Missed without a good answer in time."""
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
        answer = await self._post(body, headers | {"Content-Type": content}, within)
        return {"payload": answer} if answer and kind != "events_api" else {}

    async def verify(self, within: float = 3.0) -> bool:
        """Ask whether the address is the app's, as Slack does when it is entered."""
        challenge = secrets.token_urlsafe(24)
        asked = {"token": "sandbox", "challenge": challenge, "type": "url_verification"}
        try:
            answer = await self._post(
                json.dumps(asked), {"Content-Type": "application/json"}, within
            )
        except Missed:
            return False
        return answer in ({"challenge": challenge}, {"text": challenge})

    async def _post(self, body: str, headers: dict[str, str], within: float) -> Any:
        """The answer: JSON where it says that it is, text otherwise, None when it is empty."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(
                self._url,
                data=body.encode(),
                headers=headers | self.signed(body),
                max_redirects=MOST_REDIRECTS + 1,  # aiohttp refuses the last one
                timeout=aiohttp.ClientTimeout(total=within),
            ) as response:
                text = await response.text()
                if not 200 <= response.status < 300:
                    final = response.headers.get("X-Slack-No-Retry") == "1"
                    fault = "service" if response.status >= 500 else "client"
                    raise Missed("http_error", f"http_{fault}_error", final=final)
                return _answer(text, response.content_type) if text else None
        except aiohttp.TooManyRedirects:
            raise Missed("too_many_redirects", "dispatch_failed") from None
        except TimeoutError:
            raise Missed("http_timeout", "operation_timeout") from None
        except aiohttp.ClientError:
            raise Missed("connection_failed", "dispatch_failed") from None

    def signed(self, body: str, age: float = 0.0) -> dict[str, str]:
        """The signature headers of a body, made `age` real seconds ago."""
        stamp = str(int(self._server.real_now() - age))
        secret = self._server.spec.signing_secret.encode()
        signature = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def _answer(text: str, content: str) -> Any:
    if content == "application/json":
        try:
            return json.loads(text)
        except ValueError:
            pass
    return {"text": text}
