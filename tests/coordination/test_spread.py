"""Processes that look at the same things begin at different places and leave out nothing."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from coordination.spread import from_own_place


@given(owner=st.text(), count=st.integers(0, 300))
def test_each_begins_somewhere_and_takes_all_in_turn(owner, count):
    found = from_own_place(owner, range(count))
    assert sorted(found) == list(range(count))
    assert all((b - a) % count == 1 for a, b in itertools.pairwise(found))
    assert from_own_place(owner, range(count)) == found


def test_several_processes_seldom_begin_at_the_same_place():
    began = [from_own_place(f"gmg-{n}", range(1_000))[0] for n in range(20)]
    assert len(set(began)) > 15


def test_two_who_began_near_each_other_part_with_the_next_look():
    near = [n for n in range(200) if abs(_gap(n, 100)) <= 1]
    assert near
    assert any(abs(_gap(n, 99)) > 5 for n in near)


def _gap(number, count):
    one, other = (from_own_place(f"{name}{number}", range(count))[0] for name in ("a", "b"))
    return one - other
