"""What makes the bot quieter, end to end: previews, a pause, settings, snooze and a picked date."""

import pytest

from tests.e2e.group import group_at_work, user_of


@pytest.fixture
async def group(tmp_path):
    async with group_at_work(tmp_path) as made:
        yield made


def picker(message, value):
    """(action id, block id) of the picker of a milestone's date."""
    return next(
        (b["accessory"]["action_id"], b["block_id"])
        for b in message.blocks
        if b.get("accessory", {}).get("type") == "datepicker" and b["block_id"].endswith(value)
    )


async def test_the_secretariat_edits_a_notice_before_the_channel_reads_it(group):
    await group.ask("secretariat", "preview")
    await group.until("2010-01-25 08:00")
    preview = group.direct("secretariat")[-1]
    assert "First working level meeting" in preview.text
    seen = len(group.posted())
    await group.press("secretariat", preview, "Edit…")
    form = group.server.people.form(user_of("secretariat"))
    assert form.title == "Edit the notice"
    outcome = await group.server.people.submit(
        user_of("secretariat"), {"text": "We meet on <8 February> *in Geneva*."}
    )
    assert outcome.answered and not outcome.errors
    await group.settle()
    assert "as you wrote it" in group.seen("secretariat", preview.channel)[-1].text
    await group.until("2010-01-25 09:00")
    assert [m.text for m in group.posted()[seen:]] == ["We meet on &lt;8 February&gt; *in Geneva*."]
    assert group.keys(group.posted()[-1]) == ["wl-1|2010-02-08|10wd|channel"]


async def test_paused_the_channel_is_silent_and_hears_once_what_it_missed(group):
    await group.ask("secretariat", "pause")
    seen = len(group.posted())
    await group.until("2010-01-27 10:00")
    assert len(group.posted()) == seen
    assert "paused since Mon 4 January" in (await group.ask("unicef", "next")).text
    await group.ask("secretariat", "pause off")
    missed = group.posted()[seen:]
    assert "comes late" in missed[0].text or "come late" in missed[0].text
    keys = [k for m in missed for k in group.keys(m)]
    assert "wl-1|2010-02-08|10wd|channel" in keys
    assert len(keys) == len(set(keys))


async def test_settings_are_kept_from_home(group):
    people, user = group.server.people, user_of("unicef")
    people.open_home(user)
    await group.settle()
    home = people.home(user)
    action = next(
        e["action_id"]
        for b in home.blocks
        if b["type"] == "actions"
        for e in b["elements"]
        if e["text"]["text"] == "Change…"
    )
    await people.press_in(user, action)
    assert people.form(user).title == "Your settings"
    await people.submit(user, {"zone": "Asia/Tokyo", "quiet_from": "22:00", "quiet_until": "10:00"})
    assert "your brief comes at 10:00 Tokyo" in str(people.form(user).blocks)
    await group.settle()
    (kept,) = group.demo.bot.services.snapshot.state.preferences
    assert (kept.user, kept.zone, kept.quiet_until.hour) == (user, "Asia/Tokyo", 10)


async def test_a_date_is_picked_and_a_reminder_put_off_in_the_brief(group):
    people, user = group.server.people, user_of("undp")
    await group.until("2010-02-01 16:00")
    brief = group.direct("undp")[-1]
    action, block = picker(brief, "|one-un-call")
    outcome = await people.press(user, brief.channel, brief.ts, action, "2010-03-25")
    assert outcome.error is None, (action, block)
    await group.settle()
    asked = group.seen("undp", brief.channel)[-1]
    assert "for Thu 25 March?" in asked.text
    await group.press("undp", asked, "Confirm the date")
    assert group.demo.bot.services.snapshot.schedule["one-un-call"].certainty == "fixed"
    await group.press("undp", brief, "Snooze")
    choices = group.seen("undp", brief.channel)[-1]
    await group.press("undp", choices, "3 days")
    (snooze,) = group.demo.bot.services.snapshot.state.snoozes
    assert (snooze.user, f"{snooze.until}") == (user, "2010-02-04")
