"""What must hold whichever way Slack reaches the bot."""

from bot.cli.demo_people import CHANNEL, EXTERNAL


async def an_answer_is_given_and_taken_back(group, card):
    """UNICEF clears the handbook's text by a reaction, then takes it away."""
    assert "0 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark")
    assert "1 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark", take_away=True)
    assert "0 of 14 replies received" in card.text


async def mentions_threads_and_direct_messages_are_answered(group):
    """Somebody of another workspace mentions the bot; a focal point writes to it."""
    people = group.server.people
    asked = people.say(EXTERNAL, CHANNEL, "@gmg next")

    def seen():
        return "\n".join(m.text for m in people.visible(EXTERNAL, CHANNEL))

    await group.shown(seen, "What comes next")
    people.say(EXTERNAL, CHANNEL, "@gmg chair", thread_ts=asked.ts)
    await group.shown(seen, "In the chair today: UNDP")
    told = [m for m in people.visible(EXTERNAL, CHANNEL) if "In the chair today" in m.text]
    assert told[-1].thread_ts == asked.ts

    direct = group.server.workspace.direct("UUNICEF")
    people.say("UUNICEF", direct.id, "next 1")
    await group.shown(lambda: str([m.text for m in group.direct("unicef")]), "What comes next")
