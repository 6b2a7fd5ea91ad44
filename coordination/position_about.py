"""What a button or form of an agency's answer is about, and who may write there."""

from __future__ import annotations

from collections.abc import Mapping

from coordination.counting import explain, not_counted
from coordination.records import Circulation
from coordination.rights import represents
from coordination.services import Asker, Refused, Services
from workplan.clearance import Position, standing

UNKNOWN = "That button is not of a circulation that I know. Please answer on its message."

NAMES = frozenset(
    {
        "cleared",
        "aside",
        "suggestions",
        "change",
        "cannot",
        "reason",
        "time",
        "question",
        "take back",
    }
)
"""What the buttons ask for."""

_STANDING: Mapping[str, Position] = {
    "suggestions": Position.CLEARED_WITH_SUGGESTIONS,
    "reason": Position.CANNOT_CLEAR,
}
"""What may still be written after the end, by the agency whose answer it is about."""


def read_about(services: Services, value: str) -> tuple[Circulation, str]:
    """The circulation and what is asked; raises Refused for a value we never wrote."""
    number, _, name = value.partition("|")
    known = None
    if number.isascii() and number.isdecimal():
        known = services.snapshot.circulations.get(int(number))
    if known is None or name not in NAMES:
        raise Refused(UNKNOWN)
    return known, name


def read_form(services: Services, asker: Asker, about: str) -> tuple[Circulation, str]:
    """As `read_about`, of a form; raises Refused for who represents another agency by now:
    what was written for the one is not said for the other."""
    value, _, agency = about.rpartition("|")
    known, name = read_about(services, value)
    mine = represents(services.snapshot, asker.user)
    if mine is not None and mine != agency:
        raise Refused(
            f"You represent {services.snapshot.agency_short(mine)} now, and this form was opened "
            "for another agency. Please open it again on the message."
        )
    return known, name


async def may_write(services: Services, asker: Asker, known: Circulation, name: str) -> str:
    """The agency that may write that; raises Refused, with the refusal journalled."""
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    reason = not_counted(snapshot, known, agency, asker)
    if reason is None and agency is not None:
        return agency
    if agency is not None and agency in known.voices and name in _STANDING:
        acts = snapshot.state.acts.get(known.id, ())
        if standing(acts, (agency,))[agency].position is _STANDING[name]:
            return agency
    async with services.storage.unit_of_work() as uow:
        await explain(uow, asker, known, name, reason or "", tell=False)
        await uow.commit()
    raise Refused(reason or UNKNOWN)
