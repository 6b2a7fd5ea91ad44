"""News of a channel: ids are followed, who runs the plan is told once, and the latest holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from coordination.channel_news import ChannelNews, channel_told
from coordination.channel_records import ChannelKept, Channels, Gone
from tests.coordination.desk import CHANNEL, SECRETARY

REAL = datetime(2026, 1, 1, tzinfo=UTC)


def after(hours):
    return REAL + timedelta(hours=hours)


def news(desk, hours, **what):
    channel = what.pop("channel", CHANNEL)
    return ChannelNews(channel, desk.clock.now(), after(hours), f"Ev{next(desk.events)}", **what)


async def told(desk, hours, **what):
    await channel_told(desk.services, news(desk, hours, **what))


def known(desk):
    return desk.services.snapshot.channels


async def verbs(desk, channel=CHANNEL):
    return [e.verb for e in await desk.storage.history(f"channel:{channel}")]


def test_an_id_that_nobody_told_of_is_its_own():
    none = Channels()
    assert (none.first("C9"), none.now("C9"), none.away("C9")) == ("C9", "C9", None)


def test_rows_that_point_in_a_ring_end():
    ring = Channels([ChannelKept("A", "B", after(1)), ChannelKept("B", "A", after(2))])
    assert {ring.now(c) for c in "AB"} <= {"A", "B"}


MOVES = ((1, "C1", "CB"), (2, "CB", "CC"), (3, "CC", "CD"))


@pytest.mark.parametrize("order", list(permutations(MOVES)), ids=str)
async def test_new_ids_are_followed_from_each_to_the_last_in_whatever_order_told(desk, order):
    for hours, old, new in order:
        await told(desk, hours, channel=old, new_id=new)
    channels = ("C1", "CB", "CC", "CD")
    assert {known(desk).now(c) for c in channels} == {"CD"}
    assert {known(desk).first(c) for c in channels} == {"C1"}


async def test_a_channel_that_gets_its_first_id_again_has_it(desk):
    await told(desk, 1, new_id="CB")
    await told(desk, 2, channel="CB", new_id=CHANNEL)
    assert {known(desk).now(c) for c in (CHANNEL, "CB")} == {CHANNEL}
    assert {known(desk).first(c) for c in (CHANNEL, "CB")} == {CHANNEL}


async def test_a_new_id_is_journalled_once(desk):
    first = news(desk, 1, new_id="CB")
    for _ in range(2):
        await channel_told(desk.services, first)
    await channel_told(desk.services, replace(first, event="Ev-again"))
    assert await verbs(desk) == ["channel got a new id"]


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        (Gone.ARCHIVED, "The group’s channel was archived."),
        (Gone.LEFT, "I am not in the group’s channel"),
        (Gone.DELETED, "The group’s channel was deleted."),
        (Gone.UNSHARED, "no longer shared with one of its organisations"),
    ],
)
async def test_the_chairs_people_and_the_secretariat_are_told_once(desk, gone, says):
    await desk.name("aa")
    one = news(desk, 1, gone=gone)
    for _ in range(3):
        await channel_told(desk.services, one)
    await desk.work()
    for user in ("UAA", SECRETARY):
        assert [text for text in desk.told(user) if says in text] == desk.told(user)[-1:]
    assert await verbs(desk) == ["channel gone"]


async def test_a_removal_that_is_told_in_two_ways_is_told_on_once(desk):
    await told(desk, 1, gone=Gone.LEFT)
    await told(desk, 2, gone=Gone.LEFT)
    await desk.work()
    assert len(desk.told(SECRETARY)) == 1


async def test_other_channels_are_nobodys_business(desk):
    await told(desk, 1, channel="C9", gone=Gone.ARCHIVED)
    await desk.work()
    assert desk.told(SECRETARY) == []
    assert await verbs(desk, "C9") == []


async def test_a_channel_with_a_new_id_is_still_the_groups(desk):
    await told(desk, 1, new_id="CB")
    await told(desk, 2, channel="CB", gone=Gone.ARCHIVED)
    assert known(desk).away(CHANNEL) is known(desk).away("CB") is Gone.ARCHIVED


async def test_the_latest_news_holds_in_whatever_order_it_comes(desk):
    await told(desk, 2, back=frozenset({Gone.ARCHIVED}))
    await told(desk, 1, gone=Gone.ARCHIVED)
    assert known(desk).away(CHANNEL) is None
    await desk.work()
    assert desk.told(SECRETARY) == []


async def test_that_it_is_open_again_brings_nobody_back_into_it(desk):
    await told(desk, 1, gone=Gone.LEFT)
    await told(desk, 2, back=frozenset({Gone.ARCHIVED}))
    assert known(desk).away(CHANNEL) is Gone.LEFT
    await told(desk, 3, back=frozenset(Gone))
    assert known(desk).away(CHANNEL) is None
    assert await verbs(desk) == ["channel gone", "channel is back"]
