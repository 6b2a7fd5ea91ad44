"""What must hold of clearances whichever way Slack reaches the bot: scenes on one running group.

Each scene circulates a text of its own and may move the clock; they can be played in this order.
"""

import io
from hashlib import sha256

import docx
import openpyxl

from bot.cli.demo_people import CHANNEL, EXTERNAL
from tests.e2e.group import action_of, user_of

PLAN = """\
plan: {name: Texts of a spring, group: G, year: 2010, timezone: Europe/Zurich}
calendar: {holidays: {2010-01-20: Founders' Day}, quiet: [2010-02-01/2010-02-05]}
agencies:
  - {id: ilo, short: ILO, name: ILO}
  - {id: iom, short: IOM, name: IOM}
  - {id: undp, short: UNDP, name: UNDP}
chair: [{agency: undp, from: 2010-01-01, until: 2010-12-31}]
outputs:
  - id: texts
    title: Texts
    owners: [undp]
    milestones:
      - {id: paper, title: Circulate the paper, kind: circulation, asks: {for: endorsement}}
      - {id: book, title: Publish the book, kind: publication, when: August, needs: paper}
      - {id: survey, title: Circulate the survey, kind: circulation, asks: {for: comments}}
      - {id: letter, title: Circulate the letter, kind: circulation, asks: {for: clearance}}
      - {id: post, title: Send the letter, kind: publication, when: August, needs: letter}
      - {id: plea, title: Circulate the plea, kind: circulation, asks: {for: clearance}}
      - {id: motion, title: Circulate the motion, kind: circulation, asks: {for: endorsement}}
      - {id: vote, title: Take the vote, kind: decision, when: August, needs: motion}
      - {id: memo, title: Circulate the memo, kind: circulation, asks: {for: endorsement}}
"""
TEXT = b"%PDF-1.4 the paper"
DIGEST = sha256(TEXT).hexdigest()
LINK = "https://example.org/text"
CHECK, STOP, MORE, ASIDE = "white_check_mark", "no_entry", "hourglass_flowing_sand", "white_circle"


async def answer_to_press(group, who, message, label, value=None):
    """What the person reads who presses a button of the channel, its value altered if given."""
    button = action_of(message, label)
    kept, button["value"] = button["value"], value or button["value"]
    await group.press(who, message, label)
    button["value"] = kept
    return group.seen(who, message.channel)[-1].text


async def circulated(group, item, title, **values):
    """Circulate a text by its form, filled in with its values of the plan and these."""
    await group.open("undp", f"circulate {item}")
    assert await group.send("undp", {"link": LINK, **values}) == {}
    return group.card(title)


async def done(group, item):
    return (await group.ask("undp", f"done {item}")).text


async def a_form_keeps_what_cannot_be_taken_and_then_a_file_goes_out(group):
    """The Chair circulates the paper: wrong days, no link, and then a file on the right day."""
    people, chair = group.server.people, user_of("undp")
    await group.open("undp", "circulate paper")
    people.fill(chair, {"note": "Please read page 4."})
    for day, says in (
        ("2010-01-08", "Fri 8 January is past"),
        ("2010-01-20", "is a holiday (Founders' Day); the next day on which answers may be due"),
        ("2010-02-03", "lies in a quiet period"),
        ("2010-01-23", "is no working day"),
    ):
        assert says in (await group.send("undp", {"closing_day": day}))["closing_day"]
    errors = await group.send("undp", {"closing_day": "2010-01-22", "link": "page four"})
    assert set(errors) == {"link"}
    file = people.upload(chair, "paper.pdf", TEXT)
    assert await group.send("undp", {"link": "", "document": [file.id]}) == {}
    assert group.form("undp") is None
    card = group.card("The paper")
    assert "Please read page 4." in card.text
    assert "paper.pdf" in card.text and f"(SHA-256 {DIGEST[:12]}…)" in card.text
    assert "open until Fri 22 January" in card.text
    (copy,) = copies(group, card)
    people.delete_file(chair, file.id)  # what was cleared stays
    kept = group.server.files.get(copy)
    assert (kept.content, kept.name) == (TEXT, "paper.pdf")


