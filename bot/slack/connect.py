"""Slack as one thing to the place where all is put together: connect, serve, start, stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.slack.app import SlackApp, build_app
from bot.slack.channel_ids import ChannelIds
from bot.slack.client import SlackProblem, Workspace
from bot.slack.directory import SlackDirectory
from bot.slack.files import SlackFiles
from bot.slack.health import Text
from bot.slack.http import HttpServer
from bot.slack.messenger import SlackMessenger
from bot.slack.observed import Observer
from bot.slack.socket import SocketMode
from bot.slack.use_cases import UseCases
from coordination.outgoing import PACE
from coordination.services import Services

Ready = Callable[[], Awaitable[Mapping[str, bool | str]]]


@dataclass(frozen=True, slots=True, repr=False)
class Connection:
    """How to reach Slack: by Socket Mode where there is an app token, else over HTTP.

    `channels` are the group's, whose members may ask. `port` serves health, and in HTTP mode
    Slack's requests; None (Socket Mode only) serves nothing. `pace` is the real seconds between two
    posts to one channel (bot/slack/limits.py). It has no repr: it holds secrets.
    """

    bot_token: str
    api_url: str
    app_token: str | None = None
    signing_secret: str | None = None
    channels: tuple[str | None, ...] = ()
    pace: float = PACE
    port: int | None = None
    host: str | None = None


class SlackFace:
    """The bot's face in Slack. `messenger` and `directory` work once it was started."""

    def __init__(self, connection: Connection, real_now: Callable[[], float]) -> None:
        """Nothing is contacted yet. Raises SlackProblem where a setting is missing.

        `real_now` is the real time in seconds since 1970.
        """
        self._connection = connection
        self._real_now = real_now
        self._workspace = Workspace(connection.bot_token, connection.api_url, connection.pace)
        self._ids = ChannelIds()
        self.messenger = SlackMessenger(self._workspace, self._ids)
        self.directory = SlackDirectory(self._workspace, connection.channels, self._ids)
        self.files = SlackFiles(self._workspace, self._ids)
        self._make: Callable[[], SlackApp] | None = None
        self._ready: Ready | None = None
        self._metrics: Text | None = None
        self._app: SlackApp | None = None
        self._server: SocketMode | HttpServer | None = None
        if not connection.app_token and (not connection.signing_secret or connection.port is None):
            raise SlackProblem(
                "set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
            )

    @property
    def name(self) -> str:
        """What it is, for the log."""
        return "Slack (Socket Mode)" if self._connection.app_token else "Slack (HTTP)"

    @property
    def port(self) -> int | None:
        """The port that is listened on, once started."""
        return self._server.port if self._server else None

    def serve(
        self,
        services: Services,
        ready: Ready,
        *,
        use_cases: UseCases | None = None,
        metrics: Text | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Say what is served, what `/readyz` and `/metrics` ask, and who counts; before `start`."""
        self._ready, self._metrics = ready, metrics
        self._ids.follow(lambda: services.snapshot.channels)
        self._make = lambda: build_app(
            services,
            self._workspace,
            self.messenger,
            self.directory,
            real_now=self._real_now,
            signing_secret=self._connection.signing_secret,
            use_cases=use_cases,
            observer=observer,
        )

    async def start(self) -> None:
        """Connect and listen.

        Raises SlackProblem when Slack refuses a token or cannot be reached, OSError when the port
        is taken.
        """
        if self._make is None:
            raise RuntimeError("say what is to be served first")
        await self._workspace.open()
        self._app = self._make()
        try:
            self._server = self._listen(self._app)
            await self._server.start()
        except BaseException:
            await self.stop()
            raise
        self._app.face.tasks.soon(self.directory.warm(), "reading the members")

    async def stop(self) -> None:
        """Answer what is under way, then close all connections."""
        if self._server is not None:
            await self._server.stop()
            self._server = None
        await self._workspace.close()

    def trouble(self) -> str | None:
        """What keeps Slack from being served, None when all is well."""
        return self._server.trouble() if self._server else "not connected"

    def connected(self) -> bool:
        """Whether Slack is connected and takes the token."""
        return self.trouble() is None

    def _listen(self, app: SlackApp) -> SocketMode | HttpServer:
        where = self._connection
        if where.app_token:
            return SocketMode(
                app,
                where.app_token,
                self._report,
                where.port,
                where.host,
                metrics=self._metrics,
            )
        return HttpServer(app, self._report, where.port or 0, where.host, self._metrics)

    async def _report(self) -> Mapping[str, bool | str]:
        found: dict[str, bool | str] = dict(await self._ready()) if self._ready else {}
        await self._workspace.look()
        away = self._workspace.away
        found["slack"] = self.trouble() or (f"does not answer: {away}" if away else True)
        return found


def connect(connection: Connection, real_now: Callable[[], float]) -> SlackFace:
    """The face of a connection, not started yet; `real_now` in seconds since 1970."""
    return SlackFace(connection, real_now)
