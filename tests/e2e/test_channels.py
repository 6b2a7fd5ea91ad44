"""Channels get new ids, are archived and opened, the bot is removed and invited: all is told."""

import pytest

from bot.__main__ import open_bot
from bot.cli.demo_people import CHANNEL
from bot.cli.doctor import examine
from coordination.channel_records import AWAY
from coordination.messages.parts import Message
from coordination.ports import Target
from tests.e2e.running import BEFORE_NINE, running, until

MORNING = "2010-01-11T10:00:00+01:00"


@pytest.fixture
async def group(tmp_path):
    async with running(tmp_path) as made:
        yield made


async def happens(group, kind, channel=CHANNEL, **more):
    """Slack tells of a channel."""
    at = group.server.workspace.next_ts()
    told = {"type": kind, "channel": channel, "event_ts": at, **more}
    group.server.deliveries.event({k: v for k, v in told.items() if v is not None})
    await group.settle()


async def gets_new_id(group, old, new):
    channels = group.server.workspace.channels
    moved = channels.pop(old)
    moved.id = new
    channels[new] = moved
    for message in moved.messages.values():
        message.channel = new
    ids = {"old_channel_id": old, "new_channel_id": new}
    await happens(group, "channel_id_changed", None, **ids)


def cards(group):
    return [m for m in group.posted() if "circulation:1" in group.keys(m)]


async def circulated(group):
    await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
    (card,) = cards(group)
    return card


async def begun_again(group, at=BEFORE_NINE, read_again=False):
    """Another process on the same database, with the first id in its settings."""
    bot, clock = await group.demo.open(at)
    group.demo.bot, group.demo.clock, clock.bot = bot, clock, bot
    if read_again:  # as after a longer stop
        await bot.storage.end_round("reactions of circulations", False)
    await bot.start()
    await group.settle()


async def gone(group, away):
    members = group.server.workspace.channels[CHANNEL].members
    if away == "archived":
        group.server.people.archive(CHANNEL)
        await group.settle()
        return
    members.remove("U0BOT")
    await happens(group, "channel_left")
    await happens(group, "member_left_channel", user="U0BOT")


async def back(group, away):
    if away == "archived":
        group.server.people.archive(CHANNEL, False)
    else:
        await group.server.people.add_bot(CHANNEL)
    await group.settle()


def told_of_it(group, who):
    return [m.text for m in group.direct(who) if "the group’s channel" in m.text.lower()]


async def verbs(group):
    return [e.verb for e in await group.demo.bot.storage.history(f"channel:{CHANNEL}")]


async def test_a_channels_new_ids_outlast_a_restart(group):
    card = await circulated(group)
    await gets_new_id(group, CHANNEL, "C0MOVED")
    await group.demo.end()
    await begun_again(group)
    await gets_new_id(group, "C0MOVED", "C0LATER")
    await group.demo.end()
    await begun_again(group)

    assert "What comes next" in (await group.ask("ilo", "next", "C0LATER")).text
    await group.react("ilo", card, "white_check_mark")
    assert "1 of 3 replies received" in card.text
    await group.press("iom", card, "Stand aside")
    assert "2 of 3 replies received" in card.text
    await group.until("2010-01-11 09:30")
    assert group.demo.keys()["first|2010-01-11|0|channel"] == 1
    notice = group.posted("C0LATER")[-1]
    assert "The first text" in notice.text
    await group.react("ilo", notice, "eyes")
    seen = (await group.demo.bot.storage.load_state()).acknowledgements
    assert [a.milestone for a in seen] == ["first"]
    assert ": reminded" in (await group.ask("ilo", "show first", "C0LATER")).text
    assert await verbs(group) == ["channel got a new id", "channel got a new id"]


async def test_with_the_new_id_in_the_settings_what_was_kept_under_the_first_is_found(group):
    card = await circulated(group)
    await group.until("2010-01-11 09:30")
    notice = group.posted()[-1]
    await gets_new_id(group, CHANNEL, "C0MOVED")
    before = group.demo.bot
    await group.demo.end()
    settings = before.settings.model_copy(update={"channel": "C0MOVED"})
    bot = await open_bot(settings, before.loaded, clock=before.clock, pace=0)
    group.demo.bot = group.demo.clock.bot = bot
    await bot.start()
    await group.settle()

    await group.react("ilo", card, "white_check_mark")
    await group.react("ilo", notice, "eyes")
    assert "1 of 3 replies received" in card.text
    shown = (await group.ask("iom", "show first", "C0MOVED")).text
    assert ": reminded" in shown and ": seen by" in shown
    await group.until("2010-01-12 09:30")
    await group.react("ilo", group.posted("C0MOVED")[-1], "eyes")
    seen = (await bot.storage.load_state()).acknowledgements
    assert {a.milestone for a in seen} == {"first", "second"}
    assert set(group.demo.keys().values()) == {1}


async def test_a_reaction_missed_while_the_channel_got_a_new_id_is_found(group):
    card = await circulated(group)
    await gets_new_id(group, CHANNEL, "C0MOVED")
    await group.demo.end()
    group.server.people.react("UILO", "C0MOVED", card.ts, "white_check_mark")
    await begun_again(group, read_again=True)
    assert "1 of 3 replies received" in card.text