def copies(group, card):
    """The ids of the files that the bot put into the thread of a card."""
    return [id for m in group.posted() if m.thread_ts == card.ts for id in m.files]


async def a_file_of_a_message_that_cannot_be_had_is_refused_and_the_form_stays(group):
    """Circulated by the shortcut: over 10 MB, or gone meanwhile; then the form takes a link."""
    people, chair = group.server.people, user_of("undp")
    for content, says in ((bytes(10 * 1024 * 1024 + 1), "larger than 10 MB"), (b"%PDF", "gone")):
        file = people.upload(chair, "memo.pdf", content)
        said = people.say(chair, CHANNEL, "The memo is here.", files=[file.id])
        outcome = await people.shortcut(chair, CHANNEL, said.ts, "gmg_circulate_message")
        assert outcome.error is None, outcome.error
        assert await group.send("undp", {"milestone": "memo"}) == {}
        if says == "gone":
            people.delete_file(chair, file.id)
        errors = await group.send("undp", {"note": "A memo."})
        assert says in str(errors), errors
    assert await group.send("undp", {"link": LINK}) == {}
    assert "A memo." in group.card("The memo").text


async def buttons_answer_and_rights_are_never_read_from_them(group):
    """IOM answers by buttons; values that were altered, or of another, change nothing."""
    card = group.card("The paper")
    assert "Noted: IOM, cleared" in await answer_to_press(group, "iom", card, "Cleared")
    await answer_to_press(group, "iom", card, "Cleared")
    assert "1 of 3 replies received" in card.text
    for value in ("999|cleared", "1|anything", "one|cleared", "|", "1|cleared|iom", "-1|aside"):
        said = await answer_to_press(group, "iom", card, "Stand aside", value)
        assert "not of a circulation that I know" in said, value
    said = await answer_to_press(group, "secretariat", card, "Cleared")
    assert "You represent no agency here yet" in said
    await group.react("iom", card, MORE)
    asked = group.told("undp", "IOM asks for more time")
    button = action_of(asked, "Decline")
    await group.press("iom", card, "Stand aside")
    own = group.seen("iom")[-1]
    back = action_of(own, "Take it back")
    back["action_id"], back["value"] = button["action_id"], button["value"]
    await group.press("iom", own, "Take it back")  # the Chair's answer, pressed by another
    assert "Only the Chair" in group.seen("iom")[-1].text
    await answer_to_press(group, "iom", card, "Cleared")
    assert "1 of 3 replies received, open until" in card.text


async def more_time_holds_for_all(group):
    """IOM's wish is accepted: a holiday is refused in the form, a later day holds for all."""
    card, asked = group.card("The paper"), group.told("undp", "IOM asks for more time")
    await group.press("undp", asked, "Accept…")
    errors = await group.send("undp", {"day": "2010-01-20"})
    assert "is not a working day" in errors["day"] or "is a holiday" in errors["day"], errors
    assert await group.send("undp", {"day": "2010-01-27"}) == {}
    assert "open until Wed 27 January" in card.text
    assert "More time for all agencies" in group.posted()[-1].text
    assert "There is more time" in group.direct("iom")[-1].text
    theirs = group.told("secretariat", "IOM asks for more time")
    await group.shown(lambda: theirs.text, "has answered this.")
    assert not any(block["type"] == "actions" for block in theirs.blocks)


async def somebody_of_another_workspace_answers(group):
    """ILO's alternate, without commands: a reaction, a button, and a form with a long text."""
    people, card = group.server.people, group.card("The paper")

    async def react(take_away=False):
        do = people.unreact if take_away else people.react
        do(EXTERNAL, card.channel, card.ts, CHECK)
        await group.settle()

    await react()
    assert "2 of 3 replies received" in card.text
    await react(take_away=True)
    assert "1 of 3 replies received" in card.text
    label = action_of(card, "With suggestions…")
    assert (await people.press(EXTERNAL, card.channel, card.ts, label["action_id"])).answered
    text = "é" * 2_999 + "."
    outcome = await people.submit(EXTERNAL, {"text": text, "place": "page 4"})
    assert outcome.answered and not outcome.errors, outcome
    await group.settle()
    assert "2 of 3 replies received" in card.text
    (kept,) = await group.demo.bot.storage.comments(1)
    assert (kept.text, kept.agency, kept.person) == (text, "ilo", EXTERNAL)
    return text


