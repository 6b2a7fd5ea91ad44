"""A year replayed: 2010 through the real bot and the sandbox, compared with a readable transcript.

To write it anew after a change that is meant, set GMG_WRITE_TRANSCRIPT=1.
"""

import os
import re
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.cli.demo_people import CHANNEL
from tests.coordination.proved import require_proof
from tests.e2e.group import group_at_work
from tests.e2e.year_2010 import live

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

TRANSCRIPT = Path(__file__).with_name("year-2010.txt")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(tmp_path_factory):
    async with group_at_work(tmp_path_factory.mktemp("year")) as group:
        await live(group)
        yield group


def told(group):
    """(moment, audience, message) of all the bot told, in order of moment and audience."""
    rows = []
    for channel in group.server.workspace.channels.values():
        person = group.server.workspace.people.get(channel.im_with or "")
        audience = f"to {person.real_name}, {person.title}" if person else f"#{channel.name}"
        rows += [(m.shown_at, audience, m) for m in group.posted(channel.id)]
    return sorted(rows, key=lambda r: (r[0], r[1], r[2].ts))


HEAD = """\
The year 2010 as the bot told it: moment in Geneva, audience, text. What people did in
between stands in year_2010.py and year_clearances.py. A message that changes, as that of a
circulation, or a question once it is answered, stands as it was at the end. What several people
were told at one moment in the same words stands once; THEIRS is each one's agency then.
"""


def transcript(group):
    once = {}
    for moment, audience, message in told(group):
        local = moment.astimezone(group.zone)
        when = f"{local:%a} {local.day} {local:%B %H:%M}"
        thread = " (in the thread)" if message.is_reply else ""
        words = [message.text] if message.text else []
        words += [f"[file] {group.server.files.get(id).name}" for id in message.files]
        text, agency = "\n".join(words), audience.rpartition(", ")[2]
        shared = re.sub(rf"\b{re.escape(agency)}\b", "THEIRS", text)
        direct = audience.startswith("to ")
        same = (when, shared) if direct else (when, message.ts)
        once.setdefault(same, []).append((f"{audience}{thread}", text, shared))
    out = [HEAD]
    for (when, _), rows in once.items():
        audiences, texts, shared = zip(*rows, strict=True)
        out.append(f"{when}  {audiences[0]}")
        out += [f"{' ' * len(when)}  {audience}" for audience in audiences[1:]]
        out += [f"    {line}" for line in (texts if len(rows) == 1 else shared)[0].splitlines()]
        out.append("")
    text = "\n".join(out).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    # An address of this run has the port and the real moment in it.
    return re.sub(r"http://127\.0\.0\.1:\d+/\S+?(?=\))", "its address", text)


async def test_the_year_is_told_as_the_transcript_says(year):
    now = transcript(year)
    if os.environ.get("GMG_WRITE_TRANSCRIPT"):
        TRANSCRIPT.write_text(now, encoding="utf-8")
    assert now == TRANSCRIPT.read_text(encoding="utf-8")


def scheduled(group, message):
    """Whether the calendar caused it, rather than somebody's act."""
    return any("|" in key for key in group.keys(message))


async def test_the_year_keeps_the_noise_budget(year):
    days = Counter(
        m.shown_at.astimezone(year.zone).date() for m in year.posted(CHANNEL) if scheduled(year, m)
    )
    assert days, "nothing was posted at all"
    assert sum(days.values()) / 12 <= 10
    assert max(days.values()) <= 2
    for channel in year.server.workspace.channels.values():
        if channel.im_with:
            person = year.server.workspace.people[channel.im_with]
            briefs = Counter(
                m.shown_at.astimezone(ZoneInfo(person.tz)).date()
                for m in year.posted(channel.id)
                if scheduled(year, m)
            )
            assert max(briefs.values(), default=0) <= 1, person.real_name
            assert all(day.weekday() < 5 for day in briefs), person.real_name


async def test_every_reminder_of_the_year_is_told_once_or_listed_with_its_reason(year):
    keys = Counter(k for _, _, m in told(year) for k in year.keys(m) if "|" in k)
    assert max(keys.values()) == 1
    async with year.demo.bot.storage.unit_of_work() as uow:
        rows = await uow.ledger.all()
    now = year.demo.clock.now()
    for row in rows:
        if row.due_at > now:
            continue
        if row.state == "posted":
            assert row.key in keys
        else:
            assert row.reason, (row.key, row.state)
            assert row.key not in keys
    assert {r.key for r in rows if r.state == "posted"} == set(keys)


async def test_the_journal_of_the_year_proves_every_answer_and_names_nobody(year):
    names = [p.real_name for p in year.server.workspace.people.values()]
    url = year.demo.bot.settings.database_url
    check = await require_proof(url, names, all_acts=True)
    assert len(check.named) > 20
    assert len([s for s in check.heads if s.startswith("circulation:")]) > 2
