"""A person's zone and quiet hours decide when their brief comes."""

from datetime import UTC, date, datetime, time

import pytest

from coordination.brief_time import brief_moment, is_quiet, next_opening
from coordination.dispatch import press
from coordination.home import home
from coordination.messages.forms import Incomplete
from coordination.people_records import Preferences
from coordination.records import GroupState, Person, Role
from coordination.services import Refused
from coordination.snapshot import Snapshot, resolve_on
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY

DAY = date(2027, 5, 26)


def picture(**wishes):
    person = Person("UBB", "T1", "B", "bb", Role.FOCAL, wishes.pop("profile", None))
    state = GroupState(people=(person,), preferences=(Preferences("UBB", **wishes),))
    return Snapshot(PLAN, resolve_on(PLAN, state, DAY), (), state)


def local(instant, zone="Europe/Paris"):
    from zoneinfo import ZoneInfo

    return f"{instant.astimezone(ZoneInfo(zone)):%d %H:%M}"


@pytest.mark.parametrize(
    ("wishes", "zone", "at"),
    [
        ({}, "Europe/Paris", "26 09:00"),
        ({"profile": "America/New_York"}, "America/New_York", "26 09:00"),
        ({"profile": "America/New_York", "zone": "Asia/Tokyo"}, "Asia/Tokyo", "26 09:00"),
        ({"quiet_from": time(8), "quiet_until": time(10, 30)}, "Europe/Paris", "26 10:30"),
        ({"quiet_from": time(22), "quiet_until": time(9, 30)}, "Europe/Paris", "26 09:30"),
        ({"quiet_from": time(22), "quiet_until": time(9)}, "Europe/Paris", "26 09:00"),
        ({"quiet_from": time(9), "quiet_until": time(8)}, "Europe/Paris", "26 08:00"),
        ({"quiet_from": time(10), "quiet_until": time(16)}, "Europe/Paris", "26 09:00"),
        (
            {"zone": "Asia/Tokyo", "quiet_from": time(0), "quiet_until": time(13)},
            "Asia/Tokyo",
            "26 13:00",
        ),
    ],
)
def test_the_brief_comes_in_ones_own_zone_after_the_quiet_hours_of_the_same_day(wishes, zone, at):
    assert local(brief_moment(picture(**wishes), "UBB", DAY), zone) == at


@pytest.mark.parametrize(
    ("start", "end", "quiet", "not_quiet"),
    [
        (time(22), time(7), (time(22), time(23, 59), time(0), time(6, 59)), (time(7), time(21))),
        (time(12), time(14), (time(12), time(13, 59)), (time(14), time(11, 59))),
        (time(12), time(12), (), (time(12), time(0))),
        (None, time(7), (), (time(6),)),
    ],
)
def test_quiet_hours_may_span_midnight(start, end, quiet, not_quiet):
    wishes = Preferences("U", quiet_from=start, quiet_until=end)
    assert all(is_quiet(wishes, t) for t in quiet)
    assert not any(is_quiet(wishes, t) for t in not_quiet)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2027-05-26 11:00", "26 11:00"),
        ("2027-05-26 04:00", "26 09:00"),
        ("2027-05-26 20:30", "27 09:00"),
        ("2027-05-28 20:30", "31 09:00"),
        ("2027-05-29 12:00", "31 09:00"),
    ],
)
def test_what_is_late_does_not_come_in_quiet_hours_either(now, opens):
    from zoneinfo import ZoneInfo

    snapshot = picture(quiet_from=time(20), quiet_until=time(7))
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    assert local(next_opening(snapshot, "UBB", at)) == opens


async def opened(desk, user="UBB"):
    return await desk.press_form(user, await home(desk.services, desk.asker(user)), "Change…")


async def test_the_form_shows_what_stands_and_keeps_what_is_entered(desk):
    form = await opened(desk)
    values = {f.name: getattr(f, "value", getattr(f, "values", None)) for f in form.fields}
    assert values == {"zone": "profile", "quiet_from": None, "quiet_until": None, "briefs": ()}
    entered = {"zone": "Asia/Tokyo", "quiet_from": time(22), "quiet_until": time(10)}
    told = await desk.submit("UBB", form, **entered)
    assert (
        told.message.text == "Kept. When something waits for you, your brief comes at 10:00 Tokyo."
    )
    form = await opened(desk)
    values = {f.name: getattr(f, "value", getattr(f, "values", None)) for f in form.fields}
    assert values == {**entered, "briefs": ()}
    await desk.until("2027-05-03 09:00")  # the ledger looks five weeks ahead
    (row,) = [r for r in await desk.ledger() if r.key == "report|2027-05-31|3wd|UBB/bb"]
    assert row.due_at == datetime(2027, 5, 26, 1, tzinfo=UTC)
    (entry,) = await desk.journal("person:UBB")
    assert entry.detail == {"zone": "Asia/Tokyo", "quiet": ["22:00", "10:00"], "muted": False}
    muted = await desk.submit("UBB", form, briefs=("muted",))
    assert "Your daily briefs are off." in muted.message.text
    assert "Nobody of BB gets its reminders now" in muted.message.text


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_until": time(7)}, "quiet_from"),
        ({"quiet_from": time(9), "quiet_until": time(9)}, "quiet_until"),
    ],
)
async def test_what_cannot_be_kept_stays_in_the_form_with_a_sentence(desk, entered, field):
    form = await opened(desk)
    with pytest.raises(Incomplete) as told:
        await desk.submit("UBB", form, **entered)
    assert set(told.value.errors) == {field}
    assert desk.services.snapshot.state.preferences == ()


async def test_they_are_for_those_who_get_briefs(desk):
    assert (await opened(desk, SECRETARY)).name == "settings"
    with pytest.raises(Refused, match="You represent no agency"):
        await press(desk.services, desk.asker("UX"), "gmg_settings", "")


def test_what_is_offered_fits_into_a_list(desk):
    from coordination.settings_form import _zones

    offered = _zones(desk.services.snapshot, Preferences("U", zone="Asia/Thimphu"))
    assert len(offered) <= 100
    assert {"Asia/Thimphu", "Europe/Paris"} <= {o.value for o in offered}
    assert max(len(o.label) for o in offered) <= 75
