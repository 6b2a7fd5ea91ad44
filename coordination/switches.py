"""The group's switches: turned on and off by a word, kept with their journal entry."""

from __future__ import annotations

from coordination.records import Entry, Switch
from coordination.services import Asker, Refused, Services
from coordination.write import Repeated, writing

PAUSE = "pause"
PREVIEW = "preview"

_ON = frozenset({"", "on"})
_OFF = frozenset({"off", "end", "none", "stop"})


def on_or_off(services: Services, name: str, words: str) -> bool:
    """What the words behind such a command ask for; raises Refused for others."""
    said = words.strip().lower().rstrip(".!")
    if said in _ON:
        return True
    if said in _OFF:
        return False
    raise Refused(f"Only on or off: {services.command} {name}, or {services.command} {name} off")


async def turn(services: Services, asker: Asker, name: str, on: bool, verb: str) -> bool:
    """Turn a switch; False when it stood like that already. The caller has looked up the right."""
    if (services.snapshot.switched_on(name) is not None) == on:
        return False
    try:
        async with writing(services, asker) as uow:
            await uow.wishes.turn(Switch(name, on, asker.user, asker.at))
            await uow.journal.add(Entry(asker.at, asker.user, verb, "plan"))
    except Repeated:
        pass
    return True
