"""Reactions given and taken away while the bot was away are found again."""

import pytest

from sandbox.faults import Fault
from tests.e2e.group import user_of
from tests.e2e.running import running


async def circulated(group, item, title):
    """The message of a document circulated by the secretariat."""
    await group.act("secretariat", f"circulate {item} https://example.org/{item}", "Circulate")
    return group.card(title)


@pytest.mark.parametrize("http", [False, True], ids=["socket mode", "http"])
async def test_what_an_outage_hid_is_entered_after_the_start(tmp_path, http):
    async with running(tmp_path, http=http) as group:
        card = await circulated(group, "draft", "The draft")
        await group.react("ilo", card, "white_check_mark")
        await group.demo.end()
        people = group.server.people
        people.unreact(user_of("ilo"), card.channel, card.ts, "white_check_mark")
        people.react(user_of("iom"), card.channel, card.ts, "no_entry")
        await group.server.deliveries.settle()  # Slack gives up
        await group.demo.begin()
        await group.settle()
        assert "0 of 3 replies received, open" in group.card("The draft").text
        await group.press("iom", group.direct("iom")[-1], "Confirm")
        assert "1 of 3 replies received, one point under discussion" in group.card("The draft").text
        entries = await group.demo.bot.storage.history("circulation:1")
        found = [(e.verb, e.actor) for e in entries if "found" in e.detail]
        assert found == [
            ("took back: cleared", user_of("ilo")),
            ("cannot clear as drafted", user_of("iom")),
        ]


@pytest.mark.parametrize("away", [False, True], ids=["read at once", "not at the first try"])
async def test_a_silence_does_not_end_against_an_objection_that_an_outage_hid(tmp_path, away):
    async with running(tmp_path) as group:
        card = await circulated(group, "note", "The note")
        await group.demo.end()
        group.server.people.react(user_of("iom"), card.channel, card.ts, "no_entry")
        await group.server.deliveries.settle()
        if away:
            group.server.faults.plan("reactions.get", Fault("500"))
        await group.demo.begin("2010-02-01T10:00:00+01:00")  # long after the closing time
        await group.settle()
        assert "Not adopted as drafted" in group.card("The note").text
