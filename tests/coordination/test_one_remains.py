"""Two processes on one database, one of them stopped past its lease: one message remains.

The other one works at a named moment of the first one's way, while that stands still.
"""

import asyncio
from collections import Counter

import pytest

from bot.export import WRITERS
from coordination.dispatch import press
from coordination.messages.forms import FileRef
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.ports import DeliveryError, Target
from coordination.records import MessageRef, OutboxItem, OutboxKind, ReminderState
from tests.coordination.circulating import PLAN as WITH_FILES
from tests.coordination.circulating import circulating, opened, state
from tests.coordination.conftest import PLAN
from tests.coordination.desk import CHANNEL, SECRETARY

MORNING = "2027-01-25 09:00"
KICK_OFF = "kick-off|2027-02-08|10wd|channel"
POSTING = (OutboxKind.POST, OutboxKind.DIRECT, OutboxKind.CARD)
UNDER_WAY = DeliveryError("timeout", maybe_posted=True, under_way=True)
REFUSED = DeliveryError("msg_blocks_too_long", permanent=True)


class Other:
    """Another process on the desk's database, which works once, when the first stands still."""

    def __init__(self, desk, plan=PLAN, writers=None):
        self.desk = desk
        mine = desk.services, desk.reminders, desk.outbox
        desk.restart(plan, owner="two", writers=writers)
        self.reminders, self.outbox = desk.reminders, desk.outbox
        desk.services, desk.reminders, desk.outbox = mine
        self.asleep = 61.0
        self.worked = False

    async def works(self, *_where):
        if not self.worked:
            self.worked = True
            self.desk.real.seconds += self.asleep
            await self.reminders.run()
            await self.outbox.run()


@pytest.fixture
async def other(desk):
    return Other(desk)


async def queued(desk, kind):
    """Something to be told, in the outbox; returns its key."""
    if kind is OutboxKind.CARD:
        asked = await desk.ask(SECRETARY, "circulate draft https://example.org/draft")
        await desk.press(SECRETARY, asked, "Circulate")
        return "circulation:1"
    target = CHANNEL if kind is OutboxKind.POST else "UBB"
    async with desk.storage.unit_of_work() as uow:
        await uow.outbox.add(OutboxItem(kind, target, to_json(Message("News"))))
        await uow.commit()
    return "outbox:1"


async def row(desk, key):
    return {r.key: r for r in await desk.ledger()}[key]


async def reminded_once(desk):
    """The ledger's message is the one that stands, and the journal has one entry."""
    found = await row(desk, KICK_OFF)
    assert found.state is ReminderState.POSTED
    assert [p.ref for p in desk.messenger.posted if KICK_OFF in p.keys] == [found.message]
    entries = [e for e in await desk.journal("milestone:kick-off") if e.verb == "reminded"]
    assert [e.evidence for e in entries if e.detail["key"] == KICK_OFF] == [found.message]


async def one_each(desk):
    """Each key stands once, and a card where the table says."""
    assert set(Counter(desk.messenger.all_keys()).values()) == {1}
    snapshot = await desk.services.snapshots.refresh()
    for card in snapshot.circulations.values():
        assert f"circulation:{card.id}" in desk.messenger.at(card.message).keys


async def test_a_reminder_whose_process_stood_still_before_it_asked_is_not_sent(desk, other):
    desk.turns.meanwhile = other.works
    await desk.until(MORNING)
    assert other.worked
    assert (desk.messenger.attempts, desk.messenger.deleted) == (1, [])
    await reminded_once(desk)


async def test_a_reminder_that_a_late_process_posts_as_well_is_taken_away_by_it(desk, other):
    desk.messenger.before = other.works
    await desk.until(MORNING)
    assert [p.keys for p in desk.messenger.deleted] == [(KICK_OFF,)]
    await reminded_once(desk)


async def test_a_reminder_that_stands_is_found_by_who_takes_over_and_the_late_one_leaves_it(
    desk, other
):
    desk.messenger.after = other.works
    await desk.until(MORNING)
    assert (desk.messenger.attempts, desk.messenger.deleted) == (1, [])
    await reminded_once(desk)


async def stands_still_and_dies(desk, other, run):
    """What the first posts comes to stand between the other's look and its post; then it dies."""
    asleep, go_on, stands = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def before(_target):
        if not asleep.is_set():
            asleep.set()
            await go_on.wait()
        elif not go_on.is_set():
            go_on.set()
            await stands.wait()

    async def after(_target):
        if not stands.is_set():
            stands.set()
            raise asyncio.CancelledError

    desk.messenger.before, desk.messenger.after = before, after
    first = asyncio.create_task(run())
    await asleep.wait()
    await other.works()
    assert (await asyncio.gather(first, return_exceptions=True)) != [None]