async def comments_come_as_files(group, text):
    """The Chair reads all comments in one table, and has them whole as Word and as Excel."""
    view = await group.ask("undp", "clearance paper")
    await group.press("undp", view, "Comments")
    table = next(m for m in reversed(group.seen("undp")) if "Comments on" in m.text)
    assert "ILO" in table.text and "page 4" in table.text and "éé…" in table.text
    for label in ("As Word", "As Excel"):
        await group.press("undp", table, label)
    found = [group.server.files.get(id) for m in group.direct("undp") for id in m.files]
    assert all(file.name.startswith("paper-v1-comments-") for file in found)
    files = {file.name.rpartition(".")[2]: io.BytesIO(file.content) for file in found}
    (rows,) = docx.Document(files["docx"]).tables
    assert rows.rows[1].cells[2].text == text
    cells = [c.value for row in openpyxl.load_workbook(files["xlsx"]).active for c in row]
    assert text in cells


async def a_second_version_supersedes_and_the_gate_waits_for_it(group):
    """Asked for by a mention, opened by a press; the answers to the first count no more."""
    people, first = group.server.people, group.card("The paper")
    assert "2 of 3, one reply still to come" in await done(group, "book")
    people.say(user_of("undp"), CHANNEL, "@gmg circulate paper")
    await group.settle()
    opener = next(m for m in reversed(group.seen("undp")) if action_of(m, "Open the form"))
    stale = first.blocks
    await group.press("undp", opener, "Open the form")
    assert await group.send("undp", {"link": f"{LINK}-2"}) == {}
    second = group.card("The paper")
    assert "version 2" in second.text and "0 of 3 replies received" in second.text
    assert "Superseded by version 2" in first.text
    await group.demo.clock.jump(60)
    first.blocks = stale  # as in a window that was not drawn anew
    said = await answer_to_press(group, "iom", first, "Cleared")
    assert "is superseded, so your answer changes nothing any more" in said
    await group.react("ilo", first, CHECK)
    assert "superseded" in group.direct("ilo")[-1].text
    assert "0 of 3 replies received" in second.text
    assert "0 of 3, 3 replies still to come" in await done(group, "book")


async def an_answer_by_email_is_entered_with_its_evidence(group):
    """Two answers in one form, one with a file; what is missing keeps it."""
    secretary, second = user_of("secretariat"), group.card("The paper")
    await group.open("secretariat", "record paper")
    assert await group.send("secretariat", {"agencies": ["ilo", "undp"]}) == {}
    file = group.server.people.upload(secretary, "ilo.eml", b"From: ILO\r\n\r\nCleared.\r\n")
    fields = {"position:ilo": "cleared|", "from:ilo": "the legal office", "file:ilo": [file.id]}
    fields |= {"position:undp": "cleared|", "from:undp": "the registry"}
    errors = await group.send("secretariat", fields)
    assert set(errors) == {"quote:undp"}
    assert await group.send("secretariat", {"quote:undp": "UNDP clears it."}) == {}
    assert "2 of 3 replies received" in second.text
    assert "The secretariat entered “cleared” for ILO" in group.direct("ilo")[-1].text
    kept = await group.demo.bot.storage.evidence(2)
    assert [(e.agency, bool(e.document), e.quote) for e in kept] == [
        ("ilo", True, ""),
        ("undp", False, "UNDP clears it."),
    ]


async def home_answers_and_the_text_is_cleared_at_once(group):
    """IOM clears the paper from Home; it is announced, and what needs it can be done."""
    people, user, second = group.server.people, user_of("iom"), group.card("The paper")
    people.open_home(user)
    await group.settle()
    page = people.home(user)
    before = [str(b) for b in page.blocks]
    place = next(n for n, b in enumerate(before) if "Your answer to" in b and "The paper" in b)
    row = next(b for b in page.blocks[place:] if b["type"] == "actions")
    assert (await people.press_in(user, row["elements"][0]["action_id"])).answered
    people.close(user)
    await group.settle()
    assert "Cleared on behalf of ILO, IOM and UNDP" in second.text
    assert action_of(second, "Cleared") is None
    assert "Cleared on behalf of ILO, IOM and UNDP" in group.posted()[-1].text
    assert (await done(group, "book")).startswith("Done")


