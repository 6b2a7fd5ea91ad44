"""The hints name what the plan has, whatever group it is of."""

import re

import pytest

from bot.cli.demo_hints import hints
from config.plan_file import load_sound_plan
from coordination.commands import COMMANDS
from tests.e2e.group import SHIPPED

OTHERS = sorted((SHIPPED.parents[2] / "tests" / "plans").glob("*.yaml"))


def told(path):
    plan = load_sound_plan(path).plan
    return plan, list(hints(plan, "bot"))


def test_the_shipped_plan_has_two_scenes_whose_every_command_is_one():
    plan, messages = told(SHIPPED)
    assert len(messages) == 3
    verbs = {v for words in messages for v in re.findall(r"`/gmg (\w+)", words)}
    assert {"next", "circulate", "clearance", "done", "record"} <= verbs
    assert verbs <= {c.name for c in COMMANDS}
    named = {i for words in messages for i in re.findall(r"`/gmg \w+ ([a-z-]+)", words)}
    assert named <= {m.id for o in plan.outputs for m in o.milestones}
    assert "`/gmg done handbook-published`" in messages[1]


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_another_groups_scenes_are_of_that_group(path):
    plan, messages = told(path)
    assert messages[0].startswith("Welcome!")
    ids = {m.id for o in plan.outputs for m in o.milestones}
    for words in messages[1:]:
        assert set(re.findall(r"`/gmg circulate (\S+?)[ `]", words)) <= ids
        assert "UNICEF" not in words
