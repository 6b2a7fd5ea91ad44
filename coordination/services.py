"""What every use case is handed: the ports and the plain settings of the group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coordination.measures import Measures, NoMeasures
from coordination.messages.parts import Message
from coordination.ports import Clock, Directory, Files, SheetWriter, Wake
from coordination.records import MessageRef
from coordination.snapshot import Snapshot, Snapshots
from coordination.storage_ports import Storage
from coordination.together import Together

_ORDER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


@dataclass(frozen=True)
class Services:
    """The group's bot as the use cases see it; made once in bot/__main__.py."""

    clock: Clock
    storage: Storage
    snapshots: Snapshots
    directory: Directory
    files: Files
    wake: Wake  # called after each commit: outbox and reminders may have work
    channel: str | None  # notices
    clearance_channel: str | None
    secretariat: frozenset[str]  # user ids
    command: str = "/gmg"
    bot_name: str = "gmg"  # as it is mentioned
    writers: Mapping[str, SheetWriter] = field(default_factory=dict)  # by the ending of a file
    measures: Measures = field(default_factory=NoMeasures)
    together: Together = field(init=False, repr=False)  # reactions of one moment

    def __post_init__(self) -> None:
        """Make what shares transactions."""
        object.__setattr__(self, "together", Together(self.storage, self.snapshots))

    @property
    def snapshot(self) -> Snapshot:
        """The current picture."""
        return self.snapshots.current


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks or acts, where and when (`at`: plan time of the request; aware).

    `event` is the platform's id of this one request (event_id, or the trigger id of a command or
    press), by which repeats are dropped; `order` its event time for acts.
    """

    user: str
    at: datetime
    channel: str | None = None
    message: MessageRef | None = None  # the message pressed or reacted to
    event: str | None = None
    order: str = ""

    def __post_init__(self) -> None:
        """Refuse an order that is no number: once kept, no answer beside it could be counted."""
        if self.order and not _ORDER.fullmatch(self.order):
            raise ValueError("the order of an act is not a number")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the asker is told; `public` answers stand in the channel, others only for them.

    `replace` puts the reply in place of the message whose button was pressed (only ever one that
    was shown to the asker alone).
    """

    message: Message
    public: bool = False
    replace: bool = False


class Refused(Exception):
    """The act is not possible or not allowed; the text is one polite sentence for the asker."""

    def __init__(self, sentence: str, message: Message | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.message = message or Message(sentence)
