"""Who is cancelled because they took too long: either nothing is recorded, or it is said."""

import asyncio

MOMENTS = 60
APART = 0.0003  # real seconds; a press takes some milliseconds


async def test_a_use_case_is_cancelled_only_where_nothing_was_recorded(desk):
    await desk.circulate("draft")
    for moment in range(MOMENTS):
        before = (await desk.storage.load_state()).acts.get(1, ())
        what = ("cleared", "aside")[moment % 2]
        press = asyncio.create_task(desk.press_value("UBB", "gmg_position", f"1|{what}"))
        await asyncio.sleep(moment * APART)
        press.cancel()
        await asyncio.wait({press})
        after = (await desk.storage.load_state()).acts.get(1, ())
        assert len(after) - len(before) == (not press.cancelled()), moment
