"""A press that comes late, such as by way of a process that stood still, counts by its own time."""

from datetime import UTC, datetime

from sandbox.deliver import Missed
from scheduler.clock import PlanClock
from tests.e2e.running import running, until
from workplan.clearance import Position, standing


class HeldUp:
    """The way to the app, on which requests are held up while `held` is a list."""

    online = True

    def __init__(self, way):
        self.way, self.held = way, None

    async def deliver(self, kind, payload, retry, reason, within):
        if self.held is not None and kind == "interactive":
            self.held.append((kind, payload, retry, reason, within))
            raise Missed("http_timeout", "operation_timeout")
        return await self.way.deliver(kind, payload, retry, reason, within)

    async def close(self):
        await self.way.close()


def button(message, label):
    rows = [b["elements"] for b in message.blocks if b["type"] == "actions"]
    return next(e["action_id"] for row in rows for e in row if e["text"]["text"] == label)


async def test_a_press_that_comes_after_a_later_one_is_not_above_it(tmp_path):
    async with running(tmp_path, at=None, http=True) as group:
        await group.demo.begin(plan_clock=PlanClock(datetime(2010, 1, 8, 12, tzinfo=UTC)))
        await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await until(lambda: any("replies received" in m.text for m in group.posted()))
        card = next(m for m in group.posted() if "replies received" in m.text)

        server = group.server
        way = server.http_events = HeldUp(server.http_events)
        way.held = []
        outcome = await server.people.press("UILO", card.channel, card.ts, button(card, "Cleared"))
        assert "operation_timeout" in outcome.error
        (late,), way.held = way.held, None
        await group.press("ilo", card, "Stand aside")
        await until(lambda: "1 agency stands aside" in card.text)
        await way.deliver(*late)
        await group.settle()

        acts = (await group.demo.bot.storage.load_state()).acts[1]
        assert [a.position.value for a in acts if a.given] == ["stands aside", "cleared"]
        assert standing(acts, ["ilo"])["ilo"].position is Position.STANDS_ASIDE
        assert "1 agency stands aside" in card.text
