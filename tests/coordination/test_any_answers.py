"""Any answers and any acts of the chair in any order: a circulation ends as its rule says."""

import asyncio
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coordination.dispatch import submit
from coordination.messages.forms import Answers, FormName, Incomplete
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY, desk_of

CLEARS, BLOCKS, ASIDE, SEEN = "white_check_mark", "no_entry", "white_circle", "eyes"
OPENED = datetime(2027, 1, 4, 7, tzinfo=UTC)
CLOSES = {  # 18:00 in Paris, ten working days later, or five
    "draft": datetime(2027, 1, 18, 17, tzinfo=UTC),
    "note": datetime(2027, 1, 11, 17, tzinfo=UTC),
    "survey": datetime(2027, 1, 11, 17, tzinfo=UTC),
}
THINKS = timedelta(minutes=30)
STEP = timedelta(minutes=20)
AGENCIES = {"UAA": "aa", "UBB": "bb", "UCC": "cc", "UC2": "cc"}
BY_CHAIR = {
    "close": CirculationState.CLOSED,
    "withdraw": CirculationState.WITHDRAWN,
    "override": CirculationState.OVERRIDDEN,
}
DAYS = (date(2027, 1, 8), date(2027, 1, 13), date(2027, 1, 20), date(2027, 1, 22))
DONE = st.one_of(
    *[
        st.tuples(
            st.sampled_from([*AGENCIES, "UX"]),
            st.sampled_from([CLEARS, CLEARS, CLEARS, BLOCKS, ASIDE, SEEN, "tada"]),
            st.booleans(),
        )
    ]
    * 3,
    st.tuples(st.just("extend"), st.sampled_from(DAYS)),
    st.sampled_from([(name,) for name in (*BY_CHAIR, "restart")]),
)
EVENTS = st.lists(
    st.tuples(st.integers(0, 20 * 72), DONE), max_size=12, unique_by=lambda event: event[0]
).map(lambda events: sorted(events, key=lambda event: event[0]))


