"""Forms open for people, and what they send is taken once, or stays before them with a sentence."""

import asyncio
import dataclasses
from datetime import date

import pytest

from coordination.messages.forms import (
    DayField,
    FileField,
    FileRef,
    Form,
    FormName,
    Incomplete,
    TextField,
)
from coordination.messages.parts import (
    Button,
    Buttons,
    Message,
    Paragraph,
    PickDay,
    line,
    message,
)
from coordination.ports import Target
from coordination.records import MessageRef
from coordination.services import Refused, Reply
from coordination.storage_ports import StorageUnavailable
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, CHANNEL, EVA, Harness

OPEN = message(Paragraph(line("x")), Buttons((Button("gmg_show", "Open", "hb"),)))


def extend(about: str = "7", *more) -> Form:
    fields = (DayField("until", "Until"), TextField("why", "Why", optional=True), *more)
    return Form(FormName.EXTEND, "New closing time", "Extend", fields, about)


@pytest.fixture
def opens(face) -> Harness:
    """The face whose command and buttons open a form."""

    async def form(*_) -> Form:
        return extend()

    face.script.answers = face.script.presses = form
    return face


async def opened(face: Harness, user: str = ANA):
    """The form that a person sees after a button was pressed."""
    ref = await face.messenger.post(Target(channel=CHANNEL), OPEN, ["k"])
    outcome = await face.slack.people.press(user, CHANNEL, ref.ts, "gmg_show:0")
    assert outcome.answered
    return ref, face.slack.people.form(user)


async def test_a_command_opens_its_form(opens):
    outcome = await opens.slack.people.command(ANA, CHANNEL, "/gmg circulate")
    assert outcome.answered and outcome.payload is None
    assert opens.slack.people.form(ANA).title == "New closing time"
    await opens.settle()
    assert opens.seen(ANA) == []


@pytest.mark.parametrize("user", [ANA, EVA])
async def test_what_is_sent_reaches_the_use_case_and_its_reply_the_person(opens, user):
    ref, _ = await opened(opens, user)
    outcome = await opens.slack.people.submit(user, {"until": "2010-03-12", "why": " More time "})
    assert outcome.answered and not outcome.errors
    assert opens.slack.people.form(user) is None
    await opens.settle()
    asker, name, about, answers = opens.script.submitted[0]
    assert (asker.user, asker.channel) == (user, CHANNEL)
    assert asker.message == MessageRef(CHANNEL, ref.ts)
    assert (name, about) == ("extend", "7")
    assert answers.day("until") == date(2010, 3, 12) and answers.text("why") == "More time"
    told = opens.seen(user)[-1]
    assert told.text == "extend of 7" and told.ephemeral_to == user


async def test_acts_by_a_form_are_ordered_in_the_way_of_slacks_event_times(opens):
    ref, _ = await opened(opens)
    await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    order = opens.script.submitted[0][0].order
    later = await opens.messenger.post(Target(channel=CHANNEL), OPEN, ["k2"])
    assert len(order) == len(ref.ts) and ref.ts < order < later.ts


async def test_a_reply_to_a_form_from_a_direct_message_stays_there_and_can_put_the_question_away(
    opens,
):
    async def done(*_):
        return Reply(Message("Recorded."), replace=True)

    opens.script.submits = done
    ref = await opens.messenger.post(Target(user=ANA), OPEN, ["k"])
    await opens.slack.people.press(ANA, ref.channel, ref.ts, "gmg_show:0")
    await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    await opens.settle()
    assert [m.text for m in opens.seen(ANA, ref.channel)] == ["Recorded."]


async def test_a_reply_goes_by_direct_message_where_the_bot_cannot_answer(opens):
    await opens.slack.people.command(ANA, "C2", "/gmg circulate")
    await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    await opens.settle()
    direct = opens.slack.workspace.direct(ANA).id
    assert [m.text for m in opens.seen(ANA, direct)] == ["extend of 7"]


