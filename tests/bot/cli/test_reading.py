"""What the verbs that read the plan print: tables at 80 columns without colour, and JSON."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "config" / "plans" / "gmg-2010.yaml"
OTHERS = (
    ROOT / "tests" / "plans" / "harbour-2027.yaml",
    ROOT / "tests" / "plans" / "academy-2026-27.yaml",
)
KEYS = frozenset(
    ("id", "output", "title", "kind", "phrase", "corrected", "source", "section", "certainty",
     "earliest", "latest", "occupied", "alternatives", "expected", "due", "duration", "owners",
     "pending", "edtf")
)  # fmt: skip


def printed(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("plan", [SHIPPED, *OTHERS], ids=lambda p: p.stem)
@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize(
    "verb", [("next",), ("plan",), ("show",), ("check",), ("rehearse",)], ids=lambda v: v[0]
)
def test_tables_stay_within_the_terminal_and_need_no_colour(gmg, verb, plan, columns):
    listed = printed(gmg("plan", "--json", "--plan", plan))
    arguments = {
        "next": ["--on", min(m["earliest"] for m in listed if m["earliest"])],
        "show": [listed[0]["id"]],
    }.get(verb[0], [])
    done = gmg(*verb, *arguments, "--plan", plan, COLUMNS=columns)
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    if verb[0] != "check":  # its lines are FILE:LINE:COLUMN, for editors to follow
        assert max(map(len, done.stdout.splitlines())) <= int(columns)


def test_every_json_milestone_has_the_keys_and_days_as_text(gmg):
    listed = printed(gmg("plan", "--json"))
    shown = printed(gmg("show", "symposium", "--json"))
    coming = printed(gmg("next", "--json", "-n", "100", "--on", "2010-01-04"))
    assert all(set(m) >= KEYS for m in (*listed, shown, *coming))
    assert shown in listed
    assert shown["alternatives"] == [["2010-05-27", "2010-05-28"], ["2010-05-30", "2010-06-01"]]
    assert shown["edtf"] == ["2010-05-27/2010-05-28", "2010-05-30/2010-06-01"]
    for item in coming:
        ahead = date.fromisoformat(item["expected"]) - date(2010, 1, 4)
        assert item["days_left"] == ahead.days
        assert item["due"] >= "2010-01-04"
    assert [m["expected"] for m in coming] == sorted(m["expected"] for m in coming)


def test_words_read_otherwise_than_written_show_both(gmg):
    done = gmg("plan", COLUMNS="200")
    assert "“by May 2009”, read as “by May 2010”" in done.stdout


def test_a_day_with_nothing_more_to_come_says_so(gmg):
    done = gmg("next", "--on", "2010-12-31")
    assert done.exit_code == 0
    assert done.stdout.startswith("Nothing with a date is still to come.")
    assert "milestones are past the planned date" in done.stdout
    assert printed(gmg("next", "--on", "2010-12-31", "--json")) == []


def test_after_the_plans_year_it_says_that_it_is_over_and_how_to_ask(gmg):
    done = gmg("next", "--on", "2011-02-01")
    assert "GMG Work Plan 2010 is over" in done.stdout
    assert "gmg next --on 2010-01-01" in done.stdout


def test_findings_as_json_have_code_severity_milestone_line_and_message(gmg):
    found = printed(gmg("check", "--json"))
    assert all(set(f) == {"code", "severity", "milestone", "line", "message"} for f in found)
    assert gmg("check").exit_code == 0
    assert gmg("check", "--strict").exit_code == 1


def test_a_rehearsal_is_in_time_order_and_keeps_a_messages_items_together(gmg):
    rows = printed(gmg("rehearse", "--json"))
    keys = {"at", "kind", "milestone", "step", "audience", "text"}
    assert all(set(r) == keys for r in rows)
    moments = [datetime.fromisoformat(r["at"]) for r in rows]
    assert moments == sorted(moments)
    assert all(m.tzinfo for m in moments)
    messages = [(r["at"], r["audience"]) for r in rows]
    starts = [m for m, before in zip(messages, [None, *messages], strict=False) if m != before]
    assert max(Counter(starts).values()) == 1
    part = printed(gmg("rehearse", "--json", "--from", "2010-02-01", "--to", "2010-02-28"))
    assert part == [r for r in rows if "2010-02-01" <= r["at"][:10] <= "2010-02-28"]


def test_a_rehearsal_ends_with_a_summary_by_month(gmg):
    lines = gmg("rehearse").stdout.splitlines()
    head = next(n for n, text in enumerate(lines) if text.startswith("Month"))
    assert lines[head].split() == ["Month", "Channel", "Briefs"]
    assert lines[-1].startswith("Total")
    channel = [int(text.split()[1]) for text in lines[head + 1 : -1]]
    assert sum(channel) == int(lines[-1].split()[1])
