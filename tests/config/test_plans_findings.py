"""The plans' findings and dates: what the documents say wrong is found, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from config.plan_file import LoadedPlan, load_plan, load_sound_plan

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "plans" / "gmg-2010.yaml"
MADE_UP = (
    ROOT / "tests" / "plans" / "harbour-2027.yaml",
    ROOT / "tests" / "plans" / "academy-2026-27.yaml",
)


@pytest.fixture(scope="module")
def shipped() -> LoadedPlan:
    return load_sound_plan(SHIPPED)


@pytest.mark.parametrize("path", [SHIPPED, *MADE_UP], ids=lambda path: path.stem)
def test_all_plans_load_without_errors(path: Path) -> None:
    assert load_plan(path).errors == ()


def found(loaded: LoadedPlan, severity: str) -> dict[str, list[str | None]]:
    by_code: dict[str, list[str | None]] = {}
    for finding in loaded.findings:
        if finding.severity == severity:
            by_code.setdefault(finding.code, []).append(finding.milestone)
    return by_code


def test_the_documents_contradictions_are_found_and_no_others(shipped: LoadedPlan) -> None:
    assert found(shipped, "error") == {}
    assert found(shipped, "warning") == {
        "ordinal-mismatch": ["principals-agenda", "expert-meeting-documents"],
        "duration-mismatch": ["symposium"],
        "non-working-day": ["symposium", "migrants-day"],
        "straddles": ["handbook-presented", "emp-discussed", "press-statement"],
        "section-mismatch": [
            "gfmd-iv",
            "roundtable-begun",
            "roundtable-tasks",
            "roundtable-papers",
            "roundtable",
            "expert-meeting-documents",
            "expert-meeting",
        ],
    }


def test_what_a_correction_answers_is_noted_with_both_readings(shipped: LoadedPlan) -> None:
    notes = found(shipped, "note")
    assert notes.pop("undecided") == [
        "symposium",
        "hrc-briefing",
        "roundtable-accepted",
        "roundtable-tasks",
        "expert-meeting-focus",
        "sg-outreach",
    ]
    assert notes == {
        "wrong-year": ["handbook-published"],
        "order-conflict": ["handbook-published"],
    }
    (note,) = [f for f in shipped.findings if f.code == "wrong-year"]
    assert "by May 2009" in note.message
    assert "by May 2010" in note.message


def test_every_contradiction_the_check_finds_is_told_in_the_page_about_them(
    shipped: LoadedPlan,
) -> None:
    page = (ROOT / "docs" / "plan-2010.md").read_text(encoding="utf-8")
    codes = {"section-mismatch", "undecided"}  # told as one, by what they are about
    named = {f.milestone for f in shipped.findings if f.code not in codes}
    assert [name for name in sorted(filter(None, named)) if f"`{name}`" not in page] == []


def test_the_page_names_only_milestones_that_are_there(shipped: LoadedPlan) -> None:
    page = (ROOT / "docs" / "plan-2010.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z0-9-]+-[a-z0-9-]+)`", page)
    assert len(named) > 15
    assert [name for name in named if shipped.schedule.get(name) is None] == []


def test_the_made_up_groups_plan_shows_every_finding_that_is_no_error() -> None:
    counts = Counter(finding.code for finding in load_plan(MADE_UP[0]).findings)
    assert counts == {
        "wrong-year": 1,
        "ordinal-mismatch": 1,
        "date-mismatch": 1,
        "duration-mismatch": 1,
        "non-working-day": 2,
        "straddles": 1,
        "order-conflict": 1,
        "lead-too-short": 2,
        "section-mismatch": 1,
        "no-owner": 2,
        "chair-vacancy": 1,
        "undecided": 3,
    }


def test_in_a_year_from_july_to_june_a_date_without_a_year_falls_inside() -> None:
    academy = load_plan(MADE_UP[1])
    spans = {
        item.id: (item.window.earliest, item.window.latest)
        for item in academy.schedule.milestones
        if item.window
    }
    assert spans["curriculum-started"] == (date(2026, 7, 1), date(2026, 7, 1))
    assert spans["curriculum-draft"] == (date(2026, 10, 1), date(2026, 10, 10))
    assert spans["curriculum-senates"] == (date(2026, 12, 1), date(2027, 1, 31))
    assert spans["curriculum-endorsed"] == (date(2027, 2, 21), date(2027, 2, 28))
    assert spans["curriculum-published"] == (date(2026, 7, 1), date(2027, 4, 30))
    assert spans["exchange-fund"] == (date(2026, 7, 1), date(2027, 5, 14))
    assert spans["rectors-2"] == (date(2027, 5, 10), date(2027, 5, 25))
    assert spans["curriculum-closed"] == (date(2027, 6, 30), date(2027, 6, 30))
    assert [finding.code for finding in academy.findings] == ["undecided"]


# What dates of the document mean, worked out by hand with a calendar of 2010: the first and the
# last day, and the day it is due.
READ_AS = {
    "handbook-consulted": ("2010-01-01", "2010-02-20", "2010-02-19"),
    "handbook-circulated": ("2010-02-21", "2010-02-28", "2010-02-26"),
    "handbook-published": ("2010-01-01", "2010-05-31", "2010-05-31"),
    "symposium-concept-note": ("2010-01-01", "2010-01-10", "2010-01-08"),
    "principals-invited": ("2010-01-01", "2010-05-26", "2010-05-26"),
    "symposium": ("2010-05-27", "2010-06-01", "2010-06-01"),
    "symposium-outcomes-mexico": ("2010-06-02", None, None),
    "symposium-outcomes-gfmd": ("2010-01-01", "2010-10-31", "2010-10-29"),
    "emp-review": ("2010-01-01", "2010-04-30", "2010-04-30"),
    "emp-ec-invited": ("2010-01-01", "2010-02-07", "2010-02-05"),
    "emp-feedback": ("2010-02-21", "2010-02-28", "2010-02-26"),
    "emp-review-circulated": ("2010-05-01", "2010-05-31", "2010-05-31"),
    "emp-recommendations": ("2010-06-01", "2010-06-30", "2010-06-30"),
    "one-un-call": ("2010-03-01", "2010-03-31", "2010-03-31"),
    "one-un-decided": ("2010-04-01", "2010-05-31", "2010-05-31"),
    "principals-agenda": ("2010-01-01", "2010-08-31", "2010-08-31"),
    "principals-meeting": ("2010-09-13", "2010-09-17", "2010-09-17"),
    "expert-meeting": ("2010-10-06", "2010-10-06", "2010-10-06"),
    "fact-sheets-updated": ("2010-03-01", "2010-03-31", "2010-03-31"),
    "important-dates": ("2010-02-08", "2010-02-08", "2010-02-08"),
    "statement-clearance": ("2010-10-04", "2010-10-04", "2010-10-04"),
    "principals-statement": ("2010-11-01", "2010-11-30", "2010-11-30"),
    "migrants-day": ("2010-12-18", "2010-12-18", "2010-12-17"),
    "wl-2": ("2010-04-01", "2010-05-31", "2010-05-31"),
    "wl-4": ("2010-09-01", "2010-09-01", "2010-09-01"),
}


@pytest.mark.parametrize("name", READ_AS)
def test_the_documents_dates_are_read_as_a_reader_with_a_calendar_would(
    name: str, shipped: LoadedPlan
) -> None:
    item = shipped.schedule[name]
    assert item.window is not None
    days = (item.window.earliest, item.window.latest, item.due)
    assert tuple(day and day.isoformat() for day in days) == READ_AS[name]


def test_the_smallest_plan_of_the_page_about_plan_files_loads_without_findings(
    tmp_path: Path,
) -> None:
    page = (ROOT / "docs" / "plan-file.md").read_text(encoding="utf-8")
    example = page.split("## The smallest one")[1].split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "ours.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_sound_plan(path).findings == ()
