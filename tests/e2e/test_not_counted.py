"""Whoever has no right to answer is not counted, is told so politely, and stands in the journal."""

from dataclasses import replace

import pytest

from bot.cli.demo_people import BOT, CHANNEL, EXTERNAL, SECRETARIAT
from tests.e2e.group import action_of
from tests.e2e.running import SMALL, running, until

OTHER_BOT, STRANGER, GUEST, LEFT = "U9OTHERBOT", "U9STRANGER", "UIOM", "UILO"
ASKED = "The draft"


@pytest.fixture
async def group(tmp_path):
    """UNDP and ILO are asked; ILO's person was removed, IOM's is a guest."""
    plan = tmp_path / "plan.yaml"
    asks = "asks: {for: endorsement, of: all, within: 5wd}"
    assert asks in SMALL
    plan.write_text(SMALL.replace(asks, "asks: {for: endorsement, of: [undp, ilo], within: 5wd}"))
    async with running(tmp_path, plan=plan) as made:
        people = made.server.workspace.people
        people[GUEST] = replace(people[GUEST], guest=True)
        people[STRANGER] = replace(people[GUEST], id=STRANGER, name="stranger", real_name="Ada")
        made.server.workspace.channels[CHANNEL].members.append(STRANGER)
        await made.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await until(lambda: any("replies received" in m.text for m in made.posted()))
        await made.ask("undp", f"focal <@{LEFT}> none")
        yield made


def card(group):
    return next(m for m in group.posted() if "replies received" in m.text)


async def not_counted(group):
    history = await group.demo.bot.storage.history("circulation:1")
    return [entry.actor for entry in history if entry.verb == "not counted"]


NOBODYS = "You represent no agency here yet"
PEOPLE = {
    STRANGER: NOBODYS,
    GUEST: "IOM was not among the agencies asked",
    LEFT: NOBODYS,
    SECRETARIAT: NOBODYS,
}
"""Whose answer does not count, and what each of them is told."""


async def test_reactions_of_those_who_may_not_answer(group):
    for user in PEOPLE:
        group.server.people.react(user, CHANNEL, card(group).ts, "white_check_mark")
        await group.settle()
    assert "0 of 2 replies received" in card(group).text
    assert await not_counted(group) == list(PEOPLE)
    for user, sentence in PEOPLE.items():
        conversation = group.server.workspace.direct(user).id
        (told,) = [m.text for m in group.posted(conversation) if ASKED in m.text]
        assert sentence in told


async def test_presses_of_those_who_may_not_answer(group):
    button = action_of(card(group), "Cleared")["action_id"]
    for user, sentence in PEOPLE.items():
        outcome = await group.server.people.press(user, CHANNEL, card(group).ts, button)
        assert outcome.error is None
        await group.settle()

        def told(user=user):
            seen = group.server.people.visible(user, CHANNEL)
            return "".join(m.text for m in seen if m.ephemeral_to == user)

        await group.shown(told, sentence)
    assert "0 of 2 replies received" in card(group).text
    assert await not_counted(group) == list(PEOPLE)


async def test_reactions_of_bots(group):
    for user in (BOT, OTHER_BOT):
        item = {"type": "message", "channel": CHANNEL, "ts": card(group).ts}
        event = {"type": "reaction_added", "user": user, "item": item, "item_user": BOT}
        stamp = group.server.workspace.next_ts()
        more = {"reaction": "white_check_mark", "event_ts": stamp}
        group.server.deliveries.event({**event, **more})
        await group.settle()
    assert "0 of 2 replies received" in card(group).text
    # The bot's own never reach it; another's stands in the journal, and nobody can be told.
    assert await not_counted(group) == [OTHER_BOT]
    assert (await group.demo.health())[0] == 200


async def test_those_who_may_answer_are_counted_from_wherever_they_are(group):
    group.server.people.react(EXTERNAL, CHANNEL, card(group).ts, "white_check_mark")
    await group.settle()
    await group.shown(lambda: card(group).text, "1 of 2 replies received")
    assert await not_counted(group) == []
