"""The year 2010 as the group lives it: what people do, and when, in local Geneva time."""

HANDBOOK = "https://example.org/handbook-final-draft.pdf"
ALL = [
    *("ilo", "iom", "ohchr", "unctad", "undesa", "undp", "unesco"),
    *("unfpa", "unhcr", "unicef", "unitar", "unodc", "unregcom", "worldbank"),
]


async def circulate(group, who, item, link):
    await group.act(who, f"circulate {item} {link}", "Circulate")


async def confirm(group, who, item, date):
    await group.act(who, f"confirm {item} {date}", "Confirm the date")


async def done(group, who, *items):
    for item in items:
        answer = await group.ask(who, f"done {item}")
        assert answer.text.startswith("Done:"), answer.text


async def first_quarter(group):
    await group.until("2010-01-07 10:00")
    await circulate(group, "undp", "symposium-concept-note", "https://example.org/concept.pdf")
    await done(group, "undp", "symposium-concept-note")
    card = group.card("The concept note")
    for agency in ("iom", "ilo", "unicef", "unitar"):
        await group.react(agency, card, "white_check_mark")
    await group.until("2010-01-28 11:00")
    await done(group, "undp", "emp-ec-invited")
    await group.until("2010-02-04 10:00")
    await circulate(group, "undp", "handbook-consulted", "https://example.org/handbook-draft.pdf")
    await done(group, "undp", "handbook-consulted")
    card = group.card("Consult all member agencies")
    for agency in ("iom", "ilo", "unicef", "unhcr", "unfpa", "unesco", "undesa"):
        await group.react(agency, card, "white_check_mark")
    await group.until("2010-02-08 17:00")
    await done(group, "undp", "roundtable-begun", "important-dates")
    await handbook(group)
    await group.until("2010-03-12 12:00")
    # The feedback to the EC was due in late February: reminded as past its date, then done.
    await done(group, "undp", "emp-feedback")
    await group.until("2010-03-15 10:00")
    await confirm(group, "undp", "one-un-call", "25 March")
    await group.until("2010-03-30 15:00")
    await done(group, "undp", "fact-sheets-updated", "emp-review")


async def handbook(group):
    """The endorsement: one agency has a point that is settled, one stands aside."""
    await group.until("2010-02-24 10:00")
    await circulate(group, "undp", "handbook-circulated", HANDBOOK)
    await done(group, "undp", "handbook-circulated")
    card = group.card("The handbook text")
    await group.until("2010-02-25 10:00")
    for agency in ALL[:8]:
        await group.react(agency, card, "white_check_mark")
    await group.react("who", card, "white_check_mark")  # joins the group only in November
    await group.until("2010-03-02 11:00")
    await group.react("unhcr", card, "no_entry")
    await group.react("worldbank", card, "white_circle")
    await group.until("2010-03-05 16:00")
    refused = await group.ask("undp", "done handbook-published")
    assert "reply still to come" in refused.text or "replies still to come" in refused.text
    await group.react("unhcr", card, "no_entry", take_away=True)
    for agency in ("unhcr", "unicef", "unitar", "unodc"):
        await group.react(agency, card, "white_check_mark")
    await group.until("2010-03-09 15:00")
    await group.react("unregcom", card, "white_check_mark")
    assert "Cleared on behalf of" in card.text


async def second_quarter(group):
    await group.until("2010-04-06 10:00")
    await confirm(group, "undp", "wl-2", "29 April")
    await group.until("2010-04-07 10:00")
    await circulate(group, "undp", "one-un-outcomes", "https://example.org/call.pdf")
    await done(group, "undp", "one-un-outcomes")
    card = group.card("The outcomes of the call")
    await group.react("unicef", card, "white_check_mark")
    await group.react("undesa", card, "white_check_mark")
    await group.until("2010-04-20 10:00")
    await confirm(group, "undp", "symposium", "27-28 May")
    notice = group.posted()[-1]
    await group.react("unitar", notice, "eyes")
    await group.until("2010-04-29 17:00")
    await done(group, "undp", "one-un-decided")
    await group.until("2010-05-12 10:00")
    await confirm(group, "undp", "wl-3", "23 June")
    await circulate(group, "undp", "emp-review-circulated", "https://example.org/review.pdf")
    await done(group, "undp", "emp-review-circulated", "principals-invited", "symposium-guests")
    card = group.card("The results of UNDP's review")
    for agency in ("iom", "ilo", "worldbank", "unctad", "unregcom"):
        await group.react(agency, card, "white_check_mark")
    await group.until("2010-05-21 16:00")
    await done(group, "iom", "handbook-published")
    await group.until("2010-05-28 18:00")
    items = ("press-statement", "handbook-strategies", "fact-sheets-hard-copies")
    await done(group, "undp", *items)
    await group.until("2010-06-03 10:00")
    await done(group, "undp", "symposium-outcomes-mexico")
    await group.until("2010-06-24 10:00")
    await done(group, "undp", "emp-recommendations")


async def third_quarter(group):
    await group.until("2010-07-12 10:00")
    await group.ask("ohchr", "activate roundtable")
    await group.until("2010-08-26 10:00")
    await circulate(group, "ohchr", "principals-agenda", "https://example.org/agenda.pdf")
    await circulate(group, "ohchr", "expert-meeting-documents", "https://example.org/experts.pdf")
    await done(group, "ohchr", "principals-agenda", "expert-meeting-documents")
    for title in ("The tentative agenda", "The draft concept note"):
        for agency in ("ilo", "undp", "unhcr", "unicef"):
            await group.react(agency, group.card(title), "white_check_mark")
    await group.until("2010-08-30 10:00")
    await confirm(group, "ohchr", "principals-meeting", "15 September")
    await group.until("2010-09-15 18:00")
    await done(group, "ohchr", "principals-key-message", "principals-endorsement")
    await confirm(group, "ohchr", "gfmd-iv", "10-11 November")


async def fourth_quarter(group):
    await group.until("2010-10-05 10:00")
    await circulate(group, "ohchr", "statement-clearance", "https://example.org/statement.pdf")
    card = group.card("Clearance of the joint Princip")
    for agency in ALL:
        await group.react(agency, card, "white_check_mark")
    assert "14 of them at working level" in card.text
    assert "Cleared on behalf" not in card.text
    await group.until("2010-11-09 16:00")
    await done(group, "ohchr", "symposium-outcomes-gfmd", "roundtable-papers")
    await group.until("2010-12-17 15:00")
    await done(group, "ohchr", "migrants-day")
    await group.until("2010-12-31 12:00")


async def live(group):
    """Live through the year."""
    for quarter in (first_quarter, second_quarter, third_quarter, fourth_quarter):
        await quarter(group)