async def test_a_reminder_posted_between_look_up_and_post_is_taken_away_by_who_settles(desk, other):
    await stands_still_and_dies(desk, other, lambda: desk.until(MORNING))
    assert desk.messenger.attempts == 2
    assert [p.keys for p in desk.messenger.deleted] == [(KICK_OFF,)]
    await reminded_once(desk)


async def test_a_reminder_of_which_the_late_one_got_no_answer_is_looked_for_later(desk, other):
    desk.restart(PLAN, owner="one", lease=1.0)
    other.asleep = 1.1
    desk.messenger.trouble.extend([UNDER_WAY, None])
    desk.messenger.before = other.works
    await desk.until(MORNING)
    assert desk.messenger.all_keys().count(KICK_OFF) == 2
    await asyncio.sleep(1.1)  # an answer that is late by more than a lease
    await desk.work()
    await reminded_once(desk)


async def test_a_late_refusal_does_not_undo_what_the_other_posted(desk, other):
    async def works_and_is_refused(_target):
        desk.messenger.before = None
        await other.works()
        raise REFUSED

    desk.messenger.before = works_and_is_refused
    await desk.until(MORNING)
    await reminded_once(desk)
    assert not any("could not" in text for text in desk.told(SECRETARY))
    assert "reminder not posted" not in {e.verb for e in await desk.journal("milestone:kick-off")}


async def test_a_claim_that_is_short_is_made_longer_before_sending(desk, other):
    async def waits(_channel):
        desk.real.seconds += 40

    desk.turns.meanwhile = waits
    other.asleep = 40.0  # eighty seconds after the claim, forty after it was made longer
    desk.messenger.before = other.works
    await desk.until(MORNING)
    assert other.worked
    assert desk.messenger.attempts == 1
    await reminded_once(desk)


async def test_a_reminder_ended_by_somebody_while_it_was_posted_does_not_stay(desk):
    async def skipped(_target):
        async with desk.storage.unit_of_work() as uow:
            await uow.ledger.finish([KICK_OFF], ReminderState.EXPIRED, "skipped")
            await uow.commit()

    desk.messenger.after = skipped
    await desk.until(MORNING)
    assert desk.messenger.all_keys().count(KICK_OFF) == 0
    assert (await row(desk, KICK_OFF)).reason == "skipped"


async def test_a_message_that_carries_what_another_is_sending_stays_until_that_is_settled(desk):
    """The late one may not take away what the other has just found."""

    async def taken_over(_target):
        async with desk.storage.unit_of_work() as uow:
            desk.real.seconds += 61
            await uow.ledger.taken_over("two", 60.0, all_others=False)
            await uow.commit()

    desk.messenger.after = taken_over
    await desk.until(MORNING)
    assert desk.messenger.all_keys().count(KICK_OFF) == 1
    assert desk.messenger.looks == 0
    desk.real.seconds += 61
    await desk.work()
    await reminded_once(desk)


@pytest.mark.parametrize("with_it", [True, False], ids=["settled with it", "settled elsewhere"])
async def test_a_message_of_several_stays_until_each_of_them_is_settled(desk, with_it):
    await desk.until("2027-01-25 08:59")
    channel, words = Target(channel=CHANNEL), Message("Due")
    async with desk.storage.unit_of_work() as uow:
        keys = [r.key for r in (await uow.ledger.all()) if r.state is ReminderState.PENDING][:2]
        one, two = await uow.ledger.claim(keys, "one", 60.0)
        both = await desk.messenger.post(channel, words, keys)
        other = await desk.messenger.post(channel, words, keys)
        await uow.ledger.settle([one], "one", other, desk.clock.now())
        await uow.commit()
    twins = desk.reminders._settling.twins
    await twins.look(channel, keys[:1])
    assert desk.messenger.deleted == []  # a look-up may be about to settle the second with it
    async with desk.storage.unit_of_work() as uow:
        named = both if with_it else other
        await uow.ledger.settle([two], "one", named, desk.clock.now())
        await uow.commit()
    await twins.look(channel, keys[:1])
    assert [p.ref for p in desk.messenger.deleted] == ([] if with_it else [both])


