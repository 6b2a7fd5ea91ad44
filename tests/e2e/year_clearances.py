"""The clearances of 2010: comments, the handbook's endorsement, the statement that heads clear."""

ALL = [
    *("ilo", "iom", "ohchr", "unctad", "undesa", "undp", "unesco"),
    *("unfpa", "unhcr", "unicef", "unitar", "unodc", "unregcom", "worldbank"),
]
HANDBOOK = "https://example.org/handbook-final-draft.pdf"
STATEMENT = "https://example.org/statement.pdf"


async def done(group, who, *items):
    for item in items:
        answer = await group.ask(who, f"done {item}")
        assert answer.text.startswith("Done:"), answer.text


async def refused(group, who, item, why):
    """It cannot be done before what it needs is cleared."""
    answer = await group.ask(who, f"done {item}")
    assert why in answer.text, answer.text


async def circulate(group, who, item, link):
    """Circulate a document by its link, with the plan's values."""
    await group.act(who, f"circulate {item} {link}", "Circulate")


async def clear(group, card, *agencies):
    """Each agency gives a ✅ (for comments: it has none)."""
    for agency in agencies:
        await group.react(agency, card, "white_check_mark")


async def written(group, who, message, label, **fields):
    """Press a button that opens a form, and send it filled in."""
    assert await group.press(who, message, label), f"{label!r} opened no form"
    assert await group.send(who, fields) == {}


async def entered(group, who, item, answers):
    """The secretariat enters answers that came by e-mail: agency, then what the form asks."""
    await group.open(who, f"record {item}")
    assert await group.send(who, {"agencies": list(answers)}) == {}
    fields = {f"{k}:{agency}": v for agency, given in answers.items() for k, v in given.items()}
    assert await group.send(who, fields) == {}


async def concept_note(group):
    """Comments on a text: two agencies send some, two have none, ten do not reply."""
    card = group.card("The concept note")
    comment = {
        "place": "paragraph 4",
        "text": "The symposium should hear from practitioners of the South as well.",
        "wording": "… with practitioners of countries of origin and of destination …",
    }
    await written(group, "iom", card, "Send comments…", **comment)
    await group.react("ilo", card, "speech_balloon")
    asked = group.told("ilo", "What are they?")
    await written(group, "ilo", asked, "Write the comment…", text="Please name decent work.")
    await clear(group, card, "unicef", "unitar")


async def author_replies(group):
    """After the comment period the author replies to a comment."""
    table = group.told("undp", "Comments on “The concept note")
    reply = {"comment": "1", "reply": "Taken up in paragraph 4. Thank you."}
    await written(group, "undp", table, "Reply…", **reply)


async def more_time(group):
    """An agency asks for more time, and the Chair gives it to all."""
    card = group.card("Consult all member agencies")
    await group.until("2010-02-09 11:00")
    await written(group, "unesco", card, "More time…", text="Our sector still reads chapter 3.")
    await group.until("2010-02-09 16:00")
    asked = group.told("undp", "asks for more time")
    await written(group, "undp", asked, "Accept…", day="2010-02-16")
    assert "open until Tue 16 February" in card.text


async def handbook(group):
    """The endorsement: suggestions, a change settled with the Chair, an answer by e-mail, an
    editorial second version, one agency that stands aside; it cannot be published before."""
    await group.until("2010-02-24 10:00")
    await circulate(group, "undp", "handbook-circulated", HANDBOOK)
    first = group.card("The handbook text")
    await group.until("2010-02-25 10:00")
    await clear(group, first, *(a for a in ALL[:8] if a != "unesco"))
    await group.react("unesco", first, "speech_balloon")
    suggestion = {"place": "chapter 2", "text": "A box on student mobility would help."}
    asked = group.told("unesco", "What do you suggest?")
    await written(group, "unesco", asked, "Write the suggestion…", **suggestion)
    await group.react("who", first, "white_check_mark")  # joins the group only in November
    await group.until("2010-03-02 11:00")
    await group.react("worldbank", first, "white_circle")
    change = {
        "place": "chapter 3, page 41",
        "text": "Refugees are not migrants in the sense of this chapter.",
        "wording": "migrants and, where so stated, refugees",
    }
    await written(group, "unhcr", first, "Subject to a change…", **change)
    await group.press("undp", group.told("undp", "subject to a change"), "Accept")
    await group.press("unhcr", group.told("unhcr", "on that basis"), "Yes, cleared")
    await group.until("2010-03-03 12:00")
    by_email = {
        "position": "cleared|",
        "from": "the Executive Director's office",
        "quote": "UNODC is pleased to endorse the handbook.",
    }
    await entered(group, "secretariat", "handbook-circulated", {"unodc": by_email})
    await group.react("unicef", first, "no_entry")
    objection = group.told("unicef", "cannot clear")
    reason = "The annex still shows the figures of 2007."
    await written(group, "unicef", objection, "Give the reason…", reason=reason)
    await group.until("2010-03-05 16:00")
    await refused(group, "undp", "handbook-published", "one point under discussion")
    await handbook_again(group)


