"""Names of people: where they are shown, that the journal holds none, and what forgetting does."""

import json
from dataclasses import replace
from datetime import date, time

from coordination.forget import forget
from coordination.home import home
from coordination.messages.parts import plain
from coordination.naming import mentioned, shown_name
from coordination.people_records import Interest, Preferences, Snooze
from coordination.ports import Profile
from coordination.records import Person, Role
from coordination.services import Reply
from coordination.stored_about import stored_about
from tests.coordination.desk import SECRETARY, Desk
from tests.coordination.proved import require_proof

NAMES = {"UAA": "Ñusta Quispe", "UBB": "Björn Ek", "UCC": "Chioma Ade", "UX": "Xenia Papa"}


async def with_names(desk: Desk) -> None:
    """The people of the desk under names that are no part of their ids."""
    for user, name in NAMES.items():
        desk.directory.profiles[user] = Profile(user, "T1", name, None)
        if user != "UX":
            agency = user[1:].lower()
            async with desk.storage.unit_of_work() as uow:
                await uow.people.put(Person(user, "T1", name, agency, Role.FOCAL, "Asia/Tokyo"))
                await uow.commit()
    await desk.services.snapshots.refresh()


async def whole_journal(desk: Desk) -> str:
    """Every row as text."""
    async with desk.storage.read.connect() as connection:
        found = await connection.exec_driver_sql("SELECT * FROM journal")
        return json.dumps([[str(cell) for cell in row] for row in found], ensure_ascii=False)


async def a_year(desk: Desk) -> None:
    """What people do in a year: asked, named, circulated, answered, moved, done, seen."""
    asked = await desk.ask("UX", "join aa")
    assert "I have asked" in asked.text
    await desk.work()
    request = next(p for p in desk.messenger.posted if p.target.user == "UAA")
    assert isinstance(await desk.press("UAA", request.message, "Accept"), Reply)
    await desk.ask(SECRETARY, "focal <@UX> bb alternate")
    for item in ("draft", "note", "survey"):
        ref = await desk.circulate(item)
        await desk.react("UAA", ref, "white_check_mark")
        await desk.react("UBB", ref, "no_entry")
        await desk.react("UBB", ref, "no_entry", given=False)
        for reaction in ("speech_balloon", "hourglass_flowing_sand", "hand", "eyes"):
            await desk.react("UCC", ref, reaction)
        await desk.react("UNOBODY", ref, "white_check_mark")
    for command in (
        "confirm forum 10-11 June",
        "move report 3 May",
        "done report",
        "reopen report",
    ):
        told = await desk.ask(SECRETARY, command)
        for label in ("Confirm", "Move", "Yes"):
            await _pressed(desk, SECRETARY, told, label)
    await desk.ask("UCC", "activate fund")
    for day in ("2027-02-01", "2027-03-01", "2027-03-20", "2027-06-01", "2027-12-01"):
        await desk.until(f"{day} 12:00")
        for posted in list(desk.messenger.posted)[-6:]:
            if posted.target.user in NAMES:
                await _pressed(desk, posted.target.user, posted.message, "Seen")
    await desk.ask(SECRETARY, "focal <@UX> none")


async def _pressed(desk: Desk, user: str, message: object, label: str) -> None:
    from tests.coordination.desk import buttons

    if any(b.label == label for b in buttons(message)):  # type: ignore[arg-type]
        await desk.press(user, message, label)  # type: ignore[arg-type]


async def test_no_name_of_a_person_is_in_any_row_of_the_journal(desk: Desk) -> None:
    await with_names(desk)
    await a_year(desk)
    await require_proof(desk.url, NAMES.values(), all_acts=True)
    rows = await whole_journal(desk)
    assert rows.count("circulation:") > 10
    for user, name in NAMES.items():
        assert user in rows
        assert not any(part in rows for part in (name, *name.split())), name


async def test_those_who_left_keep_their_name_in_what_they_did(desk: Desk) -> None:
    await with_names(desk)
    ref = await desk.circulate("draft")
    await desk.react("UBB", ref, "white_check_mark")
    await desk.ask(SECRETARY, "done kick-off")
    await desk.ask(SECRETARY, "focal <@UBB> none")
    view = await desk.ask(SECRETARY, "clearance draft")
    assert "Björn Ek" in view.text
    assert shown_name(desk.services.snapshot, "UBB") == "Björn Ek"
    assert shown_name(desk.services.snapshot, "UNOBODY") == "UNOBODY"


