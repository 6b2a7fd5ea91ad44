"""The connection to one Slack workspace: its client, who the bot is there, what its errors mean."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.counted import CountedClient
from bot.slack.limits import Held, Limits
from coordination.outgoing import PACE
from coordination.ports import DeliveryError

log = structlog.get_logger(__name__)

TIMEOUT = 8
"""Real seconds a request may take; claims last much longer (coordination/outgoing.py), so that a
late answer cannot come after somebody else took over."""

TOKEN_TROUBLE = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
}
_PASSING = {
    "accesslimited",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "team_added_to_org",
    "team_not_found_on_this_server",
}
_IN_DOUBT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
_AWAY = {"unreachable", "timeout", "connection_lost"}
_NOTHING_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
)

TOKEN_PAUSE = 60.0
"""Real seconds before the next try while the token is refused: the queue is kept meanwhile."""

FRESH = 30.0
"""Real seconds for which an answer of Slack's says that it can be reached."""

PATIENCE = 1.5
"""Real seconds Slack has for an answer when health is asked."""


class SlackProblem(Exception):
    """Slack cannot be used; the text is one line that names the setting and the cure."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in the workspace its token is for."""

    team: str
    user: str
    bot: str
    name: str
    app: str = ""  # empty where Slack does not say


class Workspace:
    """The workspace that the token is for. To be opened before use and closed at the end."""

    def __init__(self, token: str, api_url: str, pace: float = PACE) -> None:
        """`pace`: real seconds between two posts to one channel; all rates go by it."""
        self.client = make_client(token, api_url, limits=Limits(pace))
        self.revoked: str | None = None  # why Slack no longer takes the token; health shows it
        self.away: str | None = None  # why the latest call did not reach Slack
        self._reached = float("-inf")  # when Slack last answered, by the event loop's clock
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        """Who the bot is there, known once opened."""
        if self._identity is None:
            raise RuntimeError("the workspace is not open yet")
        return self._identity

    async def open(self) -> None:
        """Ask Slack who the token is; raises SlackProblem, which never shows the token."""
        # One session for all requests keeps connections open between them.
        self.client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        try:
            answer = await self.client.auth_test()
        except Exception as error:
            await self.close()
            said = explained(error, "SLACK_BOT_TOKEN", self.client.base_url)
            raise SlackProblem(said) from None
        self._identity = Identity(
            str(answer["team_id"]),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
            str(answer.get("user", "")),
            await self._app_of(str(answer.get("bot_id", ""))),
        )

    async def _app_of(self, bot: str) -> str:
        """The app whose bot this is; without the answer, requests are told by workspace alone."""
        try:
            answer = await self.client.bots_info(bot=bot)
        except Exception as error:
            log.warning("Slack does not say which app this is", code=delivery_error(error).code)
            return ""
        described = answer.get("bot") or {}
        return str(described.get("app_id") or "")

    def noticed(self, error: DeliveryError | None) -> None:
        """What a call told of the token and of Slack: None is a call that went well."""
        if isinstance(error, Held):
            return  # nobody was asked
        if error is None:
            self.revoked = None
        elif error.code in TOKEN_TROUBLE:
            self.revoked = error.code
        code = error.code if error else ""
        self.away = code if code in _AWAY or code.startswith("http_5") else None
        if self.away is None:
            self._reached = asyncio.get_running_loop().time()

    async def look(self) -> None:
        """Ask Slack how it stands with it, unless an answer of late has told."""
        fresh = asyncio.get_running_loop().time() - self._reached < FRESH
        if fresh and self.away is None and self.revoked is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self.client.auth_test()
        except Exception as error:
            self.noticed(delivery_error(error))
        else:
            self.noticed(None)

    async def close(self) -> None:
        """Close the connections kept open."""
        if self.client.session is not None:
            await self.client.session.close()


class _WithinLimits(CountedClient):
    """The SDK's client, which calls nothing before Slack's rates let it."""

    limits: Limits | None = None

    async def api_call(self, api_method: str, **request: Any) -> Any:
        """As the SDK's; raises Held where the time to call has not come."""
        if self.limits is None:
            return await super().api_call(api_method, **request)
        channel = str((request.get("json") or {}).get("channel") or "")
        await self.limits.enter(api_method, channel)
        try:
            return await super().api_call(api_method, **request)
        except SlackApiError as error:
            meant = delivery_error(error)
            if meant.code == "ratelimited" and meant.retry_after is not None:
                self.limits.refused(api_method, channel, meant.retry_after)
            raise
        finally:
            self.limits.answered(api_method, channel)


def make_client(
    token: str | None,
    api_url: str,
    session: aiohttp.ClientSession | None = None,
    limits: Limits | None = None,
) -> CountedClient:
    """A client that never retries by itself: the SDK's handlers post twice and sleep.

    With `limits` it keeps Slack's rates.
    """
    client = _WithinLimits(
        token=token, base_url=api_url, timeout=TIMEOUT, session=session, retry_handlers=[]
    )
    client.limits = limits
    if not needs_proxy(api_url):
        client.proxy = None
    return client


def needs_proxy(url: str) -> bool:
    """Whether a proxy of the environment is for this address; the SDK would use it for all."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return not proxy_bypass(host)


def explained(error: Exception, setting: str, api_url: str) -> str:
    """One line for somebody at a terminal: what is wrong with which setting, and the cure."""
    meant = delivery_error(error)
    host = urlsplit(api_url).netloc or api_url
    if meant.code in TOKEN_TROUBLE or meant.code == "not_allowed_token_type":
        return (
            f"{setting} is not accepted by Slack ({meant.code}); copy it again from the app's page"
        )
    if meant.code == "missing_scope":
        return f"{setting} lacks a scope ({meant.code}); reinstall the app from `gmg manifest`"
    if isinstance(error, SlackApiError) and meant.permanent:
        return f"{setting}: Slack at {host} refuses ({meant.code})"
    return f"Slack cannot be reached at {host} ({meant.code}); check SLACK_API_URL or the network"


def delivery_error(error: BaseException, *, posting: bool = False) -> DeliveryError:
    """What an exception of the SDK means to the use cases.

    `posting`: the request may have put a message somewhere, so that a broken connection leaves
    in doubt whether it stands.
    """
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, SlackApiError):
        return _refused(error, posting)
    if isinstance(error, _NOTHING_SENT):
        return DeliveryError("unreachable")
    if isinstance(error, TimeoutError):
        return DeliveryError("timeout", maybe_posted=posting, under_way=posting)
    if isinstance(error, aiohttp.ClientError | OSError | SlackClientError | ValueError):
        return DeliveryError("connection_lost", maybe_posted=posting)
    return DeliveryError(type(error).__name__, maybe_posted=posting)


def _refused(error: SlackApiError, posting: bool) -> DeliveryError:
    response: Any = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    code = str(code or f"http_{status}")
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return DeliveryError("ratelimited", retry_after=_retry_after(response))
    if status >= 500 or code in _IN_DOUBT:
        return DeliveryError(code, maybe_posted=posting)
    if code in TOKEN_TROUBLE:
        return DeliveryError(code, retry_after=TOKEN_PAUSE)
    if not isinstance(data, dict) or "error" not in data:
        # A proxy or a maintenance page answered in Slack's place.
        return DeliveryError(code, maybe_posted=posting)
    return DeliveryError(code, permanent=code not in _PASSING)


def _retry_after(response: Any) -> float:
    headers = getattr(response, "headers", None) or {}
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return 30.0
