"""`gmg people`: who is kept behind which id, and how a name is forgotten."""

import asyncio
import json

import pytest

from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.people_records import Preferences
from coordination.records import OutboxItem, OutboxKind
from tests.bot.cli.kept import NAMES, keep


@pytest.fixture
def url(database_url):
    keep(database_url)
    return database_url


def state_of(url):
    found = []

    async def read(database):
        found.append(await database.load_state())
        found.append([await database.evidence(2), await database.history("person:UILO")])

    keep(url, read)
    return found[0], *found[1]


def listed(gmg, url):
    done = gmg("people", "--json", "--database", url)
    assert done.exit_code == 0, done.output
    return {row["user"]: row for row in json.loads(done.stdout)}


def test_everybody_kept_is_listed(gmg, url):
    found = listed(gmg, url)
    assert {user: row["name"] for user, row in found.items()} == NAMES
    assert found["UILO"] == {
        "user": "UILO",
        "name": "Jean Tremblay",
        "agency": "ilo",
        "role": "focal point",
        "zone": "Europe/Zurich",
        "active": True,
    }
    table = gmg("people", "list", "--database", url).stdout
    assert "Jean Tremblay" in table
    assert "UILO" in table


def test_forgetting_removes_the_name_everywhere_and_keeps_what_was_done(gmg, url):
    async def more(database):
        async with database.unit_of_work() as work:
            said = to_json(Message("Jean Tremblay is now focal point of ILO."))
            await work.outbox.add(OutboxItem(OutboxKind.DIRECT, "UOHCHR", said))
            (claimed,) = await work.outbox.claim("a", 30.0, 5)
            await work.outbox.sent(claimed, "a", None)
            await work.wishes.prefer(Preferences("UILO", muted=True))
            await work.wishes.prefer(Preferences("UUNICEF", deputy="UILO"))
            await work.commit()

    keep(url, more)
    before, _, _ = state_of(url)
    done = gmg("people", "forget", "UILO", "--database", url)
    assert done.exit_code == 0, done.output
    assert "shown as by a former focal point of ILO" in done.stdout
    assert "do not represent" in done.stdout
    assert listed(gmg, url)["UILO"] | {"agency": ""} == {
        "user": "UILO",
        "name": None,
        "agency": "",
        "role": "focal point",
        "zone": None,
        "active": False,
    }
    state, evidence, history = state_of(url)
    assert state.acts == before.acts
    assert state.preferences == (Preferences("UUNICEF"),)
    assert evidence[0].from_whom == "a former focal point of ILO, for the Director-General"
    assert [(e.verb, e.actor) for e in history] == [
        ("named", "UOHCHR"),
        ("name removed", "terminal"),
    ]
    assert history[-1].detail == {"agency": "ilo", "role": "focal point", "represented": True}
    for form in ("csv", "json"):
        assert "Tremblay" not in gmg("export", "--database", url, "--format", form).output
    assert gmg("export", "--database", url, "--verify").exit_code == 0
    again = gmg("people", "forget", "UILO", "--database", url)
    assert (again.exit_code, "before" in again.stdout) == (0, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_of_the_name_is_left_in_the_file(gmg, url):
    path = url.removeprefix("sqlite:///")
    with open(path, "rb") as file:
        assert b"Tremblay" in file.read()
    assert gmg("people", "forget", "UILO", "--database", url).exit_code == 0
    with open(path, "rb") as file:
        assert b"Tremblay" not in file.read()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_beside_a_running_bot_it_is_refused_in_a_line_that_names_it(gmg, url):
    outputs = []

    async def beside(database):
        outputs.append(await asyncio.to_thread(gmg, "people", "forget", "UILO", "--database", url))
        outputs.append(await asyncio.to_thread(gmg, "people", "--database", url))

    keep(url, beside)
    refused, read = outputs
    assert refused.exit_code == 1
    (line,) = refused.output.splitlines()
    assert "in use by another gmg process (process " in line
    assert "stop it first" in line
    assert read.exit_code == 0
    assert listed(gmg, url)["UILO"]["name"] == "Jean Tremblay"


BAD = {
    "nobody named": (["forget"], "Whom?"),
    "an unknown id": (["forget", "U404"], "Nobody with the id U404"),
    "a list of one": (["list", "UILO"], "gmg people forget USER"),
    "no database": (["list", "--database", "sqlite:///nowhere.db"], "no database at nowhere.db"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_bad_usage_is_told_in_a_line(gmg, url, name):
    arguments, told = BAD[name]
    if "--database" not in arguments:
        arguments = [*arguments, "--database", url]
    done = gmg("people", *arguments)
    assert done.exit_code == 2
    (line,) = done.output.splitlines()
    assert told in line
