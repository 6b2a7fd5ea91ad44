"""The storage's ports for what is kept around circulations and people; see storage_ports.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from coordination.channel_records import ChannelKept, Channels
from coordination.clearance_records import Comment, Document, Evidence, Question
from coordination.people_records import Interest, Preferences, Preview, Snooze, Switch
from coordination.records import Circulation, MessageRef
from workplan.clearance import Act


class Circulations(Protocol):
    """Circulations and the acts on them."""

    async def add(self, circulation: Circulation) -> Circulation:
        """Keep a new one; returned with its id."""
        ...

    async def get(self, id: int) -> Circulation | None:
        """By id; locks the row for writing."""
        ...

    async def by_message(self, ref: MessageRef) -> Circulation | None:
        """The circulation whose message stands there; locks the row for writing."""
        ...

    async def look_ahead(self, messages: Iterable[MessageRef]) -> tuple[int, ...]:
        """Read in one go what will be asked for of the circulations at these messages, and lock
        them; returns their ids."""
        ...

    async def of_milestone(self, milestone: str) -> tuple[Circulation, ...]:
        """All of a milestone, by version."""
        ...

    async def put(self, circulation: Circulation) -> None:
        """Keep what changed."""
        ...

    async def closing(self, until: datetime) -> tuple[Circulation, ...]:
        """Those still `open` whose closing time is not after `until`."""
        ...

    async def acts(self, id: int) -> tuple[Act, ...]:
        """All acts on a circulation, in the order they were recorded."""
        ...

    async def add_act(self, id: int, act: Act) -> bool:
        """Record an act; False when the same act (source, person, order, given) is there."""
        ...


class Questions(Protocol):
    """What waits for one answer."""

    async def add(self, question: Question) -> Question:
        """Keep a new one; returned with its id."""
        ...

    async def get(self, id: int) -> Question | None:
        """By id; locks the row for writing."""
        ...

    async def look_ahead(self, circulations: Sequence[int]) -> None:
        """Read in one go those open of several circulations, which the caller has locked."""
        ...

    async def open_of(self, circulation: int) -> tuple[Question, ...]:
        """Those still open of a circulation, by id."""
        ...

    async def put(self, question: Question) -> None:
        """Keep what changed."""
        ...


class Comments(Protocol):
    """What agencies wrote on circulated texts."""

    async def add(self, comment: Comment) -> Comment:
        """Keep a new one; returned with its id."""
        ...

    async def get(self, id: int) -> Comment | None:
        """By id; locks the row for writing."""
        ...

    async def of(self, circulation: int) -> tuple[Comment, ...]:
        """All of a circulation, in the order they were written."""
        ...

    async def put(self, comment: Comment) -> None:
        """Keep what changed."""
        ...


class EvidenceKept(Protocol):
    """How answers came that somebody entered for an agency."""

    async def add(self, kept: Evidence) -> Evidence:
        """Keep a new one; returned with its id."""
        ...

    async def of(self, circulation: int) -> tuple[Evidence, ...]:
        """All of a circulation, in the order they were entered."""
        ...

    async def forget(self, name: str, instead: str) -> None:
        """Put other words in the place of a name in what says from whom answers came."""
        ...


class Documents(Protocol):
    """Files kept as they were handed in."""

    async def keep(self, document: Document) -> None:
        """Keep a file; one with the same content is kept once, under its first name."""
        ...


class Wishes(Protocol):
    """People's own wishes, and the switches of the whole group."""

    async def preferences(self, user: str) -> Preferences:
        """The person's, the defaults where nothing was said; locks them for writing."""
        ...

    async def prefer(self, wanted: Preferences) -> None:
        """Keep them."""
        ...

    async def snooze(self, snooze: Snooze) -> None:
        """Keep it in place of an earlier one for the same subject."""
        ...

    async def unsnooze(self, user: str, subject: str) -> bool:
        """They want to hear of it again; False when they had not put it off."""
        ...

    async def turn(self, switch: Switch) -> None:
        """Keep how it stands."""
        ...

    async def take_part(self, interest: Interest) -> bool:
        """Keep that an agency takes part; False when it said so before."""
        ...

    async def stay_out(self, output: str, agency: str) -> bool:
        """It does not take part any more; False when it did not."""
        ...

    async def forget(self, user: str) -> None:
        """Remove a person's own wishes, and their name as somebody's deputy."""
        ...


class ChannelsKept(Protocol):
    """What the platform told of channels."""

    async def all(self) -> Channels:
        """All of it; nobody else changes it until the transaction ends."""
        ...

    async def put(self, kept: ChannelKept) -> None:
        """Keep what is known of an id."""
        ...

    async def let_go(self, reason: str) -> None:
        """What is held back for that reason may go out at once."""
        ...


class Previews(Protocol):
    """Channel notices shown to the secretariat beforehand, by the moment they are due."""

    async def show(self, preview: Preview) -> bool:
        """Keep that it is shown; False when one of that moment was."""
        ...

    async def get(self, due_at: datetime) -> Preview | None:
        """The one of that moment; nobody else reads it for writing until the transaction ends."""
        ...

    async def put(self, preview: Preview) -> None:
        """Keep what was decided."""
        ...

    async def released(self, after: datetime) -> Sequence[Preview]:
        """Those to be sent at once though they are due only after that instant."""
        ...
