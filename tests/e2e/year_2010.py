"""The year 2010 as the group lives it: what people do, and when, in local Geneva time."""

from tests.e2e.year_clearances import (
    author_replies,
    circulate,
    clear,
    concept_note,
    done,
    handbook,
    more_time,
    statement,
)


async def confirm(group, who, item, date):
    await group.act(who, f"confirm {item} {date}", "Confirm the date")


async def first_quarter(group):
    await group.until("2010-01-07 10:00")
    await circulate(group, "undp", "symposium-concept-note", "https://example.org/concept.pdf")
    await concept_note(group)
    await group.until("2010-01-25 15:00")
    await author_replies(group)
    await group.until("2010-01-28 11:00")
    await done(group, "undp", "emp-ec-invited")
    await group.until("2010-02-04 10:00")
    await circulate(group, "undp", "handbook-consulted", "https://example.org/handbook-draft.pdf")
    card = group.card("Consult all member agencies")
    await clear(group, card, "iom", "ilo", "unicef", "unhcr", "unfpa", "undesa")
    await group.until("2010-02-08 17:00")
    await done(group, "undp", "roundtable-begun", "important-dates")
    await more_time(group)
    await handbook(group)
    await group.until("2010-03-12 12:00")
    # The feedback to the EC was due in late February: reminded as past its date, then done.
    await done(group, "undp", "emp-feedback")
    await group.until("2010-03-15 10:00")
    await confirm(group, "undp", "one-un-call", "25 March")
    await group.until("2010-03-30 15:00")
    assert "Cleared on behalf of" in group.card("The handbook text").text
    await done(group, "undp", "fact-sheets-updated", "emp-review")


async def second_quarter(group):
    await group.until("2010-04-06 10:00")
    await confirm(group, "undp", "wl-2", "29 April")
    await group.until("2010-04-07 10:00")
    await circulate(group, "undp", "one-un-outcomes", "https://example.org/call.pdf")
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
    await done(group, "undp", "principals-invited", "symposium-guests")
    card = group.card("The results of UNDP's review")
    await clear(group, card, "iom", "ilo", "worldbank", "unctad", "unregcom")
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
    for title in ("The tentative agenda", "The draft concept note"):
        for agency in ("ilo", "undp", "unhcr", "unicef"):
            await group.react(agency, group.card(title), "white_check_mark")
    await group.until("2010-08-30 10:00")
    await confirm(group, "ohchr", "principals-meeting", "15 September")
    await group.until("2010-09-15 18:00")
    await done(group, "ohchr", "principals-key-message", "principals-endorsement")
    await confirm(group, "ohchr", "gfmd-iv", "10-11 November")


async def fourth_quarter(group):
    await statement(group)
    await group.until("2010-11-09 16:00")
    await done(group, "ohchr", "symposium-outcomes-gfmd", "roundtable-papers")
    await group.until("2010-11-10 16:00")
    await done(group, "ohchr", "principals-statement")
    await group.until("2010-12-17 15:00")
    await done(group, "ohchr", "migrants-day")
    await group.until("2010-12-31 12:00")


async def live(group):
    """Live through the year."""
    for quarter in (first_quarter, second_quarter, third_quarter, fourth_quarter):
        await quarter(group)