async def test_a_message_of_an_earlier_database_with_the_same_number_stays(desk, other):
    """After a backup was put back numbers are given again."""
    old = await desk.messenger.post(Target(channel=CHANNEL), Message("Long ago"), ["outbox:1"])
    desk.messenger.later(7_200)
    await queued(desk, OutboxKind.POST)
    async with desk.storage.unit_of_work() as uow:
        (item,) = await uow.outbox.claim("one", 60.0, 1)
        new = await desk.messenger.post(Target(channel=CHANNEL), Message("News"), [item.key])
        desk.messenger.later(60)
        twin = await desk.messenger.post(Target(channel=CHANNEL), Message("News"), [item.key])
        await uow.outbox.sent(item, "one", new)
        await uow.commit()
    await desk.reminders._settling.twins.look(Target(channel=CHANNEL), [item.key])
    assert [p.ref for p in desk.messenger.deleted] == [twin]
    assert {p.ref for p in desk.messenger.posted} == {old, new}


POINTS = ("turn", "before", "after")


class Chain:
    """Processes of which each stands still once, at its point, while the next one works."""

    def __init__(self, desk, points):
        self.desk, self.points = desk, points
        self.depth, self.stood = 0, set()
        mine = desk.services, desk.reminders, desk.outbox
        self.others = []
        for number in range(len(points)):
            desk.restart(PLAN, owner=f"other {number}")
            self.others.append((desk.reminders, desk.outbox))
        desk.services, desk.reminders, desk.outbox = mine
        desk.turns.meanwhile, desk.messenger.before, desk.messenger.after = map(self.at, POINTS)

    def at(self, point):
        async def stands_still(_where):
            depth = self.depth
            if depth in self.stood or self.points[depth : depth + 1] != (point,):
                return
            self.stood.add(depth)
            self.depth += 1
            self.desk.real.seconds += 61
            for part in self.others[depth]:
                await part.run()
            self.depth -= 1

        return stands_still


@pytest.mark.parametrize("second", POINTS)
@pytest.mark.parametrize("first", POINTS)
async def test_of_three_processes_of_which_two_stand_still_one_message_remains(desk, first, second):
    chain = Chain(desk, (first, second))
    await desk.until(MORNING)
    assert 0 in chain.stood
    await reminded_once(desk)
    chain.stood.clear()
    await queued(desk, OutboxKind.CARD)
    await desk.outbox.run()
    assert 0 in chain.stood
    await one_each(desk)


async def test_no_history_is_read_for_what_goes_its_ordinary_way(desk):
    desk.messenger.trouble.append(DeliveryError("ratelimited", retry_after=30))
    await desk.until(MORNING)
    desk.real.seconds += 31
    await desk.work()
    for kind in POSTING:
        await queued(desk, kind)
    await desk.work()
    assert desk.messenger.attempts >= 5
    assert desk.messenger.looks == 0
    assert (await row(desk, KICK_OFF)).reason is None


async def test_a_reminder_that_waits_says_why(desk):
    desk.messenger.trouble.append(DeliveryError("ratelimited", retry_after=30))
    await desk.until(MORNING)
    found = await row(desk, KICK_OFF)
    assert (found.state, found.reason) == (ReminderState.PENDING, "ratelimited")


@pytest.mark.parametrize("kind", POSTING)
async def test_a_row_whose_process_stood_still_before_it_asked_is_not_sent(desk, other, kind):
    await queued(desk, kind)
    desk.turns.meanwhile = other.works
    await desk.outbox.run()
    assert other.worked
    assert (desk.messenger.attempts, desk.messenger.deleted) == (1, [])
    await one_each(desk)


@pytest.mark.parametrize("kind", POSTING)
async def test_a_row_that_a_late_process_posts_as_well_is_taken_away_by_it(desk, other, kind):
    key = await queued(desk, kind)
    desk.messenger.before = other.works
    await desk.outbox.run()
    assert [p.keys for p in desk.messenger.deleted] == [(key,)]
    await one_each(desk)


@pytest.mark.parametrize("kind", POSTING)
async def test_a_row_that_stands_is_found_by_who_takes_over(desk, other, kind):
    await queued(desk, kind)
    desk.messenger.after = other.works
    await desk.outbox.run()
    assert (desk.messenger.attempts, desk.messenger.deleted) == (1, [])
    await one_each(desk)


@pytest.mark.parametrize("kind", POSTING)
async def test_a_row_posted_between_look_up_and_post_is_taken_away_by_who_settles(
    desk, other, kind
):
    key = await queued(desk, kind)
    await stands_still_and_dies(desk, other, desk.outbox.run)
    assert [p.keys for p in desk.messenger.deleted] == [(key,)]
    await one_each(desk)