async def test_the_doctor_names_the_setting_with_an_id_that_was_replaced(group):
    lines, well = await examine(group.demo.bot.settings)
    assert well and "replaced" not in str(lines), lines
    await gets_new_id(group, CHANNEL, "C0MOVED")
    lines, well = await examine(group.demo.bot.settings)
    assert well
    (said,) = [line for line in lines if "replaced" in line]
    assert f"GMG_CHANNEL names an id that Slack replaced: {CHANNEL} is C0MOVED now" in said
    assert "set GMG_CHANNEL to C0MOVED" in said
    assert any("GMG_CHANNEL: #" in line and "is a member" in line for line in lines)


async def test_another_process_knows_the_new_id_at_once(tmp_path, postgresql_server):
    async with running(tmp_path, database=postgresql_server.ready()) as group:
        other, _ = await group.demo.open()
        await other.start()
        try:
            await gets_new_id(group, CHANNEL, "C0MOVED")
            for bot in (group.demo.bot, other):
                await until(lambda b=bot: b.services.snapshot.channels.now(CHANNEL) == "C0MOVED")
                ref = await bot.face.messenger.post(Target(channel=CHANNEL), Message("Here"), [])
                assert ref.channel == CHANNEL
            assert [m.text for m in group.posted("C0MOVED")[-2:]] == ["Here", "Here"]
        finally:
            await other.stop()


@pytest.mark.parametrize("away", ["archived", "removed"])
async def test_that_a_channel_is_gone_is_told_at_once_and_what_is_for_it_waits(group, away):
    group.server.deliveries.repeat = 3
    await gone(group, away)
    for who in ("undp", "secretariat"):
        assert len(told_of_it(group, who)) == 1
    await group.until("2010-01-11 09:30")
    assert group.demo.keys() == {"first|2010-01-11|0|UILO/ilo": 1}
    assert (await group.demo.rows())["first|2010-01-11|0|channel"].state == "pending"
    assert (await group.demo.health())[0] == 200
    alone = group.server.workspace.direct("UUNDP").id
    asked = await group.ask("undp", "circulate draft https://example.org/d.pdf", alone)
    await group.press("undp", asked, "Circulate")
    assert cards(group) == []
    assert "What comes next" in (await group.ask("undp", "next", alone)).text

    await group.demo.end()
    await begun_again(group, MORNING)
    assert (await group.demo.rows())["first|2010-01-11|0|channel"].state == "pending"
    for who in ("undp", "secretariat"):
        assert len(told_of_it(group, who)) == 1

    await back(group, away)
    await group.until("2010-01-12 09:30")
    assert group.demo.keys()["first|2010-01-11|0|channel"] == 1
    assert group.demo.keys()["second|2010-01-12|0|channel"] == 1
    assert len(cards(group)) == 1
    assert await verbs(group) == ["channel gone", "channel is back"]
    assert all("could not" not in m.text for m in group.direct("secretariat"))


def unheard(group, away):
    """It is gone, and nobody listened when Slack told; how it comes back unheard."""
    where = group.server.workspace.channels[CHANNEL]
    if away == "archived":
        where.archived = True
        return lambda: setattr(where, "archived", False)
    where.members.remove("U0BOT")
    return lambda: where.members.append("U0BOT")


@pytest.mark.parametrize("away", ["archived", "removed"])
async def test_what_nobody_told_of_a_channel_is_found_by_posting(group, away):
    comes_back = unheard(group, away)
    await group.until("2010-01-11 09:30")
    assert group.demo.keys() == {"first|2010-01-11|0|UILO/ilo": 1}
    for who in ("undp", "secretariat"):
        assert len(told_of_it(group, who)) == 1
    comes_back()
    async with group.demo.bot.storage.unit_of_work() as uow:
        await uow.channels.let_go(AWAY)  # as five minutes later
        await uow.commit()
    await group.settle()
    assert group.demo.keys()["first|2010-01-11|0|channel"] == 1
    assert await verbs(group) == ["channel gone", "channel is back"]
    assert group.demo.bot.services.snapshot.channels.away(CHANNEL) is None


async def test_that_a_workspace_left_a_shared_channel_is_told_and_posts_go_on(group):
    left = {"previously_connected_team_id": "T0ELSE", "is_ext_shared": False}
    await happens(group, "channel_unshared", **left)
    for who in ("undp", "secretariat"):
        (said,) = told_of_it(group, who)
        assert "no longer shared with one of its organisations" in said
    await group.until("2010-01-11 09:30")
    assert group.demo.keys()["first|2010-01-11|0|channel"] == 1


async def test_news_of_somebody_else_or_another_channel_is_told_to_nobody(group):
    await happens(group, "member_left_channel", user="UILO")
    await happens(group, "channel_archive", "C0ELSE")
    assert told_of_it(group, "secretariat") == []
    assert await verbs(group) == []


async def test_what_is_for_a_channel_that_was_deleted_is_told_and_holds_up_nothing(group):
    channels = group.server.workspace.channels
    lost = channels.pop(CHANNEL)
    await happens(group, "channel_deleted")
    (said,) = told_of_it(group, "secretariat")
    assert "was deleted" in said and "GMG_CHANNEL" in said
    await group.until("2010-01-11 09:30")
    assert group.demo.keys() == {"first|2010-01-11|0|UILO/ilo": 1}
    row = (await group.demo.rows())["first|2010-01-11|0|channel"]
    assert (row.state, row.reason) == ("failed", "channel_not_found")
    assert "channel_not_found" in group.told("secretariat", "The first text").text
    channels[CHANNEL] = lost
    await group.until("2010-01-12 09:30")
    assert group.demo.keys()["second|2010-01-12|0|channel"] == 1
    assert "What comes next" in (await group.ask("ilo", "next")).text
