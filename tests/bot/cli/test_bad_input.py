"""Whatever somebody gives `gmg`: one line that says what is wrong and what to do, no traceback."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

GMG = Path(sys.executable).parent / "gmg"
ROOT = Path(__file__).parents[3]
SOUND = """\
plan: {name: P, group: G, year: 2010, timezone: Europe/Zurich}
agencies:
  - {id: undp, short: UNDP, name: United}
  - {id: ilo, short: ILO, name: Labour}
chair: [{agency: undp, from: 2010-01-01, until: 2010-12-31}]
outputs:
  - id: out
    title: Out
    owners: [chair]
    milestones:
      - {id: one, title: One, kind: task, when: end of May}
      - {id: two, title: Two, kind: publication, when: after one}
"""


def changed(old, new):
    assert old in SOUND
    return SOUND.replace(old, new, 1).encode()


# The file, where in it the line points, what it says, the exit code.
BAD = {
    "a bad phrase": (changed("end of May", "31 February"), "11:49", "28 February", 1),
    "an unknown agency": (changed("[chair]", "[undpp]"), "9:14", "did you mean 'undp'?", 1),
    "a duplicate id": (changed("id: two", "id: one"), "12:14", "rename one of them", 2),
    "a duplicate key": (
        changed("title: Two", "title: Two, title: Too"),
        "12:31",
        "keep one of them",
        2,
    ),
    "a cycle": (changed("end of May", "before two"), "11:49", "a date of its own", 1),
    "a wrong type": (changed("[{agency", "soon #"), "5:8", "write a list", 2),
    "an empty file": (b"", "1:1", "start it with `plan:`", 2),
    "a binary file": (bytes(range(256)) * 40, "1:1", "a plan file is text", 2),
    "10 MB": (b"# " + b"x" * 10_000_000, "1:1", "is it the right one?", 2),
}
VERBS = (
    ("next", "--on", "2010-01-04"),
    ("next", "--json"),
    ("plan",),
    ("plan", "--json"),
    ("show", "one"),
    ("check",),
    ("rehearse",),
    ("serve",),
    ("demo", "--no-browser", "--port", "0"),
)
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-hidden", "SLACK_APP_TOKEN": "xapp-1-hidden"}


@pytest.fixture
def bad(request, tmp_path):
    """A bad plan file and what is to be said of it."""
    content, *said = BAD[request.param]
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    return path, *said


each_bad = pytest.mark.parametrize("bad", BAD, indirect=True)


def is_told(output, path, place, cure):
    lines = [line for line in output.splitlines() if str(path) in line]
    assert len(lines) == 1, output
    assert f"{path}:{place}: " in lines[0], lines
    assert cure in lines[0]


@each_bad
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_bad_plan_is_told_in_one_line_with_its_place_and_cure(gmg, bad, verb):
    path, place, cure, code = bad
    done = gmg(*verb, "--plan", path, **TOKENS)
    assert done.exit_code == code
    if verb == ("check",) and code == 1:  # there it is a finding
        is_told(done.stdout, path, place, cure)
        return
    is_told(done.stderr, path, place, cure)
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_the_doctors_cure_for_a_database_in_use_is_no_other_setting(gmg, tmp_path):
    url = f"sqlite:///{tmp_path / 'gmg.db'}"
    assert gmg("migrate", GMG_DATABASE_URL=url).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "gmg.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told = gmg("doctor", GMG_DATABASE_URL=url)
    assert told.exit_code == 1
    assert "cannot be used: locked.\n      see that it can be reached and written to" in told.stdout
    wrong = gmg("doctor", GMG_DATABASE_URL="gmg.db").stdout
    assert "(a server).\n      set GMG_DATABASE_URL\n" in wrong


@each_bad
def test_a_bad_plan_of_the_environment_and_in_the_doctors_eyes(gmg, bad):
    path, place, cure, code = bad
    is_told(gmg("plan", GMG_PLAN=str(path)).stderr, path, place, cure)
    done = gmg("doctor", GMG_PLAN=str(path))
    assert done.exit_code == 1
    is_told(done.stdout, path, place, cure)
    found = gmg("check", "--json", "--plan", path)
    assert found.exit_code == code
    if code == 1:
        (error,) = [f for f in json.loads(found.stdout) if f["severity"] == "error"]
        assert f"{error['line']}:" in place and cure in error["message"]


def test_several_problems_are_several_lines(gmg, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(changed("end of May", "31 February").replace(b"after one", b"after ones"))
    lines = gmg("next", "--plan", path).stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == ["11", "12"]


@pytest.mark.parametrize("name", ["a bad phrase", "a binary file", "10 MB"])
def test_the_real_command_ends_with_the_line_and_the_code(tmp_path, name):
    content, place, cure, code = BAD[name]
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    done = subprocess.run(
        [GMG, "next", "--plan", path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, "")
    is_told(done.stderr, path, place, cure)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_without_typographic_signs_gets_plain_ones_and_exact_json(tmp_path, encoding):
    def run(*arguments):
        done = subprocess.run(
            [GMG, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "80"},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode(encoding)

    assert '"27-28 May or 30 May-1 June 2010"' in run("show", "symposium")
    profiles = json.loads(run("show", "one-un-call", "--json"))
    assert (
        profiles["title"] == "Conference call with interested agencies on a “One UN” working group"
    )


def test_a_reader_that_goes_away_gets_no_traceback():
    done = subprocess.run(
        f"{GMG} plan --json | head -1",
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[\n", "")


# What is set wrong, and what the one line says.
WRONG = {
    "no token": ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
    "no token at all": ({"SLACK_BOT_TOKEN": "x"}, "SLACK_BOT_TOKEN is not a bot token"),
    "an app token that is none": ({"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not an app"),
    "neither way in": ({"SLACK_APP_TOKEN": ""}, "set SLACK_APP_TOKEN"),
    "an address that is none": ({"SLACK_API_URL": "ftp://x"}, "SLACK_API_URL: is not a web"),
    "another database": ({"GMG_DATABASE_URL": "mysql://u:hidden@h/x"}, "GMG_DATABASE_URL must"),
    "a folder for a file": ({"GMG_DATABASE_URL": "sqlite:///."}, "GMG_DATABASE_URL"),
    "no database": ({"GMG_DATABASE_URL": "sqlite:///rubbish"}, "that GMG_DATABASE_URL names"),
    "a file that cannot be": ({"GMG_DATABASE_URL": "sqlite:////proc/x/y.db"}, "GMG_DATABASE_URL"),
    "a server that is away": (
        {"GMG_DATABASE_URL": "postgresql://u:hidden@127.0.0.1:9/x"},
        "that GMG_DATABASE_URL names",
    ),
    "no plan": ({"GMG_PLAN": "none.yaml"}, "none.yaml:1:1: there is no such file"),
    "no instant": ({"GMG_CLOCK": "soon"}, "GMG_CLOCK: is not an ISO instant"),
    "an instant without offset": ({"GMG_CLOCK": "2010-01-04T08:00"}, "GMG_CLOCK: needs an offset"),
    "a clock that runs back": ({"GMG_CLOCK_SPEED": "-1"}, "GMG_CLOCK_SPEED: "),
    "a port that is none": ({"PORT": "x"}, "PORT: is not a whole number"),
    "a port too high": ({"PORT": "70000"}, "PORT: "),
    "no user": ({"GMG_SECRETARIAT": "U1,me!"}, "GMG_SECRETARIAT: "),
    "a channel by name": ({"GMG_CHANNEL": "#general"}, "GMG_CHANNEL: is not a channel id"),
    "another by name": ({"GMG_CLEARANCE_CHANNEL": "gmg"}, "GMG_CLEARANCE_CHANNEL: is not a"),
    "no command": ({"GMG_COMMAND": "gmg"}, "GMG_COMMAND: "),
    "another form": ({"GMG_LOG_FORMAT": "xml"}, "GMG_LOG_FORMAT: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_ends_the_start_with_one_line_that_names_it(gmg, tmp_path, name):
    settings, says = WRONG[name]
    (tmp_path / "rubbish").write_bytes(b"no database at all" * 1000)
    usual = {**TOKENS, "SLACK_API_URL": "http://127.0.0.1:9/api/", "PORT": "0"}
    done = gmg("serve", **usual | settings)
    assert done.exit_code in (1, 2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "hidden" not in done.output


def test_a_token_that_is_missing_is_a_wrong_setting(gmg):
    done = gmg("serve", PORT="0")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "SLACK_BOT_TOKEN is not set; copy" in done.stderr


def test_a_port_that_is_taken_is_told_in_plain_words(gmg):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = gmg("demo", "--no-browser", "--port", port)
    assert done.stderr == f"--port {port}: address already in use; choose another\n"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api/", "http://nobody.invalid/api/"])
def test_a_slack_that_cannot_be_reached_ends_the_start_with_one_line(gmg, url):
    done = gmg("serve", **TOKENS, SLACK_API_URL=url, PORT="0")
    assert done.exit_code == 1
    assert "check SLACK_API_URL or the network" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("verb", ["migrate", "next", "rehearse"])
def test_a_database_that_cannot_be_used_is_named_by_every_verb(gmg, tmp_path, verb):
    (tmp_path / "rubbish").write_bytes(b"no database at all" * 1000)
    for url in ("sqlite:///rubbish", "postgresql://u:hidden@127.0.0.1:9/x", "nonsense"):
        done = gmg(verb, GMG_DATABASE_URL=url)
        assert done.exit_code in (1, 2)
        assert done.stderr.count("GMG_DATABASE_URL") == 1, done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == "" and "hidden" not in done.stderr


def test_a_file_that_the_demo_cannot_keep_is_named_by_its_option(gmg):
    done = gmg("demo", "--no-browser", "--port", "0", "--keep", "/proc/none/x.db")
    assert done.exit_code == 1
    assert "--keep" in done.stderr and "GMG_DATABASE_URL" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("next", "--nope"), "No such option: --nope"),
        (("next", "-n", "0"), "--number"),
        (("next", "-n", "x"), "--number"),
        (("next", "--on", "soon"), "write it like 2010-01-04"),
        (("next", "--on", ""), "write it like 2010-01-04"),
        (("rehearse", "--from", "2010-02-30"), "--from: '2010-02-30' is not a day"),
        (("show",), "Missing argument"),
        (("show", ""), "`gmg plan` lists them all"),
        (("show", "zzzz"), "`gmg plan` lists them all"),
        (("show", "x" * 4000), "`gmg plan` lists them all"),
        (("show", "handbook"), "did you mean"),
        (("demo", "--port", "99999"), "--port"),
        (("manifest", "--url", "ftp://bot"), "write it like https://bot.example.org"),
        (("manifest", "--url", "bot example"), "write it like https://bot.example.org"),
        (("next", "extra"), "unexpected extra argument"),
    ],
)
def test_bad_usage_is_told_and_exits_2(gmg, arguments, says):
    done = gmg(*arguments)
    assert done.exit_code == 2
    assert says in re.sub(r"[\s│]+", " ", done.stderr)
    assert done.stdout == ""
    assert max(map(len, done.stderr.splitlines())) < 400
