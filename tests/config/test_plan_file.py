"""A plan file is read whole, or refused with every problem at its line and column."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.plan_file import PlanFileError, load_plan, load_sound_plan, plan_schema
from workplan.plan import Plan

SOUND = """\
plan:
  name: P
  group: G
  year: 2027
  timezone: Europe/Zurich
agencies:
  - {id: undp, short: UNDP, name: United}
  - {id: ilo, short: ILO, name: Labour}
chair:
  - {agency: undp, from: 2027-01-01, until: 2027-12-31}
outputs:
  - id: out
    title: Out
    owners: [chair]
    milestones:
      - id: one
        title: One
        kind: task
        when: end of May
      - id: two
        title: Two
        kind: publication
        when: after one
"""


@pytest.fixture
def told(tmp_path):
    """The exit code and the lines, without the file's name, that a content is refused with."""

    def refuse(content):
        path = tmp_path / "plan.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(PlanFileError) as refused:
            load_sound_plan(path)
        error = refused.value
        assert all(line.startswith(f"{path}:") and "\n" not in line for line in error.lines)
        return error.exit_code, [line.removeprefix(f"{path}:") for line in error.lines]

    return refuse


def changed(*pairs):
    text = SOUND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_sound_plan_loads_with_its_dates_places_and_digest(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(SOUND)
    loaded = load_sound_plan(path)
    assert loaded.schedule["one"].due == date(2027, 5, 31)
    assert loaded.places.of(("outputs", 0, "milestones", 1, "when")) == (23, 15)
    assert loaded.errors == loaded.findings == ()
    assert len(loaded.digest) == 64
    path.write_text(SOUND + "# changed\n")
    assert load_plan(path).digest != loaded.digest


def test_a_day_reads_the_same_with_and_without_quotes(tmp_path):
    path = tmp_path / "plan.yaml"
    for written in ("2027-02-08", '"2027-02-08"'):
        path.write_text(changed(("end of May", written)))
        assert load_plan(path).schedule["one"].due == date(2027, 2, 8)


# What cannot hold: the plan is read, its errors are findings, exit 1.
UNSOUND = {
    "a bad phrase": (
        [("end of May", "31 February")],
        "19:15: '31 February' cannot be read as a date: February 2027 has 28 days; "
        "the nearest readable form is '28 February'",
    ),
    "an unknown milestone": (
        [("after one", "after ones")],
        "23:15: 'ones' is not a milestone of this plan; did you mean 'one'?",
    ),
    "an unknown agency": (
        [("[chair]", "[chair, undpp]")],
        "14:21: 'undpp' is not an agency of this plan; did you mean 'undp'?",
    ),
    "a cycle": (
        [("end of May", "before two")],
        "19:15: the dates of 'one' → 'two' → 'one' are tied in a circle; "
        "give one of them a date of its own",
    ),
    "two chairs": (
        [("outputs:", "  - {agency: ilo, from: 2027-12-31, until: 2028-01-01}\noutputs:")],
        "11:25: the term of 'ilo' from 2027-12-31 overlaps that of 'undp' until 2027-12-31; "
        "end one before the other begins",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_cannot_hold_is_told_in_one_line_and_is_a_finding(name, told, tmp_path):
    pairs, line = UNSOUND[name]
    assert told(changed(*pairs)) == (1, [line])
    loaded = load_plan(tmp_path / "plan.yaml")
    (error,) = [f for f in loaded.findings if f.severity == "error"]
    assert f"{error.line}:{error.column}: {error.message}" == line
    assert loaded.errors == (error,)


# What is no plan: exit 2.
UNREAD = {
    "a reaction for an unknown position": (
        [("outputs:", "clearance: {reactions: {clearred: [eyes]}}\noutputs:")],
        "11:25: the key 'clearred' cannot stand here; did you mean 'cleared'?",
    ),
    "a reaction with colons": (
        [("outputs:", "clearance: {reactions: {cleared: [':eyes:']}}\noutputs:")],
        "11:35: ':eyes:' is no emoji's name; write it without colons, such as white_check_mark",
    ),
    "an unknown key": (
        [("when: end", "wen: end")],
        "19:9: unknown key 'wen'; did you mean 'when'?",
    ),
    "a missing key": ([("short: ILO, ", "")], "8:5: the key 'short' is missing; add it"),
    "a key given twice": (
        [("        title: One", "        title: One\n        title: Again")],
        "18:9: the key 'title' is given twice; keep one of them",
    ),
    "an id given twice": (
        [("id: two", "id: one")],
        "20:13: two milestones have the id 'one'; rename one of them",
    ),
    "an agency given twice": (
        [("id: ilo", "id: undp")],
        "8:10: two agencies have the id 'undp'; rename one of them",
    ),
    "an id that reads as a date": (
        [("id: two", "id: may")],
        "20:13: the id 'may' could be read as a date; choose another one",
    ),
    "an agency called chair": (
        [("id: ilo", "id: chair")],
        "8:10: 'chair' cannot be an agency's id; choose another one",
    ),
    "a bad id": (
        [("id: two", "id: Two!")],
        "20:13: 'Two!' is not an id; use small letters, digits and hyphens, such as wl-1",
    ),
    "a wrong kind": (
        [("kind: publication", "kind: publicaton")],
        "22:15: 'publicaton' is not one of the words that can stand here; "
        "did you mean 'publication'?",
    ),
    "a number for text": (
        [("title: Two", "title: 2")],
        "21:16: 2 is not text; write text, in quotes where it looks like a number or a date",
    ),
    "a word for a list": (
        [("agencies:", "agencies: none\nspare:")],
        "6:11: 'none' is not a list; write a list, such as [undp, ilo]",
    ),
    "a number for a day": (
        [("from: 2027-01-01", "from: 2027")],
        "10:26: 2027 is not a day; write it like 2010-02-08",
    ),
    "a day that does not exist": (
        [("2027-12-31", "2027-02-30")],
        "10:45: '2027-02-30' is not a day; write it like 2010-02-08",
    ),
    "an unknown zone": (
        [("Europe/Zurich", "Mars/Olympus")],
        "5:13: 'Mars/Olympus' is not a time zone; use an IANA name such as Europe/Zurich",
    ),
    "an unknown country": (
        [("agencies:", "calendar: {countries: [CH, XX]}\nagencies:")],
        "6:28: 'XX' is not a country of the holidays package; "
        "use a code such as CH, or with its subdivision such as CH-GE",
    ),
    "a length without unit": (
        [("kind: task", "kind: circulation\n        asks: {within: 10}")],
        "19:24: 10 is not a length; write it like 10wd, 30d or 2w",
    ),
    "what needs no circulation": (
        [("when: after one", "when: June\n        needs: one")],
        "24:16: 'one' is not a circulation, so it cannot be cleared; use `after`",
    ),
    "nothing after a key": (
        [("title: Two", "title:")],
        "21:9: nothing is written here; fill it in, or leave the key out",
    ),
    "a tag": (
        [("name: P", "name: !!python/object/apply:os.system [x]")],
        "2:9: the tag '!!python/object/apply:os.system' is not used in a plan file; take it out",
    ),
    "an anchor": (
        [("name: P", "name: &p P"), ("group: G", "group: *p")],
        "2:9: anchors and aliases (& and *) are not used in a plan file; write it out",
    ),
    "a plan of another millennium": (
        [("year: 2027", "from: 9999-01-01\n  until: 9999-12-31")],
        "2:3: a plan lies between the years 1900 and 2200",
    ),
    "a day off that is none": (
        [("agencies:", "calendar: {holidays: {soon: Feast}}\nagencies:")],
        "6:23: the key 'soon' cannot stand here; write it like 2010-02-08",
    ),
    "a list as key": (
        [("title: One", "? [a, b]\n        : c")],
        "17:11: a key must be one word; check the indentation",
    ),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_no_plan_is_told_in_one_line(name, told):
    pairs, line = UNREAD[name]
    code, lines = told(changed(*pairs))
    assert code == 2
    assert line in lines


def test_all_problems_come_at_once_in_line_order(told):
    code, lines = told(
        changed(
            ("timezone: Europe/Zurich", "timezone: Mars"),
            ("title: Out", "titel: Out"),
            ("kind: task", "kind: tusk"),
            ("title: Two", "title: [a]"),
        )
    )
    assert code == 2
    assert [int(line.split(":")[0]) for line in lines] == [5, 12, 13, 18, 21]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "1:1: the file is empty; start it with `plan:`"),
        (b"# only a comment\n", "1:1: the file is empty; start it with `plan:`"),
        (b"---\n", "1:1: "),
        (b"PK\x03\x04\x00\x00", "1:5: this is a binary file; a plan file is text (YAML)"),
        (b"plan:\n  name: caf\xe9\n", "2:12: the byte 0xE9 is not UTF-8; save the file as UTF-8"),
        (b"plan:\n  name: a\x07b\n", "2:10: the character U+0007 cannot stand in a plan file"),
        (b"#" * 10_000_000, "1:1: the file has 10,000,000 bytes, a plan at most 1,000,000"),
        (b"- a\n- b\n", "1:1: this is not a plan: it has no keys; start it with `plan:`"),
        (b"hello", "1:1: this is not a plan: it has no keys; start it with `plan:`"),
        (b"plan:\n\tname: P\n", "2:1: not YAML: found character '\\t' that cannot start any token"),
        (b"plan: [a, b\n", "2:1: not YAML: "),
        (b"plan:\n  name: a: b\n", "2:10: not YAML: mapping values are not allowed here"),
        (b"plan: {}\n---\nplan: {}\n", "2:1: not YAML: "),
        (b"plan: *nowhere\n", "1:7: not YAML: found undefined alias"),
        (b"[" * 100_000, "1:1: nested too deeply"),
        (b"a: " + b"{a: " * 40 + b"1" + b"}" * 40, "1:84: nested too deeply"),
        (
            b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
            "1:4: anchors and aliases",
        ),
        (b"a: &a [*a]\n", "1:4: anchors and aliases"),
        (b"%YAML 9.9\n---\na: b\n", "1:1: "),
    ],
)
def test_a_file_that_is_no_plan_at_all_is_refused_in_one_line(content, line, told):
    code, lines = told(content)
    assert code == 2
    assert any(each.startswith(line) for each in lines)


def test_a_file_that_is_not_there_or_not_a_file_is_refused(tmp_path):
    for path, says in (
        (tmp_path / "none.yaml", "no such file"),
        (tmp_path, "folder"),
        (Path("/dev/zero"), "not a file"),
        (tmp_path / ("x" * 5000), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(PlanFileError, match=says) as refused:
            load_plan(path)
        assert refused.value.exit_code == 2
        assert len(refused.value.lines) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert load_sound_plan(path).schedule["one"].due == date(2027, 5, 31)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.integers(0, len(SOUND)),
    st.integers(0, 12),
    st.text("abz019:-{}[]&*!#'\"\t\n ,|>%@é\x00", max_size=6),
)
def test_no_damage_to_a_file_ends_in_anything_but_lines(tmp_path, place, length, put):
    path = tmp_path / "plan.yaml"
    path.write_text(SOUND[:place] + put + SOUND[place + length :], encoding="utf-8")
    lines = ()
    try:
        assert load_plan(path).findings is not None
    except PlanFileError as error:
        lines = error.lines or ("",)
    assert all(line and "\n" not in line for line in lines)


def test_the_schema_describes_the_keys_as_the_file_writes_them():
    schema = plan_schema()
    json.dumps(schema)
    assert set(schema["required"]) == {"plan", "agencies", "outputs"}
    assert {"from", "until"} <= set(schema["$defs"]["Agency"]["properties"])
    assert "for" in schema["$defs"]["Asks"]["properties"]
    assert schema["$defs"]["Milestone"]["additionalProperties"] is False
    assert set(Plan.model_fields) == set(schema["properties"])
