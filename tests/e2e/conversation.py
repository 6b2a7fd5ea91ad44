"""What must hold whichever way Slack reaches the bot."""

from bot.cli.demo_people import CHANNEL, EXTERNAL


async def an_answer_is_given_and_taken_back(group, card):
    """UNICEF clears the handbook's text by a reaction, then takes it away."""
    assert "0 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark")
    assert "1 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark", take_away=True)
    assert "0 of 14 replies received" in card.text


async def home_shows_what_waits(group):
    """UNICEF opens the bot's Home, and looks at a milestone from there."""
    people, user = group.server.people, "UUNICEF"
    people.open_home(user)

    def home():
        view = people.home(user)
        return str(view.blocks) if view else ""

    await group.shown(home, "What waits for UNICEF")
    assert "What comes next" in home() and "Replies still to come from you" in home()
    rows = [b["elements"] for b in people.home(user).blocks if b["type"] == "actions"]
    show = next(e for row in rows for e in row if e["action_id"].startswith("gmg_show"))
    outcome = await people.press_in(user, show["action_id"])
    assert outcome.answered, outcome.error
    title = show["text"]["text"].removeprefix("Show ").rstrip("…")
    assert title in str(people.form(user).blocks)
    people.close(user)


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
