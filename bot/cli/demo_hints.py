"""What a first-time visitor of the demo may try, as messages in the channel."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.demo_people import representatives
from workplan.membership import chair_on, members_on
from workplan.plan import Agency, Milestone, Plan


def hints(plan: Plan, bot: str) -> Iterator[str]:
    """The welcome, and the scenes that the plan has circulations for; `bot` is its name."""
    cast = _Cast(plan)
    yield _welcome(cast, bot)
    scenes = [words for words in (_endorsement(cast), _by_heads(cast)) if words is not None]
    if scenes:
        yield "\n".join(["*Scenes to play*, in any order:", *scenes])


class _Cast:
    """Who plays: the chair of the first day and agencies that answer."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._names = {p.agency: p.name for p in reversed(representatives(plan))}  # focal first
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

    def asking(self, purpose: str) -> Milestone | None:
        """The first milestone that asks agencies for this and has a date."""
        every = (m for o in self.plan.outputs for m in o.milestones)
        return next((m for m in every if m.asks and m.asks.for_ == purpose and _dated(m)), None)


def _dated(milestone: Milestone) -> bool:
    return milestone.pending is None and milestone.when not in (None, "upon occasion", "ongoing")


def _welcome(cast: _Cast, bot: str) -> str:
    return (
        "Welcome! This is the real bot in a pretend workspace. Try it:\n"
        "1. Type `/gmg next` below. `/gmg help` lists the rest.\n"
        "2. Press *Next notice* at the top: the clock moves to the bot's next message in this "
        "channel. *+1 day* and *Play* move it as well.\n"
        f"3. At the top right choose *Act as* {cast.called(cast.chair)}, which has the chair, and "
        f"open the direct messages with {bot}: the daily brief is there, and the tab *Home*."
    )


def _endorsement(cast: _Cast) -> str | None:
    item = cast.asking("endorsement")
    if item is None:
        return None
    first, second = cast.called(cast.agency(0)), cast.called(cast.agency(1))
    return (
        f"*{item.title}.* As the secretariat type `/gmg circulate {item.id} "
        "https://example.org/draft.pdf` and press *Circulate*. Act as "
        f"{first} and give the message a :white_check_mark:; watch it count, then take it away "
        f"again. Act as {second} and press *With suggestions…*. As the secretariat ask `/gmg "
        f"clearance {item.id}` for the table, and try `/gmg done` of what needs it."
    )


def _by_heads(cast: _Cast) -> str | None:
    item = cast.asking("clearance")
    if item is None:
        return None
    first, second = cast.called(cast.agency(0)), cast.called(cast.agency(1))
    return (
        f"*{item.title}.* As the secretariat type `/gmg circulate {item.id}` and fill in the form. "
        f"Act as {first}, give a :white_check_mark: and say in the direct message in whose name. "
        f"Act as {second} and press *Stand aside*. Then, as the secretariat, circulate version 2 "
        "the same way, and enter the other agencies' e-mails with `/gmg record`."
    )
