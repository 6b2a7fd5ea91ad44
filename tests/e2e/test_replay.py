"""A signed request that somebody kept and sends again has no second effect, whatever it is."""

import json

import aiohttp
import pytest

from bot.cli.demo_people import CHANNEL
from bot.slack.listeners.shortcuts import SHORTCUT
from storage.archive import journal_pages
from tests.e2e.mutated import body_of
from tests.e2e.running import running, until


@pytest.fixture
async def group(tmp_path):
    """A circulation is under way; what the bot is sent is kept."""
    async with running(tmp_path, http=True) as made:
        await made.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await until(lambda: any("replies received" in m.text for m in made.posted()))
        made.kept = []
        keep(made)
        yield made


def keep(group):
    """Keep each request as it is signed and sent."""
    events = group.server.http_events
    deliver = events.deliver

    async def kept(kind, payload, *more):
        body, content = body_of(kind, payload)
        signed = events.signed(body.decode())
        group.kept.append((body, {"Content-Type": content, **signed}))
        return await deliver(kind, payload, *more)

    events.deliver = kept


def card(group):
    return next(m for m in group.posted() if "replies received" in m.text)


async def a_command_that_was_taken_back(group):
    await group.ask("ilo", "done first")
    await group.ask("ilo", "reopen first")


async def a_command_that_others_are_asked_about(group):
    await group.ask("ilo", "join IOM")


async def a_naming(group):
    await group.ask("undp", "focal <@U0EXTERNAL> ILO")


async def a_press_that_another_followed(group):
    await group.press("ilo", card(group), "Stand aside")
    await group.press("ilo", card(group), "Cleared")


async def a_press_that_sets_a_date(group):
    await group.act("undp", "move second 15 January", "Move the date")
    await group.act("undp", "move second 18 January", "Move the date")


async def a_form(group):
    await group.press("ilo", card(group), "With suggestions…")
    assert await group.send("ilo", {"text": "Please say “migrants”."}) == {}


async def a_reaction(group):
    await group.react("ilo", card(group), "white_check_mark")


async def a_reaction_taken_away(group):
    await group.react("ilo", card(group), "white_check_mark")
    await group.react("ilo", card(group), "white_check_mark", take_away=True)


async def a_mention_that_was_taken_back(group):
    for words in ("@gmg done first", "@gmg reopen first"):
        group.server.people.say("UILO", CHANNEL, words)
        await group.settle()


async def a_direct_message_that_was_taken_back(group):
    conversation = group.server.workspace.direct("UILO").id
    for words in ("done first", "reopen first"):
        group.server.people.say("UILO", conversation, words)
        await group.settle()


async def a_shortcut(group):
    said = group.server.people.say("UUNDP", CHANNEL, "the text https://example.org/x")
    await group.server.people.shortcut("UUNDP", CHANNEL, said.ts, SHORTCUT)
    assert await group.send("undp", {"milestone": "note"}) == {}
    assert await group.send("undp") == {}


async def kept_by_now(group):
    """All that lasts: the journal, the state, and the messages that stay."""
    await group.settle()
    pages = [page async for page in journal_pages(group.demo.database)]
    shown = {
        id: [(m.text, json.dumps(m.blocks)) for m in group.server.workspace.lasting(channel)]
        for id, channel in group.server.workspace.channels.items()
    }
    return (
        [line.entry for page in pages for line in page],
        (await group.demo.bot.storage.load_state()),
        shown,
    )


ACTS = [
    a_command_that_was_taken_back,
    a_command_that_others_are_asked_about,
    a_naming,
    a_press_that_another_followed,
    a_press_that_sets_a_date,
    a_form,
    a_reaction,
    a_reaction_taken_away,
    a_mention_that_was_taken_back,
    a_direct_message_that_was_taken_back,
    a_shortcut,
]


@pytest.mark.parametrize("act", ACTS)
async def test_sent_again_as_it_was_signed_it_changes_nothing(group, act):
    journal, *_ = await kept_by_now(group)
    await act(group)
    before = await kept_by_now(group)
    assert len(before[0]) > len(journal), "the act itself left nothing"
    requests = [*group.kept, *group.kept[::-1]]
    await sent_again(group, requests)
    assert await kept_by_now(group) == before
    await group.demo.end()  # the next process remembers only what is kept
    await group.demo.begin()
    await sent_again(group, requests)
    assert await kept_by_now(group) == before


async def sent_again(group, requests):
    async with aiohttp.ClientSession() as session:
        for body, headers in requests:
            url = f"{group.demo.address}/slack/events"
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 200
