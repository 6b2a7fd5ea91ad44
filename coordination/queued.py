"""What a row of the outbox says, to whom it goes, and under which key it is found again."""

from __future__ import annotations

from coordination.messages.parts import Message
from coordination.messages.wire import from_json
from coordination.placing import circulation_of
from coordination.ports import DeliveryError, Target
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.twins import CARD


def words_of(item: OutboxItem) -> Message:
    """What it says; raises DeliveryError when this version cannot read what another one queued."""
    try:
        return from_json(item.message or "")
    except ValueError as error:
        raise DeliveryError("unreadable", permanent=True) from error


def card_key(circulation: Circulation) -> str:
    """The same for every drawing of a card, so that it is found whatever row posted it."""
    return f"{CARD}{circulation.id}"


def key_of(item: OutboxItem) -> str:
    """The key in the metadata of the message that the row posts."""
    return f"{CARD}{circulation_of(item)}" if item.kind is OutboxKind.CARD else item.key


def is_message(item: OutboxItem) -> bool:
    """Whether it is, or at first becomes, a message with a key."""
    return item.kind in (OutboxKind.POST, OutboxKind.DIRECT, OutboxKind.CARD)


def target_of(item: OutboxItem) -> Target:
    """Where it goes."""
    if item.kind is OutboxKind.DIRECT:
        return Target(user=item.target)
    return Target(channel=item.target, thread_ts=item.thread_ts)