async def test_a_late_refusal_of_a_row_is_not_told(desk, other):
    await queued(desk, OutboxKind.POST)

    async def works_and_is_refused(_target):
        desk.messenger.before = None
        await other.works()
        raise REFUSED

    desk.messenger.before = works_and_is_refused
    await desk.work()
    assert [p.text for p in desk.messenger.posted] == ["News"]


async def test_a_card_drawn_late_is_drawn_once_more(desk, other):
    """What the late one drew may be older than what stood there by then."""
    card = await desk.circulate("draft")
    async with desk.storage.unit_of_work() as uow:
        await uow.outbox.add(OutboxItem(OutboxKind.CARD, CHANNEL, subject="circulation:1"))
        await uow.commit()
    drawn, update = [], desk.messenger.update

    async def slow(ref, words, keys):
        drawn.append(ref)
        await other.works()
        await update(ref, words, keys)

    desk.messenger.update = slow
    await desk.outbox.run()
    assert drawn == [card] * 3  # by the late one, by the other meanwhile, and once more


@pytest.fixture
async def with_file(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


async def test_a_copy_that_a_late_process_uploads_as_well_is_taken_away(with_file):
    desk, other = with_file, Other(with_file, WITH_FILES)
    desk.files.before = other.works
    await opened(desk, "draft", document=FileRef("F1", "draft.pdf"))
    await desk.work()
    assert other.worked
    assert [name for _, name, _ in desk.files.placed] == ["draft.pdf"]
    assert state(desk).link


async def test_a_table_that_a_late_process_sends_as_well_is_taken_away(desk):
    desk.restart(PLAN, owner="one", writers=WRITERS)
    other = Other(desk, writers=WRITERS)
    await desk.circulate("survey")
    await press(desk.services, desk.asker("UAA"), "gmg_export", "1|xlsx")
    desk.files.before = other.works
    await desk.outbox.run()
    assert other.worked
    assert len(desk.files.placed) == 1


BEGUN = [MessageRef(CHANNEL, "0")]  # which one it was the messenger says
PARTLY = DeliveryError("ratelimited", retry_after=30, begun=BEGUN)
EVE = "kick-off|2027-02-08|1wd|channel"


async def test_of_a_notice_broken_off_in_the_middle_that_goes_on_with_more_one_remains(desk):
    await desk.until("2027-02-03 09:00")
    desk.messenger.trouble.append(PARTLY)
    await desk.until("2027-02-05 09:00")
    assert [p.keys for p in desk.messenger.posted if not p.whole] == [(EVE,)]
    desk.real.seconds += 31
    await desk.until("2027-02-23 09:00")
    assert {p.keys for p in desk.messenger.deleted} == {(EVE,)}
    (both,) = [p for p in desk.messenger.posted if EVE in p.keys]
    assert both.whole and len(both.keys) == 2


async def test_of_a_notice_broken_off_in_the_middle_that_is_overtaken_nothing_is_left(desk):
    desk.restart(PLAN, lease=1.0)
    await desk.work()
    desk.messenger.trouble.append(PARTLY)
    await desk.until(MORNING)
    desk.real.seconds += 31
    await desk.until("2027-02-05 09:00")
    assert (await row(desk, KICK_OFF)).state is ReminderState.FOLDED
    await asyncio.sleep(1.1)  # a lease later it is looked what became of it
    await desk.work()
    assert [p.keys for p in desk.messenger.deleted] == [(KICK_OFF,)]
    assert desk.messenger.all_keys().count(EVE) == 1


async def test_of_a_notice_whose_rest_is_refused_for_good_nothing_is_left(desk):
    await desk.work()
    desk.messenger.trouble.append(DeliveryError("invalid_blocks", permanent=True, begun=BEGUN))
    await desk.until(MORNING)
    assert (await row(desk, KICK_OFF)).state is ReminderState.FAILED
    assert KICK_OFF not in desk.messenger.all_keys()


@pytest.mark.parametrize("kind", [OutboxKind.POST, OutboxKind.DIRECT])
async def test_of_a_message_whose_rest_is_refused_for_good_nothing_is_left(desk, kind):
    key = await queued(desk, kind)
    desk.messenger.trouble.append(DeliveryError("invalid_blocks", permanent=True, begun=BEGUN))
    await desk.outbox.run()
    assert [p.keys for p in desk.messenger.deleted] == [(key,)]
    assert key not in desk.messenger.all_keys()
