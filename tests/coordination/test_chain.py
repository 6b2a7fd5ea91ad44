"""The chain of the journal, as anybody can recompute it."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from coordination.chain import (
    ChainCheck,
    JournalLine,
    Misfit,
    act_hash,
    encoded,
    entry_hash,
    is_chained,
)
from coordination.records import Entry, MessageRef
from workplan.clearance import Act, Capacity, Position

AT = datetime(2010, 3, 12, 18, 0, 0, 5, tzinfo=UTC)
ENTRY = Entry(
    AT,
    "U1",
    "cleared",
    "circulation:7",
    {"b": "é", "a": [1, None, True], "emoji": "🌍"},
    MessageRef("C1", "1.1"),
    "https://example.org/p1",
)


def test_the_bytes_that_are_hashed_are_those_of_the_pages() -> None:
    """By hand, so that a change of the encoding cannot go unnoticed: old chains would break."""
    written = (
        '{"actor":"U1","acts":["aa"],"at":"2010-03-12T18:00:00.000005Z",'
        '"detail":{"a":[1,null,true],"b":"\\u00e9","emoji":"\\ud83c\\udf0d"},'
        '"evidence_channel":"C1","evidence_ts":"1.1","permalink":"https://example.org/p1",'
        '"previous":null,"subject":"circulation:7","verb":"cleared"}'
    )
    assert encoded(ENTRY, None, ["aa"]) == written.encode()
    assert entry_hash(ENTRY, None, ["aa"]) == hashlib.sha256(written.encode()).hexdigest()
    bare = Entry(AT.replace(microsecond=0), "bot", "x", "milestone:a")
    assert json.loads(encoded(bare, "ff")) == {
        "actor": "bot",
        "acts": [],
        "at": "2010-03-12T18:00:00.000000Z",
        "detail": {},
        "evidence_channel": None,
        "evidence_ts": None,
        "permalink": None,
        "previous": "ff",
        "subject": "milestone:a",
        "verb": "x",
    }


def test_an_instant_is_hashed_alike_in_every_zone() -> None:
    there = replace(ENTRY, at=AT.astimezone(timezone(timedelta(hours=-5))))
    assert entry_hash(there, None) == entry_hash(ENTRY, None)


def test_only_circulations_and_milestones_are_chained() -> None:
    assert is_chained("circulation:1")
    assert is_chained("milestone:handbook")
    assert not any(map(is_chained, ("plan", "person:U1", "reminder:x", "circulation")))


def lines(*subjects: str) -> list[JournalLine]:
    """A journal as the storage writes it."""
    heads: dict[str, str] = {}
    made = []
    for number, subject in enumerate(subjects, 1):
        entry = Entry(AT + timedelta(hours=number), "U1", "cleared", subject, {"n": number})
        if not is_chained(subject):
            made.append(JournalLine(number, entry))
            continue
        previous = heads.get(subject)
        heads[subject] = entry_hash(entry, previous)
        made.append(JournalLine(number, entry, previous, heads[subject]))
    return made


def looked_at(journal: list[JournalLine]) -> Misfit | None:
    check = ChainCheck()
    return next((found for one in journal if (found := check.look_at(one))), None)


SUBJECTS = ["circulation:1", "circulation:2", "milestone:a", "plan", "person:U1"]
journals = st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=12).map(
    lambda subjects: lines(*subjects)
)


@given(journals)
def test_a_journal_as_it_was_written_fits(journal: list[JournalLine]) -> None:
    assert looked_at(journal) is None


@given(journals, st.data())
def test_whatever_is_changed_in_a_chained_entry_is_found_there(
    journal: list[JournalLine], data: st.DataObject
) -> None:
    chained = [n for n, one in enumerate(journal) if one.hash]
    if not chained:
        return
    place = data.draw(st.sampled_from(chained))
    one = journal[place]
    changed = data.draw(
        st.sampled_from(
            [
                {"at": one.entry.at + timedelta(microseconds=1)},
                {"actor": "U2"},
                {"verb": "cannot clear as drafted"},
                {"detail": {**one.entry.detail, "n": 99}},
                {"evidence": MessageRef("C1", "9.9")},
                {"permalink": "https://example.org/another"},
            ]
        )
    )
    journal[place] = replace(one, entry=replace(one.entry, **changed))
    found = looked_at(journal)
    assert found is not None
    assert (found.id, found.subject) == (one.id, one.entry.subject)
    assert "content" in found.differs


@given(journals, st.data())
def test_an_entry_that_was_taken_out_is_missed_by_the_one_after_it(
    journal: list[JournalLine], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(journal) - 1))
    gone = journal.pop(place)
    after = [one for one in journal[place:] if one.hash and one.entry.subject == gone.entry.subject]
    found = looked_at(journal)
    if after:
        assert found is not None
        assert found.id == after[0].id
        assert "entry before it" in found.differs
    else:  # nothing in the chain says that its end is missing: its head does
        assert found is None


def test_an_entry_put_in_with_a_hash_of_its_own_is_found_by_the_one_after_it() -> None:
    first, second = lines("circulation:1", "circulation:1")
    put_in = replace(first.entry, verb="stands aside")
    forged = JournalLine(9, put_in, first.hash, entry_hash(put_in, first.hash))
    found = looked_at([first, forged, second])
    assert found is not None
    assert (found.id, "put in" in found.differs) == (second.id, True)


def test_entries_from_before_there_were_chains_come_first_or_are_found() -> None:
    old = JournalLine(1, ENTRY)
    new = JournalLine(2, ENTRY, None, entry_hash(ENTRY, None))
    check = ChainCheck()
    assert check.look_at(old) is None
    assert check.look_at(new) is None
    assert (check.lines, check.chained) == (2, 1)
    found = looked_at([new, replace(old, id=3)])
    assert found is not None
    assert (found.id, "no hash" in found.differs) == (3, True)


def test_an_entry_without_a_hash_put_in_after_chains_began_is_found_whatever_its_subject() -> None:
    chained = JournalLine(1, ENTRY, None, entry_hash(ENTRY, None))
    other = JournalLine(2, replace(ENTRY, subject="milestone:report", verb="done"))
    found = looked_at([chained, other])
    assert found is not None
    assert (found.id, found.subject) == (2, "milestone:report")


def test_an_entry_without_a_hash_put_in_before_a_chained_first_one_excuses_no_act() -> None:
    first = replace(ENTRY, verb="circulated")
    put_in = JournalLine(-1, replace(ENTRY, verb="noted"))
    found = looked_at([put_in, JournalLine(1, first, None, entry_hash(first, None))])
    assert found is not None
    assert (found.id, "without a hash" in found.differs) == (1, True)


ACT = Act(
    "unicef", "U1", Position.CLEARED, "button", True, AT, "1263200400.000100", Capacity.HEAD, AT
)


def test_an_act_is_hashed_with_everything_that_counts() -> None:
    written = (
        '{"agency":"unicef","at":"2010-03-12T18:00:00.000005Z","capacity":"by the head",'
        '"circulation":7,"effective_at":"2010-03-12T18:00:00.000005Z","given":true,'
        '"order":"1263200400.000100","person":"U1","position":"cleared","source":"button"}'
    )
    assert act_hash(7, ACT) == hashlib.sha256(written.encode()).hexdigest()
    bare = replace(ACT, capacity=None, effective_at=None)
    assert act_hash(7, bare) not in (act_hash(7, ACT), act_hash(8, bare))


def check_of(*acts: Act, hashed: bool = True) -> ChainCheck:
    """What is found of a circulation whose only entry names these acts."""
    named = tuple(act_hash(7, act) for act in acts)
    own = entry_hash(ENTRY, None, named) if hashed else None
    check = ChainCheck()
    assert check.look_at(JournalLine(1, ENTRY, None, own, named if hashed else ())) is None
    return check


def test_acts_that_an_entry_names_are_there_and_no_others() -> None:
    taken = replace(ACT, given=False)
    check = check_of(ACT, taken)
    assert check.not_named({7: (ACT, taken)}) is None
    assert check.not_there({7: (taken, ACT)}) is None
    gone = check.not_there({7: (ACT,)})
    assert gone is not None
    assert (gone.id, gone.subject) == (1, "circulation:7")
    put_in = check.not_named({7: (ACT, replace(ACT, capacity=None))})
    assert put_in is not None
    assert (put_in.id, put_in.subject) == (None, "circulation:7")
    assert check.not_named({8: (ACT,)}) is not None


def test_acts_from_before_there_were_chains_are_named_nowhere() -> None:
    assert check_of(hashed=False).not_named({7: (ACT,)}) is None