async def test_a_forgotten_person_is_shown_by_what_they_were_and_is_not_learnt_again(
    desk: Desk,
) -> None:
    await with_names(desk)
    ref = await desk.circulate("draft")
    await desk.react("UBB", ref, "white_check_mark")
    done = await forget(desk.storage, desk.services.snapshot, "UBB", desk.clock.now())
    assert (done.was_active, done.already) == (True, False)
    snapshot = await desk.services.snapshots.refresh()
    assert shown_name(snapshot, "UBB") == f"a former focal point of {snapshot.agency_short('bb')}"
    assert plain((mentioned(snapshot, "UBB"),)) == shown_name(snapshot, "UBB")
    view = await desk.ask(SECRETARY, "clearance draft")
    assert "Björn" not in view.text
    assert "a former focal point of" in view.text
    # The platform still knows the name; nothing the person does brings it back here.
    await desk.react("UBB", ref, "no_entry")
    await desk.ask("UBB", "mine")
    await desk.ask(SECRETARY, "focal <@UBB> none")
    await desk.until("2027-03-20 12:00")
    found = {p.user: p for p in desk.services.snapshot.state.people}
    assert found["UBB"].name == ""
    assert not found["UBB"].active
    assert (await forget(desk.storage, snapshot, "UBB", desk.clock.now())).already
    # Named anew they are known anew.
    await desk.ask(SECRETARY, "focal <@UBB> bb")
    assert desk.services.snapshot.people["UBB"].name == "Björn Ek"


def text_of(desk: Desk, user: str) -> str:
    return "\n".join(plain(line) for line in stored_about(desk.services.snapshot, user))


async def test_a_person_reads_what_is_stored_about_them(desk: Desk) -> None:
    await with_names(desk)
    assert "Nothing is stored about you" in text_of(desk, "UX")
    ref = await desk.circulate("draft")
    await desk.react("UBB", ref, "white_check_mark")
    wanted = Preferences(
        "UBB",
        "Europe/Paris",
        time(20),
        time(7, 30),
        True,
        date(2027, 3, 1),
        date(2027, 3, 9),
        "UX",
    )
    async with desk.storage.unit_of_work() as uow:
        await uow.wishes.prefer(wanted)
        await uow.wishes.snooze(Snooze("UBB", "report", date(2027, 3, 1)))
        await uow.wishes.take_part(Interest("out", "bb", "UBB", desk.clock.now()))
        await uow.commit()
    await desk.services.snapshots.refresh()
    told = text_of(desk, "UBB")
    for words in (
        "Who you are: Björn Ek, focal point of",
        "Your time zone, from your profile: Asia/Tokyo",
        "time zone Europe/Paris, quiet from 20:00 to 07:30, reminders muted and away from",
        "with a deputy",
        "Put off: 1 reminder",
        "1 answer to circulations",
        "1 output your agency takes part in",
        "The secretariat can have your name removed",
    ):
        assert words in told, words
    assert "Deputy" in text_of(desk, "UX")
    await forget(desk.storage, desk.services.snapshot, "UBB", desk.clock.now())
    await desk.services.snapshots.refresh()
    told = text_of(desk, "UBB")
    assert "Who you were: no name (it was removed), focal point of" in told
    assert "Your settings" not in told
    assert "1 answer to circulations" in told


async def test_history_names_people_and_not_those_who_were_forgotten(desk: Desk) -> None:
    await with_names(desk)
    await desk.ask("UAA", "activate fund")
    assert "by Ñusta Quispe" in (await desk.ask("UCC", "show fund")).text
    await forget(desk.storage, desk.services.snapshot, "UAA", desk.clock.now())
    await desk.services.snapshots.refresh()
    told = (await desk.ask("UCC", "show fund")).text
    assert "Ñusta" not in told
    assert "by a former focal point of" in told


async def test_an_alternate_and_a_head_are_named_by_what_they_were(desk: Desk) -> None:
    state = desk.services.snapshot.state
    people = (
        Person("U1", "T1", "", "aa", Role.ALTERNATE, active=False),
        Person("U2", "T1", "", "aa", Role.HEAD, active=False),
    )
    snapshot = replace(desk.services.snapshot, state=replace(state, people=people))
    short = snapshot.agency_short("aa")
    assert shown_name(snapshot, "U1") == f"a former alternate of {short}"
    assert shown_name(snapshot, "U2") == f"a former head of {short}"


async def test_home_shows_a_person_what_is_stored_about_them(desk: Desk) -> None:
    await with_names(desk)
    page = (await home(desk.services, desk.asker("UBB"))).text
    assert "What is stored about you" in page
    assert "Who you are: Björn Ek, focal point of" in page
    page = (await home(desk.services, desk.asker("UX"))).text
    assert "Nothing is stored about you" in page
