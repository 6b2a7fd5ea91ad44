"""Whatever stands in a plan file, the terminal shows it and obeys none of it."""

import json

import pytest

HOSTILE = r"\e[2J\e]0;title\a \u202Eback \u0085 [bold]x[/bold] [link=https://e.org]y[/link] =1+1 %s"
PLAN = f"""\
plan: {{name: "Plan {HOSTILE}", group: "G {HOSTILE}", year: 2010, timezone: Europe/Zurich}}
agencies:
  - {{id: undp, short: "U \\e[1m \\u202E", name: "N {HOSTILE}"}}
  - {{id: ilo, short: ILO, name: ILO}}
chair: [{{agency: undp, from: 2010-01-01, until: 2010-12-31}}]
outputs:
  - id: out
    title: "Texts {HOSTILE}"
    owners: [undp]
    milestones:
      - id: first
        title: "First {HOSTILE}"
        kind: meeting
        when: 10 January 2010
        source: "By May 2009 {HOSTILE}"
        venue: "{HOSTILE}"
      - {{id: second, title: "Second {HOSTILE}", kind: task, pending: "when {HOSTILE}", when: June}}
"""
OBEYED = ("\x1b", "\x07", "\x85", "\u202e")


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "verb",
    [
        ("next", "--on", "2010-01-05"),
        ("next", "--on", "2011-01-05"),
        ("plan",),
        ("show", "first"),
        ("show", "second"),
        ("show", "third"),
        ("check",),
        ("rehearse",),
    ],
    ids=" ".join,
)
def test_nothing_of_it_is_obeyed_and_its_words_are_shown(gmg, plan, verb):
    done = gmg(*verb, "--plan", plan)
    assert done.output.strip()
    assert not [sign for sign in OBEYED if sign in done.output]
    if verb[0] in ("plan", "show", "rehearse") and verb[-1] != "third":
        assert "[U+202E]back" in " ".join(done.output.split())
        assert "[bold]x[/bold]" in " ".join(done.output.split())


def test_an_error_that_quotes_it_is_one_harmless_line(gmg, plan):
    plan.write_text(PLAN.replace("when: June", f'when: "soon {HOSTILE}"'), encoding="utf-8")
    done = gmg("check", "--plan", plan)
    assert done.exit_code != 0
    assert not [sign for sign in OBEYED if sign in done.output]
    assert "u202e" in done.output.lower()


def test_as_json_it_is_whole(gmg, plan):
    listed = json.loads(gmg("plan", "--json", "--plan", plan).stdout)
    assert listed[0]["title"].startswith("First \x1b[2J")
