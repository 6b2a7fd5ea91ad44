"""Any answers in any order: a circulation ends as its rule says, and says who stands behind it."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coordination.records import CirculationState
from tests.coordination.conftest import PLAN
from tests.coordination.desk import desk_of

CLEARS, BLOCKS, ASIDE, SEEN = "white_check_mark", "no_entry", "white_circle", "eyes"
OPENED = datetime(2027, 1, 4, 7, tzinfo=UTC)
CLOSES = {  # 18:00 in Paris, ten working days later, or five
    "draft": datetime(2027, 1, 18, 17, tzinfo=UTC),
    "note": datetime(2027, 1, 11, 17, tzinfo=UTC),
    "survey": datetime(2027, 1, 11, 17, tzinfo=UTC),
}
ENDED = (
    CirculationState.CLEARED,
    CirculationState.ADOPTED,
    CirculationState.NOT_ADOPTED,
    CirculationState.COMMENTS_CLOSED,
)
AGENCIES = {"UAA": "aa", "UBB": "bb", "UCC": "cc", "UC2": "cc"}
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 20 * 24),  # hours after it was opened
        st.sampled_from([*AGENCIES, "UX"]),
        st.sampled_from([CLEARS, CLEARS, CLEARS, BLOCKS, ASIDE, SEEN, "tada"]),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda event: event[0],
).map(sorted)


class Model:
    """The rules in plain words, step by step."""

    def __init__(self, item):
        self.item, self.state = item, CirculationState.OPEN
        self.holds = {}  # agency: (person, reaction)

    def pass_to(self, instant):
        if instant < CLOSES[self.item] or self.state is not CirculationState.OPEN:
            return
        self.state = {
            "draft": CirculationState.PAST_CLOSING,
            "note": CirculationState.ADOPTED,
            "survey": CirculationState.COMMENTS_CLOSED,
        }[self.item]

    def react(self, person, reaction, given):
        agency = AGENCIES.get(person)
        if self.state in ENDED or agency is None or reaction in (SEEN, "tada"):
            return
        if given:
            self.holds[agency] = (person, reaction)
        elif self.holds.get(agency) == (person, reaction):
            del self.holds[agency]
        signs = [reaction for _, reaction in self.holds.values()]
        if self.item == "note" and BLOCKS in signs:
            self.state = CirculationState.NOT_ADOPTED
        if self.item == "draft" and len(signs) == 3 and BLOCKS not in signs and CLEARS in signs:
            self.state = CirculationState.CLEARED

    def behalf(self):
        names = sorted(a.upper() for a in AGENCIES.values() if self.sign(a) != ASIDE)
        if self.item == "draft":
            names = [n for n in names if self.sign(n.lower()) == CLEARS]
        names = list(dict.fromkeys(names))
        parts = [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names
        return " and ".join(parts) or "no agency"

    def sign(self, agency):
        return self.holds.get(agency, (None, None))[1]


async def happened(item, events, ready_file, folder):
    """The circulation's end and last card, and the same of the model."""
    model = Model(item)
    async with desk_of(PLAN, ready_file, folder) as desk:
        for user, agency in AGENCIES.items():
            await desk.name(agency, user=user)
        card = await desk.circulate(item)
        assert desk.services.snapshot.circulations[1].closes_at == CLOSES[item]
        for hours, user, reaction, given_ in [*events, (21 * 24, "UX", "tada", True)]:
            instant = OPENED + timedelta(hours=hours, minutes=1)
            desk.clock.move_to(instant)
            await desk.work()
            model.pass_to(instant)
            await desk.react(user, card, reaction, given_)
            model.react(user, reaction, given_)
            assert desk.services.snapshot.circulations[1].state is model.state
        said = [t for t in desk.notices() if t.startswith("“")]
        return desk.messenger.at(card).text, said, model


@example("note", [(n, user, ASIDE, True) for n, user in enumerate(("UAA", "UBB", "UCC"))])
@given(st.sampled_from(sorted(CLOSES)), EVENTS)
@settings(max_examples=12)
def test_a_circulation_ends_as_its_rule_says_whatever_is_answered(ready_file, item, events):
    with tempfile.TemporaryDirectory() as folder:
        card, said, model = asyncio.run(happened(item, events, ready_file, Path(folder)))
    replies = f"{len(model.holds)} of 3 replies received"
    assert replies in card
    match model.state:
        case CirculationState.CLEARED:
            assert f"Cleared on behalf of {model.behalf()}." in card
        case CirculationState.ADOPTED:
            assert f"Adopted without objection, on behalf of {model.behalf()}." in card
        case CirculationState.NOT_ADOPTED:
            assert "Not adopted as drafted." in card
    assert len(said) == len(set(said))
    assert len(said) <= 2
