"""A document is circulated by the shortcut, and where no copy can be placed, in the sandbox."""

import pytest

from bot.cli.demo_people import CHANNEL, SECRETARIAT
from tests.e2e.group import group_at_work

TEXT = b"%PDF the handbook"
CHAIR = "UUNDP"


@pytest.fixture
async def group(tmp_path):
    async with group_at_work(tmp_path) as made:
        yield made


async def form_of(group, words, user=CHAIR):
    """Type a command that opens a form."""
    outcome = await group.server.people.command(user, CHANNEL, f"/gmg {words}")
    assert outcome.error is None, outcome.error
    form = group.server.people.form(user)
    assert form is not None, f"no form for {words!r}"
    return form


async def sent(group, values, user=CHAIR):
    """Send the form before the person, and let the bot tell what follows."""
    outcome = await group.server.people.submit(user, values)
    await group.settle()
    return outcome


async def test_a_message_is_circulated_by_its_shortcut_and_a_second_version_links_back(group):
    people = group.server.people
    said = people.say("UILO", CHANNEL, "The handbook: https://example.org/handbook")
    outcome = await people.shortcut(CHAIR, CHANNEL, said.ts, "gmg_circulate_message")
    assert outcome.error is None, outcome.error
    await sent(group, {"milestone": "handbook-circulated"})
    assert "https://example.org/handbook" in str(people.form(CHAIR).blocks)
    await sent(group, {})
    first = group.card("The handbook text")
    assert "version 1" in first.text
    await group.react("unicef", first, "white_check_mark")
    await form_of(group, "circulate handbook-circulated")
    await sent(group, {"link": "https://example.org/two", "editorial": "yes"})
    second = group.card("The handbook text")
    assert "version 2" in second.text
    await group.shown(lambda: first.text, "Superseded by version 2")
    assert "1 carried over from the version before" in second.text
    told = next(m for m in group.direct("unicef") if "holds for it too" in m.text)
    await group.press("unicef", told, "Take it back")
    await group.shown(lambda: second.text, "0 of 14 replies received")


async def test_where_uploads_are_blocked_the_secretariat_is_asked_for_a_link(group):
    people = group.server.people
    file = people.upload(CHAIR, "handbook.pdf", TEXT)
    await form_of(group, "circulate handbook-circulated")
    group.server.faults.uploads_blocked = True
    await sent(group, {"document": [file.id]})
    asked = next(m for m in group.direct("secretariat") if "could not put a copy" in m.text)
    await group.press("secretariat", asked, "Give a link")
    await sent(group, {"link": "https://example.org/kept"}, SECRETARIAT)
    card = group.card("The handbook text")
    await group.shown(lambda: str(card.blocks), "https://example.org/kept")
