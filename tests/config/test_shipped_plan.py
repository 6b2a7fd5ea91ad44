"""The shipped plan says what the document says, all of it, and in its words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from config.plan_file import load_sound_plan
from workplan.plan import Milestone, Plan

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "config" / "plans"
SHIPPED = PLANS / "gmg-2010.yaml"


def flat(text: str) -> str:
    return " ".join(text.split())


DOCUMENT = (PLANS / "gmg-2010.txt").read_text(encoding="utf-8")
LINES = [flat(line) for line in DOCUMENT.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_sound_plan(SHIPPED).plan


@pytest.fixture(scope="module")
def milestones(plan: Plan) -> dict[str, Milestone]:
    return {m.id: m for output in plan.outputs for m in output.milestones}


def test_every_milestone_carries_the_sentence_it_comes_from(
    milestones: dict[str, Milestone],
) -> None:
    assert [m.id for m in milestones.values() if not m.source] == []


def test_source_and_words_stand_in_the_document_as_they_are(
    milestones: dict[str, Milestone],
) -> None:
    document = flat(DOCUMENT)
    quoted = [(m.id, s) for m in milestones.values() for s in (*m.source, m.words) if s]
    assert [(i, s) for i, s in quoted if flat(s) not in document] == []


def test_a_milestone_tied_to_another_shows_the_documents_words_and_no_id(
    plan: Plan, milestones: dict[str, Milestone]
) -> None:
    ids = {*milestones, *(output.id for output in plan.outputs)}
    tied = [m for m in milestones.values() if set((m.when or "").split()) & ids]
    assert len(tied) > 15
    assert [m.id for m in tied if not m.words] == []


@pytest.mark.parametrize("line", [x for x in LINES if x.startswith("- ")])
def test_every_line_of_the_timelines_and_every_meeting_is_in_some_source(
    line: str, milestones: dict[str, Milestone]
) -> None:
    sources = [flat(s) for m in milestones.values() for s in m.source]
    assert any(line.removeprefix("- ") in s for s in sources)


# Sentences outside the timelines in which the document promises something.
PROMISES = (
    "by consulting all member agencies on the final draft of the handbook early in 2010",
    "devise strategies for the handbook's dissemination and usage",
    "was shared with GMG members for their comments prior to the first working level meeting",
    "expecting participation of the Mexican Chair of the GFMD IV, and the SRSG",
    "all GMG Principals will be invited to represent",
    "The symposium outcomes will be shared with Mexico",
    "made available in a presentable form for dissemination at the GFMD IV",
    "a review undertaken by UNDP in early 2010",
    "A discussion on this issue with government and civil society stakeholders",
    "suggests convening a meeting of interested agencies",
    "further elaborate on the key message of the GMG",
    "guidance and endorsement will be sought from Principals",
    "The briefing would provide an opportunity",
    "recommended that the GMG accepts the proposal and organise such a session",
    "The organization of this meeting and its focus will be further discussed",
    "continue monitoring the implications of the global economic and financial crisis",
    "findings and analysis of the GMG on this and other topics will be continuously disseminated",
    "continue to update existing fact sheets on the economic crisis",
    "new fact sheets on a broader scope of topics were envisioned",
    "UNDP will coordinate the production of the fact sheets",
    "maintain and prop up the GMG website with new content",
    "prepare a joint press statement and/or organize a joint press event",
    "prepare a joint OpEd or another piece of public communication",
    "clearance from all Heads of agencies",
    "explore possibilities for enhancing GMG visibility",
    "the Chair will consult GMG agencies to provide an indication of particularly important dates",
    "the Chair will use GMG online workspace to regularly share information",
)


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_in_the_running_text_is_in_some_source(
    promise: str, milestones: dict[str, Milestone]
) -> None:
    assert promise in flat(DOCUMENT)
    assert any(promise in flat(s) for m in milestones.values() for s in m.source)


def test_every_lettered_output_of_the_document_is_an_output_of_the_plan(plan: Plan) -> None:
    parts = DOCUMENT.split("First semester timeline:")[0].split("First semester outputs:")[1]
    lettered = re.findall(r"^([a-h])\) ", parts, re.MULTILINE)
    assert lettered == list("abcdefgh")
    assert [o.section for o in plan.outputs] == [
        *(f"1({letter})" for letter in lettered),
        "2",
        "2(a)",
        "2(b)",
        "3",
    ]


def test_the_timelines_letters_are_exchanged_where_the_document_exchanges_them(
    milestones: dict[str, Milestone],
) -> None:
    exchanged = {m.id: m.section for m in milestones.values() if m.section}
    assert exchanged == {
        "gfmd-iv": "1(h)",
        "roundtable-begun": "1(h)",
        "roundtable-tasks": "1(h)",
        "roundtable-papers": "1(h)",
        "roundtable": "1(h)",
        "expert-meeting-documents": "1(g)",
        "expert-meeting": "1(g)",
    }


def test_the_five_working_level_meetings_are_proposed_and_in_one_series(
    milestones: dict[str, Milestone],
) -> None:
    series = [m for m in milestones.values() if m.series == "working-level"]
    assert [(m.id, m.when) for m in series] == [
        ("wl-1", "8 February 2010"),
        ("wl-2", "April/May 2010"),
        ("wl-3", "June 2010"),
        ("wl-4", "1 September 2010"),
        ("wl-5", "15 December 2010"),
    ]
    assert all(m.proposed and m.kind == "meeting" for m in series)


def test_only_two_dates_are_corrected_and_each_says_why(milestones: dict[str, Milestone]) -> None:
    corrected = {m.id: m.corrected for m in milestones.values() if m.corrected}
    assert {i: c.when for i, c in corrected.items()} == {
        "handbook-consulted": "before handbook-circulated",
        "handbook-published": "by May 2010",
    }
    assert all(c.why for c in corrected.values())


def test_the_group_has_fourteen_members_and_sixteen_from_november(plan: Plan) -> None:
    fourteen = [
        "ilo",
        "iom",
        "ohchr",
        "unctad",
        "undesa",
        "undp",
        "unesco",
        "unfpa",
        "unhcr",
        "unicef",
        "unitar",
        "unodc",
        "unregcom",
        "worldbank",
    ]
    assert [a.id for a in plan.agencies if a.member_on(date(2010, 1, 1))] == fourteen
    assert [a.id for a in plan.agencies if a.member_on(date(2010, 10, 31))] == fourteen
    assert [a.id for a in plan.agencies if a.member_on(date(2010, 11, 8))] == [
        *fourteen,
        "who",
        "unwomen",
    ]
    assert all(a.timezone for a in plan.agencies)


def test_the_chair_rotates_every_half_year(plan: Plan) -> None:
    assert [(t.agency, t.from_, t.until) for t in plan.chair] == [
        ("unitar", date(2009, 7, 1), date(2009, 12, 31)),
        ("undp", date(2010, 1, 1), date(2010, 6, 30)),
        ("ohchr", date(2010, 7, 1), date(2010, 12, 31)),
        ("unicef", date(2011, 1, 1), date(2011, 6, 30)),
    ]
