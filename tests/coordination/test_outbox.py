"""What was decided is told once and in order, whatever the platform and the database do."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import update

from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.ports import DeliveryError
from coordination.records import OutboxItem, OutboxKind
from coordination.storage_ports import StorageUnavailable
from storage.tables import outbox
from tests.coordination.conftest import PLAN
from tests.coordination.desk import CHANNEL, SECRETARY

CLEARS = "white_check_mark"
GONE = DeliveryError("channel_not_found", permanent=True)
AWAY = DeliveryError("user_disabled", permanent=True)
LIMITED = DeliveryError("ratelimited", retry_after=30)
BROKEN = DeliveryError("connection_lost", maybe_posted=True)
UNDER_WAY = DeliveryError("timeout", maybe_posted=True, under_way=True)


async def queue(desk, *rows):
    """Queue (kind, target, words)."""
    async with desk.storage.unit_of_work() as uow:
        for kind, target, words in rows:
            await uow.outbox.add(OutboxItem(kind, target, to_json(Message(words))))
        await uow.commit()


async def work_off(desk, rounds=6):
    """Work on, as the alarm clock would after each wait."""
    for _ in range(rounds):
        await desk.outbox.run()
        desk.real.seconds += 400


def outbox_rows(folder):
    """(state, reason) of every row."""
    with closing(sqlite3.connect(folder / "gmg.db")) as file:
        return file.execute("SELECT state, reason FROM outbox ORDER BY id").fetchall()


@pytest.mark.parametrize("kind", [OutboxKind.POST, OutboxKind.DIRECT])
@pytest.mark.parametrize(
    "trouble",
    [
        [LIMITED],
        [DeliveryError("internal_error")] * 3,
        [BROKEN],
        [UNDER_WAY],
        [DeliveryError("timeout", under_way=True)],
        [LIMITED, BROKEN],
        [DeliveryError("unreachable"), UNDER_WAY],
    ],
    ids=["limit", "errors", "lost answer", "late answer", "no answer", "both", "all"],
)
async def test_after_trouble_each_message_stands_once_and_in_order(desk, kind, trouble):
    target = CHANNEL if kind is OutboxKind.POST else "UBB"
    await queue(desk, (kind, target, "first"), (kind, target, "second"))
    desk.messenger.trouble.extend(trouble)
    await work_off(desk)
    assert [p.text for p in desk.messenger.posted] == ["first", "second"]


async def test_a_rate_limit_holds_up_its_own_target_alone_and_as_long_as_told(desk, tmp_path):
    desk.messenger.refuses = lambda target: LIMITED if target.channel else None
    await queue(desk, (OutboxKind.POST, CHANNEL, "later"), (OutboxKind.DIRECT, "UBB", "now"))
    await desk.outbox.run()
    assert [p.text for p in desk.messenger.posted] == ["now"]
    assert desk.waits == [30]
    desk.messenger.refuses = lambda _target: None
    desk.real.seconds += 29
    await desk.outbox.run()
    assert [p.text for p in desk.messenger.posted] == ["now"]
    desk.real.seconds += 2
    await desk.outbox.run()
    assert [p.text for p in desk.messenger.posted] == ["now", "later"]


async def test_what_can_never_be_told_is_kept_with_its_reason_and_the_rest_goes_on(desk, tmp_path):
    desk.messenger.refuses = lambda target: AWAY if target.user == "UBB" else None
    await queue(
        desk,
        (OutboxKind.DIRECT, "UBB", "in vain"),
        (OutboxKind.DIRECT, "UCC", "told"),
        (OutboxKind.DIRECT, "UBB", "in vain too"),
    )
    await work_off(desk)
    assert [p.text for p in desk.messenger.posted] == ["told"]
    assert outbox_rows(tmp_path) == [
        ("failed", "user_disabled"),
        ("sent", None),
        ("failed", "user_disabled"),
    ]


@pytest.mark.parametrize("told", [SECRETARY, "UAA"], ids=["secretariat", "the chair without one"])
async def test_who_runs_the_plan_is_told_what_the_channel_did_not_take(desk, told):
    if told != SECRETARY:
        object.__setattr__(desk.services, "secretariat", frozenset())
    desk.messenger.refuses = lambda target: GONE if target.channel else None
    await queue(desk, (OutboxKind.POST, CHANNEL, "in vain"))
    await work_off(desk)
    (said,) = desk.told(told)
    assert "channel_not_found" in said


@pytest.mark.parametrize(
    ("kind", "target"), [(OutboxKind.POST, CHANNEL), (OutboxKind.DIRECT, "UBB")]
)
async def test_what_is_in_doubt_where_nothing_can_be_looked_up_any_more_comes_to_an_end(
    desk, tmp_path, kind, target
):
    """The connection broke, and then the channel was deleted or the person left."""
    await queue(desk, (kind, target, "in doubt"), (kind, target, "behind it"))
    gone = DeliveryError("channel_not_found", permanent=True)
    desk.messenger.trouble.append(DeliveryError("timeout", under_way=True))
    await desk.outbox.run()
    desk.messenger.refuses = lambda t: gone if target in (t.channel, t.user) else None
    desk.messenger.faults["find"].extend([gone] * 20)
    await work_off(desk)
    assert outbox_rows(tmp_path)[:2] == [("failed", "channel_not_found")] * 2


async def test_a_look_up_that_fails_in_passing_is_made_again_before_anything_is_posted(desk):
    await queue(desk, (OutboxKind.POST, CHANNEL, "once"))
    desk.messenger.trouble.append(BROKEN)
    desk.messenger.faults["find"].extend([DeliveryError("internal_error"), LIMITED])
    await work_off(desk)
    assert [p.text for p in desk.messenger.posted] == ["once"]
    assert desk.messenger.attempts == 1


async def test_a_message_that_cannot_be_read_stops_no_other(desk, tmp_path):
    async with desk.storage.unit_of_work() as uow:
        for words in ('{"is": "Confetti", "text": "x"}', "no JSON at all"):
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, "UBB", words))
        await uow.commit()
    await queue(desk, (OutboxKind.DIRECT, "UBB", "told"), (OutboxKind.POST, CHANNEL, "said"))
    await work_off(desk)
    assert {p.text for p in desk.messenger.posted} == {"told", "said"}
    assert [state for state, _ in outbox_rows(tmp_path)] == ["failed", "failed", "sent", "sent"]


async def test_several_redraws_of_a_card_that_had_to_wait_are_one(desk):
    card = await desk.circulate("draft")
    desk.messenger.faults["update"].append(LIMITED)
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    await work_off(desk)
    assert "2 of 3 replies received" in desk.messenger.at(card).text
    assert len(desk.notices()) == 1


async def test_a_card_is_posted_once_though_its_process_died_before_it_knew_where(desk):
    class Died(BaseException):
        pass

    async def die(*_args):
        raise Died

    asked = await desk.ask(SECRETARY, "circulate draft https://example.org/draft")
    await desk.press(SECRETARY, asked, "Circulate")
    desk.outbox._sent = die
    with pytest.raises(Died):
        await desk.outbox.run()
    desk.restart(PLAN, owner="two")
    await desk.outbox.recover()
    await work_off(desk)
    (card,) = [p for p in desk.messenger.posted if p.target.channel == CHANNEL]
    await desk.react("UBB", card.ref, CLEARS)
    assert "1 of 3 replies received" in card.text


async def test_a_permanent_address_that_cannot_be_had_holds_nothing_up(desk):
    desk.messenger.faults["permalink"].append(LIMITED)
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


@pytest.mark.impatient
async def test_a_database_that_goes_away_after_the_post_makes_no_second_one(desk, tmp_path):
    with closing(sqlite3.connect(tmp_path / "gmg.db", isolation_level=None)) as other:

        def lock(_target):
            other.execute("BEGIN EXCLUSIVE")

        await queue(desk, (OutboxKind.POST, CHANNEL, "once"))
        desk.messenger.refuses = lock
        with pytest.raises(StorageUnavailable):
            await desk.outbox.run()
        desk.messenger.refuses = lambda _target: None
        other.execute("ROLLBACK")
    await work_off(desk)
    assert [p.text for p in desk.messenger.posted] == ["once"]
    assert outbox_rows(tmp_path) == [("sent", None)]


@pytest.mark.parametrize("code", ["unreachable", "internal_error"])
async def test_a_platform_that_is_away_for_days_is_tried_every_five_minutes_and_then_told(
    desk, code
):
    await queue(desk, (OutboxKind.POST, CHANNEL, "late"))
    async with desk.storage.unit_of_work() as uow:
        await uow.transaction.run(update(outbox).values(fence=2000, attempts=2000))
        await uow.commit()
    desk.messenger.trouble.extend([DeliveryError(code)] * 2)
    await work_off(desk, 1)
    assert desk.waits == [300]
    await work_off(desk)
    assert [p.text for p in desk.messenger.posted] == ["late"]


async def test_a_platform_that_answers_each_post_with_an_error_is_asked_less_and_less_often(desk):
    await queue(desk, (OutboxKind.POST, CHANNEL, "at last"))
    # Nothing stands, though that is only known once it was looked for.
    desk.messenger.faults["post"].extend([DeliveryError("http_500", maybe_posted=True)] * 9)
    await work_off(desk, 12)
    assert desk.waits == [*[0.1] * 6, 4, 8, 16]
    assert [p.text for p in desk.messenger.posted] == ["at last"]


async def test_a_fault_of_the_bots_own_in_one_message_holds_up_no_other_for_long(desk, tmp_path):
    def fault(target):
        if desk.messenger.attempts and target.channel:
            raise KeyError("colour")

    desk.messenger.refuses = fault
    await queue(
        desk,
        (OutboxKind.POST, CHANNEL, "cannot be made"),
        (OutboxKind.DIRECT, "UBB", "told"),
        (OutboxKind.POST, CHANNEL, "behind it"),
    )
    await work_off(desk, 1)
    assert [p.text for p in desk.messenger.posted] == ["told"]
    await work_off(desk, 24)
    assert outbox_rows(tmp_path)[0][0] != "failed"
    await work_off(desk, 6)
    desk.messenger.refuses = lambda _target: None
    await work_off(desk)
    assert outbox_rows(tmp_path)[0] == ("failed", "KeyError")
    assert [p.text for p in desk.messenger.posted if p.target.channel] == ["behind it"]
    assert any("KeyError" in text for text in desk.told(SECRETARY))


async def test_what_failed_by_a_fault_of_the_bots_own_after_it_was_posted_stands_once(desk):
    desk.messenger.faults["permalink"].append(KeyError("permalink"))
    card = await desk.circulate("draft")
    await work_off(desk)
    await desk.react("UBB", card, CLEARS)
    assert len(desk.notices()) == 1
    assert "1 of 3 replies received" in desk.messenger.at(card).text
