"""Who represents whom, who may do what, and what is seen by an agency's people."""

import pytest

from coordination.ports import Profile
from coordination.records import ReminderState, Role
from coordination.services import Refused
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY, desk_of


async def test_the_chair_names_a_focal_point_an_alternate_and_a_head(desk):
    for words, role in (
        ("focal <@UX> cc", Role.FOCAL),
        ("focal <@UX> CC alternate", Role.ALTERNATE),
        ("focal <@UX|x> cc head", Role.HEAD),
    ):
        told = await desk.ask("UAA", words)
        assert "of CC" in told.text
        person = desk.services.snapshot.people["UX"]
        assert (person.agency, person.role) == ("cc", role)
    verbs = {e.verb for e in await desk.journal("person:UX")}
    assert verbs == {"named"}
    assert "is now" in told.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("focal", "Whom?"),
        ("focal maria cc", "Whom?"),
        ("focal <@UX>", "For which agency? For example: /gmg focal @Ux AA"),
        ("focal <@UX> zz", "No agency of the plan is called “zz”"),
        ("focal <@UNOBODY> cc", "I cannot find that person"),
        ("focal <@UBOT> cc", "That is a bot"),
        ("focal <@UX> none", "represents no agency"),
    ],
)
async def test_naming_that_cannot_be_is_refused_with_the_reason(desk, words, told):
    desk.directory.profiles["UBOT"] = Profile("UBOT", "T1", "Robot", None, is_bot=True)
    assert told in (await desk.ask("UAA", words)).text
    assert "UX" not in desk.services.snapshot.people


async def test_only_the_chair_and_the_secretariat_name_people(desk):
    told = await desk.ask("UBB", "focal <@UX> bb")
    assert told.text == "Only the Chair (AA) and its secretariat can do that."
    assert "of BB" in (await desk.ask(SECRETARY, "focal <@UX> bb")).text


async def test_joining_is_asked_of_the_chair_and_decided_once(desk):
    told = await desk.ask("UX", "join cc")
    assert told.text.startswith("I have asked Uaa and the secretariat.")
    await desk.work()
    request = next(p.message for p in desk.messenger.posted if p.target.user == "UAA")
    assert "asks to represent CC as its focal point" in request.text
    stranger = await desk.press("UBB", request, "Accept")
    assert isinstance(stranger, Refused)
    await desk.press("UAA", request, "Accept")
    again = await desk.press(SECRETARY, request, "Decline")
    assert again.message.text == "That request was decided already."
    await desk.work()
    assert desk.services.snapshot.people["UX"].agency == "cc"
    assert desk.told("UX")[-1].startswith("Welcome. You represent CC now")


async def test_a_declined_request_may_be_made_again(desk):
    for label in ("Decline", "Accept"):
        await desk.ask("UX", "join cc")
        await desk.work()
        request = [p.message for p in desk.messenger.posted if p.target.user == "UAA"][-1]
        await desk.press("UAA", request, label)
    assert desk.services.snapshot.people["UX"].agency == "cc"


@pytest.mark.parametrize("user", ["UAA", SECRETARY, "UCC"])
async def test_done_is_for_the_owners_and_who_runs_the_plan(desk, user):
    assert (await desk.ask(user, "done review")).text.startswith("Done")
    assert "sent again" in (await desk.ask(user, "reopen review")).text


async def test_nobody_else_marks_as_done(desk):
    told = (await desk.ask("UBB", "done review")).text
    assert told.startswith("Only the people of CC and the Chair (AA)")
    button = next(b for b in [await desk.ask("UBB", "show review")] if b)
    assert desk.services.snapshot.schedule["review"].done_on is None
    assert button.text


async def test_what_waits_for_a_condition_begins_when_it_is_activated(desk):
    assert "waits for a letter" in (await desk.ask("UBB", "done fund")).text
    assert not any(r.subject == "fund" for r in await _ledger(desk))
    assert "Only the Chair" in (await desk.ask("UBB", "activate fund")).text
    assert "Its reminders begin." in (await desk.ask("UAA", "activate fund")).text
    await desk.until("2027-09-20 09:00")  # the ledger looks five weeks ahead
    rows = [r for r in await _ledger(desk) if r.subject == "fund"]
    assert rows
    assert ReminderState.PENDING in {r.state for r in rows}


async def _ledger(desk):
    await desk.work()
    return await desk.ledger()


async def test_seen_silences_the_agency_until_the_due_day_and_no_other(desk):
    await desk.name("cc", Role.FOCAL, "UX")
    await desk.until("2027-05-17 09:00")
    (brief,) = [p for p in desk.messenger.posted if p.target.user == "UBB" and "Report" in p.text]
    done = await desk.press("UBB", brief.message, "Seen")
    assert "BB gets no more reminders of it but the one of its day" in done.message.text
    await desk.until("2027-05-26 09:00")
    assert sum("Report —" in t for t in desk.told("UBB")) == 1
    await desk.until("2027-05-31 09:00")
    assert sum("Report —" in t for t in desk.told("UBB")) == 2
    (entry,) = [e for e in await desk.journal("milestone:report") if e.verb == "seen"]
    assert (entry.actor, entry.detail["how"]) == ("UBB", "button")


async def test_eyes_on_a_brief_acknowledge_what_is_the_agencys_own(desk):
    await desk.until("2027-05-17 09:00")
    (brief,) = [p for p in desk.messenger.posted if p.target.user == "UBB" and "Report" in p.text]
    await desk.react("UCC", brief.ref, "eyes")
    assert desk.services.snapshot.state.acknowledgements == ()
    await desk.react("UBB", brief.ref, "eyes")
    (mark,) = desk.services.snapshot.state.acknowledgements
    assert (mark.agency, mark.milestone, mark.how) == ("bb", "report", "reaction")


async def test_an_agency_without_people_is_reported_to_the_chair(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as desk:
        await desk.name("aa")
        await desk.until("2027-05-17 09:00")
        (brief,) = [t for t in desk.told("UAA") if "Report —" in t]
        assert "BB has nobody here yet, so this comes to you." in brief


async def test_without_people_or_secretariat_the_reminder_is_listed_with_its_reason(
    ready_file, tmp_path
):
    async with desk_of(PLAN, ready_file, tmp_path) as desk:
        object.__setattr__(desk.services, "secretariat", frozenset())
        await desk.until("2027-05-17 09:00")
        failed = [r for r in await desk.ledger() if r.state is ReminderState.FAILED]
        assert {r.audience for r in failed} == {"nobody"}
        assert all("name people with focal" in (r.reason or "") for r in failed)


async def test_a_person_who_changes_agency_answers_for_the_new_one_alone(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, "white_check_mark")
    await desk.ask("UAA", "focal <@UBB> cc")
    await desk.react("UBB", card, "no_entry")
    await desk.press("UBB", desk.asked("UBB"), "Confirm")
    found = (await desk.ask("UAA", "clearance draft")).text
    assert "BB | cleared |" in found
    assert "CC | cannot clear as drafted" in found