async def handbook_again(group):
    """The second version is editorial: what was answered carries over, and the rest answers."""
    await group.open("undp", "circulate handbook-circulated")
    file = group.server.people.upload("UUNDP", "handbook-final.pdf", b"%PDF-1.4 the handbook")
    again = {
        "document": [file.id],
        "note": "The figures of the annex are those of 2009 now.",
        "editorial": "yes",
    }
    assert await group.send("undp", again) == {}
    second = group.card("The handbook text: version 2")
    assert "12 carried over from the version before" in second.text
    await group.until("2010-03-08 10:00")
    await clear(group, second, "unicef", "unitar")
    await group.until("2010-03-09 15:00")
    await clear(group, second, "unregcom")
    await refused(group, "undp", "handbook-published", "14 of 14, but answers carried over")


async def statement(group):
    """The Principals' statement: heads clear it; a second version; one agency stands aside."""
    await group.until("2010-10-05 10:00")
    await circulate(group, "ohchr", "statement-clearance", STATEMENT)
    first = group.card("The joint Principals' statement")
    await clear(group, first, *ALL[:5])
    for agency in ("ilo", "iom", "ohchr"):
        await group.press(agency, group.told(agency, "In whose name"), "By the head")
    assert "5 of 14 replies received, 2 of them at working level" in first.text
    await group.until("2010-10-06 11:00")
    await group.react("worldbank", first, "no_entry")
    objection = group.told("worldbank", "cannot clear")
    reason = "Our Articles do not let us call on Governments as paragraph 6 does."
    await written(group, "worldbank", objection, "Give the reason…", reason=reason)
    await group.until("2010-10-07 10:00")
    await group.open("ohchr", "circulate statement-clearance")
    note = "Paragraph 6 is new; please clear the text once more."
    second_one = {"link": STATEMENT.replace(".pdf", "-2.pdf"), "note": note}
    assert await group.send("ohchr", second_one) == {}
    assert "Superseded by version 2" in first.text
    await statement_again(group, group.card("The joint Principals' statement"))


async def statement_again(group, second):
    """Everybody is asked anew, and only the heads' clearances count."""
    await group.until("2010-10-12 10:00")
    here = [a for a in ALL if a not in ("unctad", "unodc", "worldbank")]
    await clear(group, second, *here)
    for agency in here:
        if agency != "unitar":
            by = "By a delegated officer" if agency in ("ilo", "unfpa") else "By the head"
            await group.press(agency, group.told(agency, "version 2"), by)
    await group.react("worldbank", second, "white_circle")
    by_email = {
        "position": "cleared|by the head",
        "from": "the office of the Secretary-General of UNCTAD",
        "quote": "The Secretary-General clears the joint statement, version 2.",
    }
    await group.until("2010-10-14 10:00")
    await entered(group, "secretariat", "statement-clearance", {"unctad": by_email})
    await refused(group, "ohchr", "principals-statement", "one clearance at working level only")
    await group.until("2010-10-21 17:00")
    await group.press("unitar", group.told("unitar", "In whose name"), "By the head")
    await group.until("2010-10-22 10:00")
    await clear(group, second, "unodc")
    await group.press("unodc", group.told("unodc", "In whose name"), "By the head")
    assert "Cleared on behalf of" in second.text
