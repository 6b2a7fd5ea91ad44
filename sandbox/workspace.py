"""The state of the imitated workspace: people, channels, messages, reactions; plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

USUAL_SCOPES = (
    "app_mentions:read,chat:write,commands,reactions:read,channels:history,groups:history,"
    "im:history,im:write,channels:read,groups:read,users:read,files:read,files:write"
)
"""What an app is granted that reads and writes messages and files; it does not react or join by
itself."""

Chosen = dict[tuple[str, str], Any]
"""What is chosen in elements, by block id and action id; files by their ids."""


@dataclass(frozen=True)
class PersonSpec:
    """Somebody to act as. `external` people come over Slack Connect from another workspace."""

    id: str
    name: str  # the handle, as in @name
    real_name: str
    title: str = ""
    tz: str = "Europe/Zurich"
    group: str = ""  # how the page groups people
    external: bool = False
    refuses_dms: bool = False
    guest: bool = False
    may_upload: bool = True


@dataclass(frozen=True)
class ChannelSpec:
    """A channel at the start; the bot is a member only where it is named."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    private: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Completion:
    """A subcommand that the page's composer offers."""

    name: str
    usage: str
    summary: str


@dataclass(frozen=True)
class Shortcut:
    """An entry of the app's in the menu of every message, as its manifest names it."""

    name: str
    callback_id: str
    type: str = "message"


@dataclass(frozen=True)
class WorkspaceSpec:
    """The workspace at the start."""

    people: tuple[PersonSpec, ...]
    channels: tuple[ChannelSpec, ...]
    team: str = "T0SANDBOX"
    team_name: str = "Sandbox"
    external_team: str = "T0PARTNER"
    bot_user: str = "U0BOT"
    bot_id: str = "B0BOT"
    bot_name: str = "gmg"
    app_id: str = "A0SANDBOX"
    bot_token: str = "xoxb-sandbox"  # noqa: S105 - opens nothing but this sandbox
    app_token: str = "xapp-sandbox"  # noqa: S105 - like the one above
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - like the ones above
    scopes: str = USUAL_SCOPES
    app_scopes: str = "connections:write"  # of the app-level token
    command: str = "/gmg"
    completions: tuple[Completion, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    home_tab: bool = True
    default_person: str | None = None


@dataclass
class Message:
    """A message; `ts` is real time in Slack's form, `shown_at` what the page shows."""

    ts: str
    channel: str
    user: str
    text: str
    shown_at: datetime
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: bool = False
    ephemeral_to: str | None = None
    files: list[str] = field(default_factory=list)  # ids
    chosen: dict[str, Chosen] = field(default_factory=dict)  # in its elements, by person

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Channel:
    """A channel or direct-message conversation."""

    id: str
    name: str
    members: list[str]
    private: bool = False
    topic: str = ""
    im_with: str | None = None
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        """Whether it is a direct message."""
        return self.im_with is not None


class Workspace:
    """People, channels and messages, and the next message's time."""

    def __init__(self, spec: WorkspaceSpec, real_now: Callable[[], float]) -> None:
        self.spec = spec
        self.people = {p.id: p for p in spec.people}
        self.channels = {
            c.id: Channel(c.id, c.name, list(c.members), c.private, c.topic) for c in spec.channels
        }
        self.read_up_to: dict[tuple[str, str], str] = {}
        self._real_now = real_now
        self._last = 0

    def next_ts(self) -> str:
        """A time stamp of now, later than every one before."""
        self._last = max(int(self._real_now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def direct(self, user: str) -> Channel:
        """The conversation of a person with the bot, made on first use."""
        for channel in self.channels.values():
            if channel.im_with == user:
                return channel
        made = Channel(f"D{user[1:]}", user, [user, self.spec.bot_user], im_with=user)
        self.channels[made.id] = made
        return made

    def replies(self, channel: Channel, ts: str) -> list[Message]:
        """The replies below a message, oldest first, ephemeral ones left out."""
        return [
            m
            for m in channel.messages.values()
            if m.is_reply and m.thread_ts == ts and m.ephemeral_to is None
        ]

    def team_of(self, user: str) -> str:
        """The workspace a person belongs to."""
        person = self.people.get(user)
        return self.spec.external_team if person and person.external else self.spec.team

    def is_shared(self, channel: Channel) -> bool:
        """Whether people of another workspace are in it (Slack Connect)."""
        return any(m in self.people and self.people[m].external for m in channel.members)

    def lasting(self, channel: Channel) -> Iterator[Message]:
        """The messages that are kept, oldest first: no ephemeral ones."""
        return (m for m in channel.messages.values() if m.ephemeral_to is None)

    def drop_ephemerals(self, user: str) -> None:
        """What only this person saw is gone, as after a reload in Slack."""
        for channel in self.channels.values():
            gone = [ts for ts, m in channel.messages.items() if m.ephemeral_to == user]
            for ts in gone:
                del channel.messages[ts]
