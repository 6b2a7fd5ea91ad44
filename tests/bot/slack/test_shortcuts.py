"""The message shortcut hands over what a message holds, and opens the form."""

import pytest

from bot.slack.listeners.shortcuts import SHORTCUT, files_of, links_of
from coordination.messages.forms import FileRef, Form, FormName, TextField
from coordination.records import MessageRef
from coordination.services import Refused
from sandbox.faults import Fault
from sandbox.person import NotPossible
from tests.bot.slack.harness import ANA, BEN, CHANNEL, EVA


@pytest.fixture
def circulates(face):
    async def form(*_):
        return Form(FormName.CIRCULATE, "Circulate", "Circulate", (TextField("link", "Link"),))

    face.script.circulates = form
    return face


async def test_links_and_files_of_the_message_reach_the_use_case(circulates):
    file = circulates.slack.people.upload(BEN, "Handbook.pdf", b"%PDF")
    said = circulates.slack.people.say(
        BEN, CHANNEL, "The draft: https://example.org/a?b=1&c=2", files=[file.id]
    )
    outcome = await circulates.slack.people.shortcut(ANA, CHANNEL, said.ts, SHORTCUT)
    assert outcome.answered
    assert circulates.slack.people.form(ANA).title == "Circulate"
    asker, links, files, text = circulates.script.circulated[0]
    assert (asker.user, asker.message) == (ANA, MessageRef(CHANNEL, said.ts))
    assert asker.event and asker.order > said.ts
    assert links == ("https://example.org/a?b=1&c=2",)
    assert files == (FileRef(file.id, "Handbook.pdf"),)
    assert text == "The draft: https://example.org/a?b=1&c=2"
    await circulates.slack.people.submit(ANA, {"link": "https://example.org"})
    assert circulates.script.submitted[0][0].message == MessageRef(CHANNEL, said.ts)


async def test_a_refusal_is_for_the_person_alone(circulates):
    async def refuses(*_):
        raise Refused("Only the Chair can do that.")

    circulates.script.circulates = refuses
    said = circulates.slack.people.say(BEN, CHANNEL, "Look")
    await circulates.slack.people.shortcut(ANA, CHANNEL, said.ts, SHORTCUT)
    await circulates.settle()
    told = circulates.seen(ANA)[-1]
    assert (told.text, told.ephemeral_to) == ("Only the Chair can do that.", ANA)


async def test_where_no_form_opens_the_person_is_told(circulates):
    circulates.slack.faults.plan("views.open", Fault("500"))
    said = circulates.slack.people.say(BEN, CHANNEL, "Look")
    await circulates.slack.people.shortcut(ANA, CHANNEL, said.ts, SHORTCUT)
    await circulates.settle()
    assert "choose the shortcut again" in circulates.seen(ANA)[-1].text


async def test_people_of_other_workspaces_have_no_shortcuts(circulates):
    said = circulates.slack.people.say(BEN, CHANNEL, "Look")
    with pytest.raises(NotPossible):
        await circulates.slack.people.shortcut(EVA, CHANNEL, said.ts, SHORTCUT)


def test_addresses_are_found_wherever_slack_puts_them_each_once():
    message = {
        "text": "<https://a.org/x?a=1&amp;b=2|the text>, <https://b.org>, <@U1> <mailto:x@y.org>",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "link", "url": "https://b.org"},
                            {"type": "link", "url": "https://c.org", "text": "c"},
                        ],
                    }
                ],
            }
        ],
        "attachments": [{"from_url": "https://a.org/x?a=1&b=2", "title_link": "https://d.org"}],
    }
    assert links_of(message) == (
        "https://a.org/x?a=1&b=2",
        "https://b.org",
        "https://c.org",
        "https://d.org",
    )
    assert links_of({}) == ()


def test_files_that_are_gone_are_left_out():
    files = [
        {"id": "F1", "name": "a.pdf"},
        {"id": "F2", "mode": "tombstone"},
        {"id": "F3", "mode": "file_access", "file_access": "check_file_info"},
    ]
    assert files_of({"files": files}) == (FileRef("F1", "a.pdf"), FileRef("F3", ""))