async def heads_clear_and_nobody_overrides_them(group):
    """Only a head or a delegated officer satisfies; an agency stands aside; then it is cleared."""
    card = await circulated(group, "letter", "The letter")
    for agency in ("ilo", "undp"):
        await group.react(agency, card, CHECK)
    await group.react("iom", card, ASIDE)
    assert "2 of them at working level" in card.text
    assert "2 clearances at working level only" in await done(group, "post")
    await group.press("undp", group.told("undp", "In whose name"), "By the head")
    await group.press("ilo", group.told("ilo", "In whose name"), "By a delegated officer")
    assert "Cleared on behalf of ILO and UNDP. IOM stands aside." in card.text
    assert (await done(group, "post")).startswith("Done")


async def the_chair_ends_what_is_not_cleared(group):
    """Past the closing time: consult, override an endorsement with a reason; never a head."""
    motion = await circulated(group, "motion", "The motion")
    plea = await circulated(group, "plea", "The plea")
    for card in (motion, plea):
        await group.react("undp", card, CHECK)
        await group.react("iom", card, STOP)
    await group.press("undp", group.told("undp", "The plea"), "By the head")
    await group.react("ilo", motion, CHECK)
    await group.until("2010-02-10 10:00")
    assert "one point under discussion" in motion.text and "is past" in motion.text
    await group.press(
        "undp", group.told("undp", "The motion, version 1, is not cleared"), "Consult"
    )
    assert any("The Chair consults" in m.text for m in group.posted())
    assert "one point under discussion" in await done(group, "vote")
    view = await group.ask("undp", "clearance motion")
    await group.press("undp", view, "Override…")
    assert await group.send("undp", {"reason": "The council meets tomorrow."}) == {}
    assert "Closed by the Chair’s decision" in motion.text
    assert "The council meets tomorrow." in motion.text
    assert (await done(group, "vote")).startswith("Done")
    view = await group.ask("undp", "clearance plea")
    assert action_of(view, "Override…") is None
    await issued_without(group, plea, view)


async def issued_without(group, plea, view):
    """The plea goes out without two agencies, each with its own consent."""
    await group.press("undp", view, "Issue without…")
    assert await group.send("undp", {"agencies": ["ilo", "iom"]}) == {}
    await group.press("iom", group.told("iom", "be issued without IOM?"), "Consent")
    assert "Not yet cleared" in plea.text or "is past" in plea.text
    await group.press("ilo", group.told("ilo", "be issued without ILO?"), "Consent")
    assert "Cleared on behalf of UNDP." in plea.text
    assert "Issued without 2 agencies, with their consent." in plea.text


async def comments_are_closed_with_their_table(group):
    """A comment period ends by itself; the author has the table and replies."""
    card = await circulated(group, "survey", "The survey")
    await group.press("iom", card, "Send comments…")
    assert await group.send("iom", {"text": " "}) != {}
    assert await group.send("iom", {"text": "Too long.", "wording": "Shorter."}) == {}
    await group.until("2010-02-26 10:00")
    assert "1 sent comments, 0 had none, 2 did not reply" in card.text
    await group.react("ilo", card, CHECK)
    assert "is closed for comments, so your answer changes nothing" in group.direct("ilo")[-1].text
    table = group.told("undp", "Comments on “The survey”")
    await group.press("undp", table, "Reply…")
    assert await group.send("undp", {"reply": "Shortened."}) == {}
    assert "Shortened." in group.direct("iom")[-1].text


async def a_close_is_for_good(group):
    """The memo was closed without clearance: nothing changes it, and its form says so."""
    card = group.card("The memo")
    view = await group.ask("undp", "clearance memo")
    await group.press("undp", view, "Close…")
    assert await group.send("undp", {"reason": "It is out of date."}) == {}
    assert "It is out of date." in card.text
    await group.demo.clock.jump(60)
    await group.react("iom", card, CHECK)
    assert "changes nothing any more" in group.direct("iom")[-1].text
    said = await group.ask("secretariat", "record memo")
    assert "answers to it are not taken any more" in said.text
