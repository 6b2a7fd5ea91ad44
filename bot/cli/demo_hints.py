"""What a first-time visitor of the demo may try, as messages in the channel."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.demo_people import EXTERNAL, representatives
from workplan.membership import chair_on, members_on
from workplan.plan import Agency, Milestone, Plan


def hints(plan: Plan, bot: str) -> Iterator[str]:
    """The welcome, and the scenes that the plan has circulations for; `bot` is its name."""
    cast = _Cast(plan)
    yield _welcome(cast, bot)
    scenes = (_endorsement(cast, bot), _by_heads(cast, bot))
    yield from (words for words in scenes if words is not None)


class _Cast:
    """Who plays: the chair of the first day and agencies that answer."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        people = representatives(plan)
        self._names = {p.agency: p.name for p in reversed(people)}  # focal first
        self.guest = next(p for p in people if p.user == EXTERNAL)
        chair = chair_on(plan, plan.plan.first_day) or plan.agencies[0].id
        members = [a for a in members_on(plan, plan.plan.first_day) if a.id != chair]
        terms = [t.agency for t in reversed(plan.chair)]
        # Those who chair later are the best known.
        members.sort(key=lambda a: terms.index(a.id) if a.id in terms else len(terms))
        self.chair = next(a for a in plan.agencies if a.id == chair)
        self.agencies = members or [self.chair]

    def agency(self, number: int) -> Agency:
        """One that answers; the first again where there are fewer."""
        return self.agencies[number % len(self.agencies)]

    def called(self, agency: Agency) -> str:
        """Its focal point by name."""
        return f"{self._names[agency.id]} of {agency.short}"

    def milestones(self) -> Iterator[Milestone]:
        """All of the plan, as they stand in it."""
        return (m for o in self.plan.outputs for m in o.milestones)

    def asking(self, purpose: str) -> Milestone | None:
        """The first milestone that asks agencies for this and has a date."""
        asking = (m for m in self.milestones() if m.asks and m.asks.for_ == purpose)
        return next((m for m in asking if _dated(m)), None)

    def needing(self, circulation: Milestone) -> Milestone | None:
        """The first milestone that cannot be done before this is cleared."""
        return next((m for m in self.milestones() if circulation.id in m.needs), None)


def _dated(milestone: Milestone) -> bool:
    return milestone.pending is None and milestone.when not in (None, "upon occasion", "ongoing")


def _welcome(cast: _Cast, bot: str) -> str:
    return (
        "Welcome! This is the real bot in a pretend workspace. Try it:\n"
        "1. Type `/gmg next` below. `/gmg help` lists the rest.\n"
        "2. Press *Next notice* at the top: the clock moves to the bot's next message in this "
        "channel. *+1 day* and *Play* move it as well.\n"
        f"3. At the top right choose *Act as* {cast.called(cast.chair)}, which has the chair, and "
        f"open the direct messages with {bot}: the daily brief is there, and the tab *Home*.\n"
        "Below are two scenes to play."
    )


def _scene(title: str, *steps: str) -> str:
    numbered = (f"{n}. {step}" for n, step in enumerate(steps, start=1))
    return "\n".join([f"*{title}*", *numbered])


def _endorsement(cast: _Cast, bot: str) -> str | None:
    item = cast.asking("endorsement")
    if item is None:
        return None
    first, second = cast.called(cast.agency(0)), cast.called(cast.agency(1))
    needing = cast.needing(item)
    refused = f" `/gmg done {needing.id}` says what it still needs." if needing else ""
    return _scene(
        f"A scene: {item.title}",
        f"As the secretariat type `/gmg circulate {item.id} https://example.org/draft.pdf` and "
        "press *Circulate*.",
        f"Act as {first}: give the message a :white_check_mark:, watch it count, and take it away "
        "again.",
        f"Act as {second}: press *With suggestions…* and write one.",
        f"Act as {cast.guest.name}, who is in another workspace and has no commands: write `@{bot} "
        "mine`, and answer with a button.",
        f"As the secretariat type `/gmg clearance {item.id}`: the table, and below it *Comments*."
        f"{refused}",
    )


def _by_heads(cast: _Cast, bot: str) -> str | None:
    item = cast.asking("clearance")
    if item is None:
        return None
    first, second = cast.called(cast.agency(0)), cast.called(cast.agency(1))
    return _scene(
        f"Another: {item.title}",
        f"As the secretariat type `/gmg circulate {item.id}` and fill in the form.",
        f"Act as {first}: give a :white_check_mark:, and tell {bot} in the direct message in "
        "whose name.",
        f"Act as {second}: press *Stand aside*.",
        "As the secretariat circulate version 2 the same way, with *Editorial changes only*: the "
        "two answers carry over.",
        f"Enter what other agencies answered by e-mail: `/gmg record {item.id}`.",
    )