async def test_fields_that_cannot_be_taken_keep_the_form_with_a_sentence_at_each(opens):
    async def incomplete(*_):
        raise Incomplete({"until": "That day is past.", "hour": "No such hour.", "why": "Say why."})

    opens.script.submits = incomplete
    _, form = await opened(opens)
    outcome = await opens.slack.people.submit(ANA, {"until": "2010-03-12", "why": "So"})
    until, why = (b["block_id"] for b in form.blocks)
    assert outcome.errors == {until: "That day is past. No such hour.", why: "Say why."}
    assert opens.slack.people.form(ANA) is form
    opens.script.submits = None
    assert (await opens.slack.people.submit(ANA)).answered  # the text is still there
    assert opens.script.submitted[-1][3].text("why") == "So"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Refused("Only the Chair can do that."), "Only the Chair can do that."),
        (StorageUnavailable("locked"), "not recorded, please try again"),
        (RuntimeError("a bug"), "not recorded, please try again"),
    ],
)
async def test_what_is_refused_or_fails_keeps_the_form(opens, failure, said):
    async def fails(*_):
        raise failure

    opens.script.submits = fails
    _, form = await opened(opens)
    started = asyncio.get_running_loop().time()
    outcome = await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert asyncio.get_running_loop().time() - started < 3
    assert list(outcome.errors) == [form.blocks[0]["block_id"]]
    assert said in next(iter(outcome.errors.values()))
    assert opens.slack.people.form(ANA) is form


async def test_a_form_that_takes_too_long_says_so_and_tells_what_was_recorded_after_all(opens):
    async def stubborn(*_):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
        return Reply(Message("Extended."))

    opens.script.submits = stubborn
    await opened(opens)
    outcome = await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert "not recorded" in next(iter(outcome.errors.values()))
    await opens.settle()
    assert opens.seen(ANA)[-1].text == "Extended."


async def test_a_refused_form_without_fields_says_why_and_can_be_sent_again(face):
    async def form(*_):
        return Form(FormName.CLOSE, "Close", "Close", (Paragraph(line("Sure?")),), "7")

    async def fails(*_):
        raise StorageUnavailable("locked")

    face.script.presses, face.script.submits = form, fails
    await opened(face)
    await face.slack.people.submit(ANA)
    assert "not recorded" in face.slack.people.form(ANA).blocks[0]["text"]["text"]
    face.script.submits = None
    assert (await face.slack.people.submit(ANA)).answered
    assert face.slack.people.form(ANA) is None
    assert [(s[1], s[2]) for s in face.script.submitted] == [("close", "7")] * 2


async def test_the_next_step_takes_the_forms_place_with_fields_of_its_own(opens):
    async def step(asker, name, about, answers):
        return extend("8") if about == "7" else Reply(Message("Both steps."))

    opens.script.submits = step
    await opened(opens)
    await opens.slack.people.submit(ANA, {"until": "2010-03-12", "why": "first"})
    assert opens.slack.people.form(ANA) is not None
    await opens.slack.people.submit(ANA, {"until": "2010-04-01"})
    await opens.settle()
    assert [a.text("why") for *_, a in opens.script.submitted] == ["first", ""]
    assert opens.seen(ANA)[-1].text == "Both steps."
    events = [s[0].event for s in opens.script.submitted]
    assert len(set(events)) == 2


async def test_a_form_sent_again_because_its_answer_got_lost_is_known(opens):
    async def lost(*_):
        raise Incomplete({"until": "Not now."})

    opens.script.submits = lost
    await opened(opens)
    for _ in range(2):
        await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    first, second = (s[0].event for s in opens.script.submitted)
    assert first == second


async def test_a_next_step_too_large_for_a_frame_comes_after_the_acknowledgement(opens):
    async def long(asker, name, about, answers):
        if about == "8":
            return Reply(Message("Taken."))
        return extend("8", *(TextField(f"f{n}", "é" * 500) for n in range(20)))

    opens.script.submits = long
    await opened(opens)
    opens.slack.faults.plan("views.update", Fault("500"))
    assert (await opens.slack.people.submit(ANA, {"until": "2010-03-12"})).answered
    await opens.settle()
    assert opens.slack.socket_mode.over_limit == 0
    assert len(opens.slack.people.form(ANA).blocks) == 22
    await opens.slack.people.submit(
        ANA, {"until": "2010-03-12"} | {f"f{n}": "x" for n in range(20)}
    )
    await opens.settle()
    assert opens.seen(ANA)[-1].text == "Taken."


async def test_a_next_step_too_long_for_a_form_keeps_the_one_before(opens):
    async def long(*_):
        return extend("8", *(TextField(f"f{n}", "Field") for n in range(100)))

    opens.script.submits = long
    await opened(opens)
    outcome = await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert "choose fewer at a time" in next(iter(outcome.errors.values()))


async def test_a_file_comes_as_its_id(opens):
    async def form(*_):
        return Form(FormName.CIRCULATE, "Circulate", "Send", (FileField("file", "Document"),))

    opens.script.presses = form
    for user in (ANA, EVA):
        await opened(opens, user)
        file = opens.slack.people.upload(user, "Handbook.pdf", b"%PDF-1.7")
        await opens.slack.people.submit(user, {"file": [file.id]})
        told = opens.script.submitted[-1][3].file("file")
        # Of a file from another workspace Slack gives the id alone.
        assert told == FileRef(file.id, "Handbook.pdf" if user == ANA else "")
        assert (await opens.files.fetch(told.id)).content == b"%PDF-1.7"


