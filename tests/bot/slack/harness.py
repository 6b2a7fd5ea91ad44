"""The bot's Slack face against the stand-in for Slack, with use cases that a test scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.slack.app import SlackApp, build_app
from bot.slack.client import Workspace
from bot.slack.directory import SlackDirectory
from bot.slack.files import SlackFiles
from bot.slack.listeners.shortcuts import SHORTCUT
from bot.slack.messenger import SlackMessenger
from bot.slack.use_cases import UseCases
from coordination.channel_news import ChannelNews
from coordination.messages.forms import Answers, FileRef, Form
from coordination.messages.parts import Message
from coordination.services import Asker, Reply, Services
from sandbox.server import SandboxServer
from sandbox.workspace import ChannelSpec, PersonSpec, Shortcut, WorkspaceSpec
from sandbox.workspace import Message as Shown
from scheduler.clock import PlanClock, monotonic, real_now

CHANNEL = "C1"
ANA, BEN, EVA, GUS = "U1ANA", "U2BEN", "U3EVA", "U4GUS"
"""A member, a member, a member from another workspace, somebody in no channel."""

BOT = "U0BOT"


def workspace_spec(**more: Any) -> WorkspaceSpec:
    return WorkspaceSpec(
        people=(
            PersonSpec(ANA, "ana", "Ana"),
            PersonSpec(BEN, "ben", "Ben", tz="America/New_York", guest=True),
            PersonSpec(EVA, "eva", "Eva", external=True),
            PersonSpec(GUS, "gus", "Gus", refuses_dms=True),
        ),
        channels=(
            ChannelSpec(CHANNEL, "gmg", members=(ANA, BEN, EVA, BOT)),
            ChannelSpec("C2", "other", members=(ANA, GUS)),
        ),
        shortcuts=(Shortcut("Circulate for clearance", SHORTCUT),),
        **more,
    )


def sandbox(**more: Any) -> SandboxServer:
    more.setdefault("rate_limits", False)
    more.setdefault("retries", (0.0, 0.05, 0.05))
    return SandboxServer(workspace_spec(), real_now=real_now, monotonic=monotonic, **more)


@dataclass
class Script:
    """The use cases of a test: what they were asked, and what they do."""

    answers: Callable[[Asker, str], Awaitable[Reply | Form]] | None = None
    presses: Callable[[Asker, str, str], Awaitable[Reply | Form]] | None = None
    reacts: Callable[[Asker, str, bool], Awaitable[None]] | None = None
    submits: Callable[[Asker, str, str, Answers], Awaitable[Reply | Form]] | None = None
    circulates: Callable[[Asker], Awaitable[Reply | Form]] | None = None
    shows: Message = field(default_factory=lambda: Message("Your Home"))
    greets: Message = field(default_factory=lambda: Message("Hello, try /gmg next"))
    asked: list[tuple[Asker, str]] = field(default_factory=list)
    pressed: list[tuple[Asker, str, str]] = field(default_factory=list)
    reacted: list[tuple[Asker, str, bool]] = field(default_factory=list)
    submitted: list[tuple[Asker, str, str, Answers]] = field(default_factory=list)
    homes: list[Asker] = field(default_factory=list)
    channel_news: list[ChannelNews] = field(default_factory=list)
    circulated: list[tuple[Asker, tuple[str, ...], tuple[FileRef, ...], str]] = field(
        default_factory=list
    )

    async def answer(self, services: Services, asker: Asker, text: str) -> Reply | Form:
        self.asked.append((asker, text))
        if self.answers is not None:
            return await self.answers(asker, text)
        return Reply(Message(f"You asked: {text}"))

    async def press(
        self, services: Services, asker: Asker, action: str, value: str
    ) -> Reply | Form:
        self.pressed.append((asker, action, value))
        if self.presses is not None:
            return await self.presses(asker, action, value)
        return Reply(Message(f"{action} of {value}"))

    async def submit(
        self, services: Services, asker: Asker, name: str, about: str, answers: Answers
    ) -> Reply | Form:
        self.submitted.append((asker, name, about, answers))
        if self.submits is not None:
            return await self.submits(asker, name, about, answers)
        return Reply(Message(f"{name} of {about}"))

    async def react(self, services: Services, asker: Asker, reaction: str, given: bool) -> None:
        self.reacted.append((asker, reaction, given))
        if self.reacts is not None:
            await self.reacts(asker, reaction, given)

    async def home(self, services: Services, asker: Asker) -> Message:
        self.homes.append(asker)
        return self.shows

    async def circulate_message(
        self,
        services: Services,
        asker: Asker,
        links: tuple[str, ...],
        files: tuple[FileRef, ...],
        text: str,
    ) -> Reply | Form:
        self.circulated.append((asker, links, files, text))
        if self.circulates is not None:
            return await self.circulates(asker)
        return Reply(Message("Circulated."))

    def use_cases(self) -> UseCases:
        """All of them, as the listeners are handed them."""
        return UseCases(
            self.answer,
            self.press,
            self.submit,
            self.react,
            self.home,
            self.circulate_message,
            self.greeting,
            self.answered_first,
            self.at_hand,
            self.channel_told,
        )

    def at_hand(self, services: Services, asker: Asker, text: str) -> Reply | None:
        return None

    async def channel_told(self, services: Services, news: ChannelNews) -> None:
        self.channel_news.append(news)

    async def answered_first(self, services: Services, message: str) -> bool:
        return True

    def greeting(self, services: Services) -> Message:
        return self.greets


@dataclass
class Harness:
    """The face, connected."""

    slack: SandboxServer
    workspace: Workspace
    messenger: SlackMessenger
    directory: SlackDirectory
    files: SlackFiles
    script: Script
    app: SlackApp
    url: str = ""  # where HTTP is served

    async def settle(self) -> None:
        """Until all that was told is answered."""
        await self.slack.deliveries.settle()
        await self.app.finish(5.0)
        await asyncio.sleep(0)

    def seen(self, user: str, channel: str = CHANNEL) -> list[Shown]:
        """What the bot showed to a person in a channel."""
        return [m for m in self.slack.people.visible(user, channel) if m.user == BOT]


async def harness(slack: SandboxServer, script: Script | None = None) -> Harness:
    """A connected face; close its workspace at the end."""
    workspace = Workspace(slack.spec.bot_token, slack.api_url, pace=0)
    await workspace.open()
    messenger = SlackMessenger(workspace)
    directory = SlackDirectory(workspace, [CHANNEL, None])
    files = SlackFiles(workspace)
    script = script or Script()
    services: Any = Services(
        clock=PlanClock(),
        storage=None,  # type: ignore[arg-type]  # listeners never touch it
        snapshots=None,  # type: ignore[arg-type]
        directory=directory,
        files=files,
        wake=lambda: None,
        channel=CHANNEL,
        clearance_channel=CHANNEL,
        secretariat=frozenset(),
    )
    app = build_app(
        services,
        workspace,
        messenger,
        directory,
        real_now=real_now,
        signing_secret=slack.spec.signing_secret,
        use_cases=script.use_cases(),
    )
    return Harness(slack, workspace, messenger, directory, files, script, app)


async def well() -> dict[str, bool | str]:
    """A report of health without trouble."""
    return {"bot": True}


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until it holds; fails when it does not in time."""
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to hold")
