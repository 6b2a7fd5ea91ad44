"""What many ask is worked out once, and anew as soon as anything it tells is another."""

from datetime import timedelta

from coordination.dispatch import answer, at_hand

BLOCKS = "no_entry"


async def _answered(desk, text="next"):
    return await answer(desk.services, desk.asker("UBB"), text)


async def test_the_same_question_gets_the_same_answer_until_something_changes(desk):
    first = await _answered(desk)
    desk.clock.move_to(desk.clock.now() + timedelta(hours=2))
    assert await _answered(desk) is first
    assert (await _answered(desk, "next 1")).message != first.message
    await desk.ask("UAA", "postpone kick-off")
    await desk.services.snapshots.refresh()
    assert "Kick-off" in first.message.text
    assert "Kick-off" not in (await _answered(desk)).message.text


async def test_another_day_is_another_answer(desk):
    first = await _answered(desk)
    desk.clock.move_to(desk.clock.now() + timedelta(days=1))
    second = await _answered(desk)
    assert "in 35 days" in first.message.text
    assert "in 34 days" in second.message.text


async def test_what_takes_effect_by_time_alone_is_told_though_nothing_was_written(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    before = await _answered(desk, "next 9")
    assert "replies still to come: 3" in before.message.text
    desk.clock.move_to(desk.clock.now() + timedelta(minutes=31))
    after = await _answered(desk, "next 9")
    assert "replies still to come: 2" in after.message.text


async def test_no_more_answers_are_kept_than_a_few(desk):
    first = await _answered(desk)
    for number in range(1, 100):
        await _answered(desk, f"next {number} {'aa' if number % 2 else 'bb'}")
    again = await _answered(desk)
    assert again is not first
    assert again == first


async def test_at_hand_is_what_was_answered_to_the_same_words_and_still_holds(desk):
    asker = desk.asker("UBB")
    assert at_hand(desk.services, asker, "next 2") is None
    first = await _answered(desk, "next 2")
    assert at_hand(desk.services, asker, " Next  2") is first
    assert at_hand(desk.services, asker, "next 3") is None
    assert at_hand(desk.services, asker, "2") is None
    assert at_hand(desk.services, asker, "") is None
    await desk.ask("UAA", "postpone kick-off")
    await desk.services.snapshots.refresh()
    assert at_hand(desk.services, asker, "next 2") is None
