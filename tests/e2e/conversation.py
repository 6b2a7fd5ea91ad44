"""What must hold whichever way Slack reaches the bot."""

from bot.cli.demo_people import CHANNEL, EXTERNAL


async def an_answer_is_given_and_taken_back(group, card):
    """UNICEF clears the handbook's text by a reaction, then takes it away."""
    assert "0 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark")
    assert "1 of 14 replies received" in card.text
    await group.react("unicef", card, "white_check_mark", take_away=True)
    assert "0 of 14 replies received" in card.text


def pressed_at_home(view, action):
    """The action id of the first button of that action on a Home."""
    rows = [b["elements"] for b in view.blocks if b["type"] == "actions"]
    found = [e["action_id"] for row in rows for e in row]
    return next(id for id in found if id.partition(":")[0] == action)


async def home_shows_what_waits(group):
    """UNICEF opens the bot's Home, and looks at a milestone from there."""
    people, user = group.server.people, "UUNICEF"
    people.open_home(user)

    def home():
        view = people.home(user)
        return str(view.blocks) if view else ""

    await group.shown(home, "What waits for UNICEF")
    assert "What comes next" in home() and "Replies still to come from you" in home()
    outcome = await people.press_in(user, pressed_at_home(people.home(user), "gmg_show"))
    assert outcome.answered, outcome.error
    assert "Circulate the concept note" in str(people.form(user).blocks)
    people.close(user)


async def a_form_of_home_is_kept(group):
    """UNICEF sets quiet hours in a form opened from Home; what cannot be taken stays in it."""
    people, user = group.server.people, "UUNICEF"
    change = pressed_at_home(people.home(user), "gmg_settings")
    assert (await people.press_in(user, change)).answered
    outcome = await people.submit(user, {"quiet_from": "18:00"})
    assert "Quiet hours need both times" in str(outcome.errors)
    outcome = await people.submit(user, {"quiet_until": "08:30"})
    assert outcome.answered and not outcome.errors
    assert "Kept." in str(people.form(user).blocks)
    await group.shown(lambda: str(people.home(user).blocks), "18:00 to 08:30")
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
