"""Answers by e-mail of more agencies than one form takes, end to end through the sandbox."""

import pytest

from bot.cli.demo_people import CHANNEL
from tests.e2e.group import group_at_work, user_of

ITEM = "handbook-circulated"
EML = b"From: the head's office\r\n\r\nWe clear the text.\r\n"


@pytest.fixture
async def group(tmp_path):
    async with group_at_work(tmp_path) as made:
        yield made


async def test_seven_agencies_answers_are_recorded_in_two_forms(group):
    people, user = group.server.people, user_of("secretariat")
    await group.act("undp", f"circulate {ITEM} https://example.org/h.pdf", "Circulate")
    outcome = await people.command(user, CHANNEL, f"/gmg record {ITEM}")
    assert outcome.error is None
    chosen = ["ilo", "iom", "unctad", "undesa", "unesco", "unfpa", "unicef"]
    asked = {
        o["value"]
        for b in people.form(user).blocks
        if b["type"] == "input"
        for o in b["element"]["options"]
    }
    chosen = [a for a in chosen if a in asked]
    assert len(chosen) == 7
    outcome = await people.submit(user, {"agencies": chosen})
    assert outcome.answered and not outcome.errors, outcome

    shown = people.form(user)
    assert len(shown.blocks) <= 100
    assert "1 agency follows on the next one" in str(shown.blocks)
    first = [f["element"]["action_id"] for f in shown.blocks if f["type"] == "input"]
    agencies = [name.partition(":")[2] for name in first if name.startswith("position:")]
    assert len(agencies) == 6
    file = people.upload(user, "answer.eml", EML)
    values = {}
    for agency in agencies:
        values |= {f"position:{agency}": "cleared|", f"from:{agency}": "A. Person"}
    suggests, proves = agencies[:2]
    values |= {f"file:{proves}": [file.id]}
    values |= {f"quote:{a}": "We clear the text." for a in agencies if a != proves}
    outcome = await people.submit(user, values | {f"words:{suggests}": "=Shorter"})
    assert "goes with no such words" in str(outcome.errors)
    outcome = await people.submit(user, {f"position:{suggests}": "cleared with suggestions|"})
    assert outcome.answered and not outcome.errors, outcome

    assert "6 answers" in str(people.form(user).blocks)
    (last,) = set(chosen) - set(agencies)
    outcome = await people.submit(
        user,
        {
            f"position:{last}": "stands aside|",
            f"from:{last}": "B. Person",
            f"quote:{last}": "We stand aside.",
            f"how:{last}": "letter",
        },
    )
    assert outcome.answered and not outcome.errors, outcome
    await group.settle()
    card = group.card("The handbook text")
    assert "7 of 14 replies received, 1 agency stands aside" in card.text
    assert "Person" not in card.text

    told = group.direct(last)[-1]
    assert "The secretariat entered “stands aside” for" in told.text and "by letter" in told.text
    await group.press(last, told, "It is not right")
    await group.shown(lambda: str([m.text for m in group.direct("undp")]), "is not right")
