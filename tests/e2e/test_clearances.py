"""Clearances end to end, over Socket Mode and over signed HTTP: one group each, scene by scene."""

import pytest
import pytest_asyncio

from tests.e2e import clearances
from tests.e2e.running import running

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=[False, True], ids=["socket", "http"]
)
async def group(request, tmp_path_factory):
    """Three agencies on a January morning, reached over Socket Mode or signed HTTP."""
    folder = tmp_path_factory.mktemp("clearances")
    plan = folder / "texts.yaml"
    plan.write_text(clearances.PLAN, encoding="utf-8")
    async with running(folder, plan=plan, http=request.param) as made:
        yield made


async def test_an_endorsement_from_the_form_to_the_gate(group):
    await clearances.a_form_keeps_what_cannot_be_taken_and_then_a_file_goes_out(group)
    await clearances.buttons_answer_and_rights_are_never_read_from_them(group)
    await clearances.more_time_holds_for_all(group)
    text = await clearances.somebody_of_another_workspace_answers(group)
    await clearances.comments_come_as_files(group, text)
    await clearances.a_second_version_supersedes_and_the_gate_waits_for_it(group)
    await clearances.an_answer_by_email_is_entered_with_its_evidence(group)
    await clearances.home_answers_and_the_text_is_cleared_at_once(group)


async def test_a_clearance_by_heads(group):
    await clearances.heads_clear_and_nobody_overrides_them(group)


async def test_a_file_that_cannot_be_had_is_refused_and_the_form_stays(group):
    await clearances.a_file_of_a_message_that_cannot_be_had_is_refused_and_the_form_stays(group)


async def test_the_chair_ends_what_is_not_cleared(group):
    await clearances.the_chair_ends_what_is_not_cleared(group)
    await clearances.a_close_is_for_good(group)


async def test_a_comment_period(group):
    await clearances.comments_are_closed_with_their_table(group)
