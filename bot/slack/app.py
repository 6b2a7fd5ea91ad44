"""The Bolt app: made when called, answering only after the use case, for one workspace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack import listeners
from bot.slack.client import Workspace, make_client
from bot.slack.directory import SlackDirectory
from bot.slack.door import not_ours, not_read, unreadable
from bot.slack.face import Face
from bot.slack.listeners.commands import AtHand
from bot.slack.messenger import SlackMessenger
from bot.slack.observed import NoObserver, ObservedApp, Observer
from bot.slack.use_cases import UseCases, coordination
from coordination.services import Services

log = structlog.get_logger(__name__)


class SlackApp:
    """The bot in Slack: Bolt's app with what its listeners share."""

    def __init__(self, bolt: AsyncApp, face: Face, signing_secret: str | None) -> None:
        self.bolt = bolt
        self.face = face
        self.signing_secret = signing_secret

    @property
    def workspace(self) -> Workspace:
        """The workspace that is served."""
        return self.face.workspace

    async def answer(
        self, body: Any, headers: Mapping[str, str | Sequence[str]] | None
    ) -> BoltResponse:
        """What Slack is answered to a request known to be Slack's, its body parsed."""
        turned_away = unreadable(body) or not_ours(body, self.workspace.identity)
        if turned_away is not None:
            return turned_away
        # Bolt's name for a body that is parsed and verified, over HTTP as well (bot/slack/http.py).
        given = dict(headers) if headers else None
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body, headers=given)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # Another Bolt may look at what our shapes leave open.
            return not_read(body, f"Bolt's reading of it ({type(error).__name__})")
        return await self.bolt.async_dispatch(request)

    async def finish(self, patience: float = 1.0) -> None:
        """Let answers under way arrive, for up to `patience` real seconds."""
        await self.face.tasks.finish(patience)


def build_app(
    services: Services,
    workspace: Workspace,
    messenger: SlackMessenger,
    directory: SlackDirectory,
    *,
    real_now: Callable[[], float],
    signing_secret: str | None = None,
    use_cases: UseCases | None = None,
    observer: Observer | None = None,
) -> SlackApp:
    """Make the app and register its listeners; nothing runs yet.

    `real_now` tells the real time in seconds since 1970, which orders what Slack stamps with none.
    `process_before_response`: an event is acknowledged when its use case has committed, so that
    Slack repeats it when the bot dies before. `authorize` needs no call: the token was checked at
    the start, and Bolt would acknowledge events that it cannot authorize.
    """
    face = Face(
        services=services,
        use_cases=use_cases or coordination(),
        workspace=workspace,
        messenger=messenger,
        directory=directory,
        command=services.command,
        real_now=real_now,
    )
    observer = face.tasks.observer = workspace.client.observer = observer or NoObserver()
    bolt = ObservedApp(
        observer,
        name="gmg",
        logger=_bolt_log(),
        client=make_client(None, workspace.client.base_url, workspace.client.session),
        authorize=_authorize(workspace),
        before_authorize=AtHand(face),
        process_before_response=True,
        request_verification_enabled=False,  # before anything is parsed (bot/slack/http.py)
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    bolt.error(_not_acknowledged)
    listeners.register(bolt, face)
    return SlackApp(bolt, face, signing_secret)


def _authorize(workspace: Workspace) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize() -> AuthorizeResult:
        identity = workspace.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=workspace.client.token,
        )

    return authorize


async def _not_acknowledged(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What a listener raises leaves the request unacknowledged: events come again."""
    event = (body.get("event") or {}).get("type") or body.get("type")
    log.error("not acknowledged", request=event, id=body.get("event_id"), exc_info=error)
    return BoltResponse(status=500, body="")


def _bolt_log() -> logging.Logger:
    """Bolt warns of a token in the environment that it was told not to use; nobody else must."""
    logger = logging.getLogger("slack_bolt.gmg")
    if not logger.filters:
        logger.addFilter(lambda record: "will be unused" not in record.getMessage())
    return logger
