"""Take what the platform tells of a channel: a new id, that it is gone, that it is there again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from coordination.channel_records import AWAY, Channels, Gone
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.records import Entry, OutboxItem, OutboxKind
from coordination.rights import who_decides
from coordination.services import Services
from coordination.storage_ports import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChannelNews:
    """What was told of `channel`: `new_id`, that it is `gone`, or that it is `back`.

    `back` names what has ended by it. `at` is plan time; `told_at` the platform's own time, by
    which its events are ordered, None for what a post showed; `event` its id of the event.
    """

    channel: str
    at: datetime
    told_at: datetime | None
    event: str | None = None
    new_id: str | None = None
    gone: Gone | None = None
    back: frozenset[Gone] = frozenset()


async def channel_told(services: Services, news: ChannelNews) -> None:
    """Keep it once, whoever hears of it and how often; raises StorageUnavailable."""
    async with services.storage.unit_of_work() as uow:
        if news.event is not None and not await uow.events.first(news.event, news.at):
            return
        known = await uow.channels.all()
        if news.new_id is not None:
            await _moved(uow, known, news, news.new_id)
        elif _named(services, known, news.channel) is None:
            return
        elif news.gone is not None:
            await _gone(services, uow, known, news, news.gone)
        else:
            await _back(uow, known, news)
        await uow.commit()
    await services.snapshots.refresh()
    services.wake()


async def _moved(uow: UnitOfWork, known: Channels, news: ChannelNews, new: str) -> None:
    before, first = known.kept(new), known.first(news.channel)
    if new == news.channel or (before.since and news.told_at and before.since >= news.told_at):
        return
    await uow.channels.put(replace(before, kept_as=first, since=news.told_at))
    detail = {"old": news.channel, "new": new}
    await uow.journal.add(Entry(news.at, "bot", "channel got a new id", _subject(first), detail))


async def _gone(
    services: Services, uow: UnitOfWork, known: Channels, news: ChannelNews, what: Gone
) -> None:
    first = known.first(news.channel)
    before = known.kept(first)
    if what is not Gone.UNSHARED:
        if before.told_at and news.told_at and before.told_at >= news.told_at:
            return  # older than what is known
        told_at = news.told_at or before.told_at
        await uow.channels.put(replace(before, away=what, told_at=told_at))
        if before.away is what:
            return  # the platform tells of a removal in two ways
    detail = {"what": what.value, "channel": news.channel}
    await uow.journal.add(Entry(news.at, "bot", "channel gone", _subject(first), detail))
    words = _words(services, what, _named(services, known, news.channel) or "")
    snapshot = services.snapshot
    people = who_decides(snapshot, services.secretariat, snapshot.day(news.at))
    if not people:
        log.error("nobody to tell that a channel is gone", what=what.value, channel=news.channel)
    for user in people:
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(Message(words))))


async def _back(uow: UnitOfWork, known: Channels, news: ChannelNews) -> None:
    first = known.first(news.channel)
    before = known.kept(first)
    if before.told_at and news.told_at and before.told_at >= news.told_at:
        return
    ends = before.away in news.back
    away, told_at = None if ends else before.away, news.told_at or before.told_at
    await uow.channels.put(replace(before, away=away, told_at=told_at))
    if ends:
        await uow.channels.let_go(AWAY)
        detail = {"channel": news.channel}
        await uow.journal.add(Entry(news.at, "bot", "channel is back", _subject(first), detail))


def _named(services: Services, known: Channels, channel: str) -> str | None:
    """How people are told of a channel of the group's; None of any other one."""
    first = known.first(channel)
    notices, clearances = (
        {known.first(c) for c in _set(some)}
        for some in ((services.channel,), (services.clearance_channel,))
    )
    if first in notices:
        return "the group’s channel" if first in clearances else "the channel for notices"
    return "the channel for clearances" if first in clearances else None


def _set(channels: Iterable[str | None]) -> Iterable[str]:
    return (c for c in channels if c)


def _subject(first: str) -> str:
    return f"channel:{first}"


_WAITS = (
    "What is for it waits and goes out when I can post there again; I write to people as before."
)


def _words(services: Services, what: Gone, named: str) -> str:
    """What happened, what it means, and what to do."""
    capital = named[:1].upper() + named[1:]
    if what is Gone.ARCHIVED:
        return f"{capital} was archived. {_WAITS} Please unarchive it in Slack."
    if what is Gone.LEFT:
        return (
            f"I am not in {named}, so that I cannot post there. {_WAITS} "
            f"Please invite me: /invite @{services.bot_name}"
        )
    if what is Gone.DELETED:
        return (
            f"{capital} was deleted. I cannot post there any more. Please make another one, invite "
            "me, and have its id set where I run (GMG_CHANNEL, GMG_CLEARANCE_CHANNEL)."
        )
    return (
        f"{capital} is no longer shared with one of its organisations: the people there do not see "
        "what I post, and their answers do not reach me. Please share it again, or ask them "
        "another way."
    )
