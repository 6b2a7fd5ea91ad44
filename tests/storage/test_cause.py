"""What waits to be told carries the id of what it answers, and a commit says which are recorded."""

import pytest
from structlog.testing import capture_logs

from coordination.cause import carrying, cause, caused_by, under
from coordination.records import Entry, OutboxItem, OutboxKind
from tests.storage.builders import NOW, post

CARD = OutboxItem(OutboxKind.CARD, "C1", subject="circulation:1")


async def test_the_row_keeps_the_id_for_whichever_process_sends_it(database):
    async with database.unit_of_work() as uow:
        with caused_by("Ev1"):
            await uow.outbox.add(post("C1"))
        await uow.outbox.add(post("C2"))
        await uow.commit()
        assert cause() is None
    async with database.unit_of_work() as uow:
        claimed = await uow.outbox.claim("another", 60, 10)
        await uow.commit()
    assert [(item.target, item.cause) for item in claimed] == [("C1", "Ev1"), ("C2", None)]
    assert await under("Ev1", _seen) == "Ev1"


async def _seen():
    return cause()


async def test_acts_committed_together_are_told_in_one_line_with_all_their_ids(database):
    async def draws(uow):
        await uow.outbox.add(CARD)

    with caused_by("Ev1"):
        first = carrying(draws)
    with caused_by("Ev2"):
        second = carrying(draws)
    with capture_logs() as lines:
        async with database.unit_of_work() as uow:
            with caused_by("Ev1"):  # whoever commits for all
                await first(uow)
                await second(uow)
                await uow.commit()
    (line,) = lines
    assert (line["event"], line["cause"], line["causes"]) == ("recorded", None, ["Ev1", "Ev2"])
    assert line["outbox"] == ["card circulation:1"] * 2
    async with database.unit_of_work() as uow:
        (card,) = await uow.outbox.claim("one", 60, 10)
        await uow.commit()
    assert card.cause == "Ev1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_journalled_is_told_though_nobody_is_answered(database):
    with capture_logs() as lines, caused_by("Ev1"):
        async with database.unit_of_work() as uow:
            await uow.journal.add(Entry(NOW, "U1", "named", "person:U2", {"agency": "Secret"}))
            await uow.commit()
    told = {"cause": "Ev1", "journal": ["named person:U2"], "outbox": []}
    assert lines == [{"event": "recorded", "log_level": "info", **told}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_rolled_back_is_not_told_as_recorded(database):
    with capture_logs() as lines, caused_by("Ev1"):
        async with database.unit_of_work() as uow:
            await uow.outbox.add(post("C1"))
    assert lines == []