FAULTS = [Fault("never", seconds=2.0), Fault("500"), Fault("429", retry_after=0.4)]


@pytest.mark.parametrize("fault", FAULTS)
async def test_where_slack_opens_no_form_the_person_is_told_to_press_again(opens, fault):
    opens.slack.faults.plan("views.open", fault)
    _, form = await opened(opens)
    assert form is None
    await opens.settle()
    told = opens.seen(ANA)[-1]
    assert "press again" in told.text and told.ephemeral_to == ANA
    await opens.slack.people.press(ANA, CHANNEL, told.ts, "gmg_show:0")
    assert opens.slack.people.form(ANA) is not None
    assert [value for _, _, value in opens.script.pressed] == ["hb", "hb"]


async def test_a_command_whose_form_does_not_open_offers_a_button(opens):
    opens.slack.faults.plan("views.open", Fault("500"))
    outcome = await opens.slack.people.command(ANA, CHANNEL, "/gmg circulate handbook")
    assert "press again" in outcome.payload["text"]
    await opens.settle()
    told = opens.seen(ANA)[-1]
    await opens.slack.people.press(ANA, CHANNEL, told.ts, "gmg_ask:0")
    assert opens.slack.people.form(ANA) is not None
    assert opens.script.pressed[0][2] == "circulate handbook"


@pytest.mark.parametrize("where", ["mention", "direct message"])
async def test_where_nothing_can_open_a_form_a_button_does(opens, where):
    channel = CHANNEL if where == "mention" else opens.slack.workspace.direct(EVA).id
    opens.slack.people.say(EVA, channel, "@gmg circulate" if where == "mention" else "circulate")
    await opens.settle()
    told = opens.seen(EVA, channel)[-1]
    await opens.slack.people.press(EVA, channel, told.ts, "gmg_ask:0")
    assert opens.slack.people.form(EVA) is not None


async def test_a_button_in_a_form_puts_its_answer_on_top(face):
    async def presses(asker, action, value):
        if value == "hb":
            return extend("7", Buttons((Button("gmg_ask", "Which?", "help"),)))
        return Reply(Message("This is help."))

    face.script.presses = presses
    await opened(face)
    outcome = await face.slack.people.press_in(ANA, "gmg_ask:0")
    assert outcome.answered
    top = face.slack.people.form(ANA)
    assert "This is help." in str(top.blocks)
    face.slack.people.close(ANA)
    assert face.slack.people.form(ANA).title == "New closing time"


async def test_windows_are_stacked_as_far_as_slack_takes_them(face):
    async def more(asker, action, value):
        return Reply(
            message(Paragraph(line(value)), Buttons((Button("gmg_ask", "On", value + "+"),)))
        )

    async def form(*_):
        return extend("7", Buttons((Button("gmg_ask", "On", "+"),)))

    face.script.answers, face.script.presses = form, more
    await face.slack.people.command(ANA, CHANNEL, "/gmg x")
    for _ in range(4):
        assert (await face.slack.people.press_in(ANA, "gmg_ask:0")).answered
    assert "++++" in str(face.slack.people.form(ANA).blocks)
    assert len(face.slack.views.stack(ANA)) == 3


async def test_a_day_picked_in_a_message_is_a_press(face):
    asked = message(PickDay("gmg_set_date", "When is it?", "wl-2|x", date(2010, 3, 1)))
    ref = await face.messenger.post(Target(channel=CHANNEL), asked, ["k"])
    await face.slack.people.press(EVA, CHANNEL, ref.ts, "gmg_set_date:0", "2010-03-09")
    (asker, action, value), *_ = face.script.pressed
    assert (asker.user, action, value) == (EVA, "gmg_set_date", "wl-2|x|2010-03-09")
    assert asker.message == ref


async def test_a_form_of_another_workspaces_installation_is_not_taken(opens):
    await opened(opens)
    opens.slack.spec = dataclasses.replace(opens.slack.spec, team="T9OTHER")
    outcome = await opens.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert "I serve another workspace" in "".join(outcome.errors.values())
    assert opens.script.submitted == []
    assert opens.slack.people.form(ANA) is not None  # what was entered stays


async def test_forms_work_over_http(over_http):
    async def form(*_):
        return extend()

    over_http.script.answers = form
    await over_http.slack.people.command(ANA, CHANNEL, "/gmg circulate")
    outcome = await over_http.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert outcome.answered and over_http.script.submitted[0][1] == "extend"