class Model:
    """The rules in plain words, step by step."""

    def __init__(self, item):
        self.item, self.state, self.closes = item, CirculationState.OPEN, CLOSES[item]
        self.holds = {}  # agency: (person, reaction, since when it counts)
        self.now, self.extended, self.replies = OPENED, 0, None

    def ends(self, state, at):
        self.state = state
        counting = [since for _, _, since in self.holds.values() if since <= at]
        self.replies = len(counting)

    def pass_to(self, instant):
        self.now = instant
        if self.state is not CirculationState.OPEN:
            return
        against = [since for _, sign, since in self.holds.values() if sign == BLOCKS]
        if self.item == "note" and min(against, default=self.closes) < min(instant, self.closes):
            self.ends(CirculationState.NOT_ADOPTED, instant)
        elif instant >= self.closes:
            match self.item:
                case "draft":
                    self.state = CirculationState.PAST_CLOSING
                case "note" if against:
                    self.ends(CirculationState.NOT_ADOPTED, instant)
                case "note":
                    self.ends(CirculationState.ADOPTED, instant)
                case "survey":
                    self.ends(CirculationState.COMMENTS_CLOSED, instant)

    def react(self, person, reaction, given):
        agency = AGENCIES.get(person)
        if not self.state.takes_answers or agency is None or reaction in (SEEN, "tada"):
            return
        since = self.now
        if reaction == BLOCKS and self.closes - self.now >= THINKS:
            since += THINKS
        if given:
            self.holds[agency] = (person, reaction, since)
        elif self.holds.get(agency, (None, None))[:2] == (person, reaction):
            del self.holds[agency]
        signs = [sign for _, sign, _ in self.holds.values()]
        if self.item == "note" and given and reaction == BLOCKS and since == self.now:
            self.ends(CirculationState.NOT_ADOPTED, self.now)
        if self.item == "draft" and len(signs) == 3 and BLOCKS not in signs and CLEARS in signs:
            self.ends(CirculationState.CLEARED, self.now)

    def extend(self, day):
        closes = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
        if not self.state.takes_answers or closes <= max(self.closes, self.now):
            return False
        self.closes, self.state = closes, CirculationState.OPEN
        self.extended += 1
        return True

    def decide(self, name):
        early = self.state is CirculationState.OPEN
        if not self.state.takes_answers or (early and name != "withdraw"):
            return False
        self.ends(BY_CHAIR[name], self.now)
        return True

    def behalf(self):
        names = sorted(a.upper() for a in AGENCIES.values() if self.sign(a) != ASIDE)
        if self.item == "draft":
            names = [n for n in names if self.sign(n.lower()) == CLEARS]
        names = list(dict.fromkeys(names))
        parts = [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
        return " and ".join(parts) or "no agency"

    def sign(self, agency):
        return self.holds.get(agency, (None, None))[1]


async def by_chair(desk, name, **entered):
    """Whether a form of the chair's is taken."""
    closes = desk.services.snapshot.circulations[1].closes_at.isoformat()
    about = f"1|{closes}" if name == "extend" else "1"
    try:
        form = FormName(name)
        await submit(desk.services, desk.asker(SECRETARY), form, about, Answers(entered))
    except (Refused, Incomplete):
        return False
    await desk.work()
    return True


async def happens(desk, model, card, done):
    """One event, to the bot and to the model."""
    match done:
        case ("restart",):
            desk.restart(PLAN, "another")
            await desk.work()
        case ("extend", day):
            taken = await by_chair(desk, "extend", day=day, time=time(18))
            assert taken is model.extend(day)
        case (name,):
            taken = await by_chair(desk, name, reason="So it is")
            assert taken is model.decide(name)
        case (user, reaction, given_):
            await desk.react(user, card, reaction, given_)
            model.react(user, reaction, given_)


async def happened(item, events, ready_file, folder):
    """The circulation's last card and announcements, and its model."""
    model = Model(item)
    async with desk_of(PLAN, ready_file, folder) as desk:
        for user, agency in AGENCIES.items():
            await desk.name(agency, user=user)
        card = await desk.circulate(item)
        assert desk.services.snapshot.circulations[1].closes_at == CLOSES[item]
        for steps, done in [*events, (23 * 72, ("UX", "tada", True))]:
            instant = OPENED + steps * STEP + timedelta(minutes=1)
            desk.clock.move_to(instant)
            await desk.work()
            model.pass_to(instant)
            await happens(desk, model, card, done)
            kept = desk.services.snapshot.circulations[1]
            assert (kept.state, kept.closes_at) == (model.state, model.closes)
        released = (await desk.ask(SECRETARY, "done report")).text.startswith("Done")
        assert released is (item == "draft" and model.state.opens_the_gate)
        said = [t for t in desk.notices() if t.startswith("“")]
        return desk.messenger.at(card).text, said, model


@example("note", [(n, (user, ASIDE, True)) for n, user in enumerate(("UAA", "UBB", "UCC"))])
@example("note", [(5, ("UAA", BLOCKS, True)), (6, ("UAA", BLOCKS, False))])
@example("draft", [(1008, ("extend", DAYS[2])), (1030, ("UAA", BLOCKS, True)), (1400, ("close",))])
@given(st.sampled_from(sorted(CLOSES)), EVENTS)
@settings(max_examples=15)
def test_a_circulation_ends_as_its_rule_says_whatever_is_answered(ready_file, item, events):
    with tempfile.TemporaryDirectory() as folder:
        card, said, model = asyncio.run(happened(item, events, ready_file, Path(folder)))
    replies = len(model.holds) if model.replies is None else model.replies
    assert f"{replies} of 3 replies received" in card
    told = {
        CirculationState.CLEARED: f"Cleared on behalf of {model.behalf()}.",
        CirculationState.ADOPTED: f"Adopted without objection, on behalf of {model.behalf()}.",
        CirculationState.NOT_ADOPTED: "Not adopted as drafted.",
        CirculationState.CLOSED: "Closed without clearance by the Chair. Reason: So it is",
        CirculationState.WITHDRAWN: "Withdrawn by the Chair. Reason: So it is",
        CirculationState.OVERRIDDEN: f"on behalf of {model.behalf()}. ",
        CirculationState.COMMENTS_CLOSED: "did not reply",
        CirculationState.PAST_CLOSING: "Not yet cleared",
    }[model.state]
    if model.state is not CirculationState.PAST_CLOSING:
        assert told in card
        assert sum(told in text for text in said) == 1
    assert sum("More time for all agencies" in text for text in said) == model.extended
