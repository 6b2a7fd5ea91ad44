"""What people and plans write stays words: in messages, cards, forms, windows, Home and record."""

import json

from bot.cli.demo_people import CHANNEL
from tests.e2e.conversation import pressed_at_home
from tests.e2e.running import SMALL, running, until

PING, LINK = "<!channel> <@UIOM>", "<https://evil.example|Click>"
HOSTILE = f"{PING} {LINK} *b* `c` _i_ ~s~ :tada: &amp; \u202eback"
SHOWN = HOSTILE.replace("\u202e", "[U+202E]")


def quoted(title):
    return json.dumps(f"{title} {HOSTILE}")


def hostile_plan():
    text = SMALL
    for title in ("The first text", "Circulate the draft"):
        text = text.replace(f"title: {title},", f"title: {quoted(title)},")
        text = text.replace(f"title: {title}\n", f"title: {quoted(title)}\n")
    assert text.count("evil.example") == 2
    return text


def parts(value):
    """All objects of blocks, however deep."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from parts(inner)


def harmless(text, blocks):
    """No mark-up of the foreign words' own is obeyed, and no direction turned."""
    for part in parts(json.loads(json.dumps(blocks))):
        kind = part.get("type")
        assert kind not in ("mrkdwn", "broadcast")
        assert (kind, part.get("name")) != ("emoji", "tada")
        assert (kind, part.get("user_id")) != ("user", "UIOM")
        assert "evil" not in str(part.get("url", ""))
    assert not [sign for sign in ("<!", "<@UIOM", "<https://evil") if sign in text]
    assert not [sign for sign in ("\u202e", "\x00") if sign in text + str(blocks)]


async def test_words_of_people_and_plan_are_shown_as_words_wherever_they_stand(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(hostile_plan(), encoding="utf-8")
    async with running(tmp_path, plan=plan) as group:
        people, views = group.server.people, []
        await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await until(lambda: any("replies received" in m.text for m in group.posted()))
        card = next(m for m in group.posted() if "replies received" in m.text)
        for label in ("With suggestions…", "Subject to a change…"):
            await group.press("ilo", card, label)
            views.append(group.form("ilo"))
            fields = [e["action_id"] for e in parts(views[-1].blocks) if "max_length" in e]
            written = dict.fromkeys(fields, f"{label} {HOSTILE}\x00")
            assert await group.send("ilo", written) == {}
        for words in ("next", "show draft", "clearance draft", f"show {HOSTILE}", "mine"):
            await group.ask("undp", words)
        await group.open("undp", "record")
        views.append(group.form("undp"))
        people.close("UUNDP", every=True)
        people.open_home("UUNDP")
        await until(lambda: people.home("UUNDP") is not None)
        views.append(people.home("UUNDP"))
        await people.press_in("UUNDP", pressed_at_home(people.home("UUNDP"), "gmg_show"))
        await until(lambda: group.form("undp") not in views)
        views.append(group.form("undp"))
        await group.until("2010-01-11 09:00")

        messages = [
            m for c in group.server.workspace.channels.values() for m in c.messages.values()
        ]
        shown = [m for m in messages if m.user == group.server.spec.bot_user]
        for message in shown:
            harmless(message.text, message.blocks)
        for view in views:
            harmless("", view.blocks)
        everything = json.dumps([m.blocks for m in shown], ensure_ascii=False)
        assert everything.count(json.dumps(SHOWN, ensure_ascii=False)[1:-1]) > 5
        assert any(PING in str(view.blocks) for view in views)
        assert [m for m in shown if m.channel == CHANNEL and "[U+202E]back" in str(m.blocks)]
