"""Who is in the demo's workspace: a focal point of each agency, a secretariat, a guest."""

from __future__ import annotations

from bot.slack.listeners.shortcuts import SHORTCUT
from coordination.records import Person, Role
from sandbox.workspace import ChannelSpec, Completion, PersonSpec, Shortcut, WorkspaceSpec
from workplan.plan import Agency, Plan

CHANNEL = "C0GROUP"
SECRETARIAT = "U0SECRETARIAT"
EXTERNAL = "U0EXTERNAL"
BOT = "U0BOT"

# Made up; given names only, so that nobody real is meant.
_NAMES = (
    "Amina", "Bruno", "Chloé", "Dalia", "Emeka", "Freya", "Goran", "Hana", "Ingrid", "Jamal",
    "Keiko", "Luis", "Mariam", "Nikos", "Olga", "Paulo", "Quynh", "Rania", "Sven", "Tomás",
)  # fmt: skip


def _person(agency: Agency, number: int, zone: str) -> PersonSpec:
    name = _NAMES[number % len(_NAMES)]
    return PersonSpec(
        id=f"U{agency.id.upper().replace('-', '')}",
        name=f"{name.lower()}.{agency.id}",
        real_name=name,
        title=f"Focal point, {agency.short}",
        tz=agency.timezone or zone,
        group="Focal point",
    )


def workspace_spec(plan: Plan, completions: tuple[Completion, ...] = ()) -> WorkspaceSpec:
    """A workspace with one channel; the bot joins it once it runs."""
    zone = plan.plan.timezone
    focal = [_person(a, n, zone) for n, a in enumerate(plan.agencies)]
    secretariat = PersonSpec(
        SECRETARIAT, "secretariat", "Sam", "The Chair's secretariat", zone, "Chair"
    )
    external = PersonSpec(
        EXTERNAL,
        "ext.ravi",
        "Ravi",
        f"Alternate, {plan.agencies[0].short}, in another workspace: no commands",
        plan.agencies[0].timezone or zone,
        "Another workspace",
        external=True,
    )
    people = (secretariat, *focal, external)
    channel = ChannelSpec(
        CHANNEL, "coordination", tuple(p.id for p in people), topic=plan.plan.name
    )
    return WorkspaceSpec(
        people=people,
        channels=(channel,),
        team_name=plan.plan.group,
        bot_user=BOT,
        completions=completions,
        shortcuts=(Shortcut("Circulate for clearance", SHORTCUT),),
        default_person=SECRETARIAT,
    )


def representatives(plan: Plan) -> tuple[Person, ...]:
    """The same people as the bot keeps them."""
    spec = workspace_spec(plan)
    named = [
        Person(p.id, spec.team, p.real_name, a.id, Role.FOCAL, p.tz)
        for p, a in zip(spec.people[1:], plan.agencies, strict=False)
    ]
    external = spec.people[-1]
    first = plan.agencies[0].id
    alternate = Person(
        external.id, spec.external_team, external.real_name, first, Role.ALTERNATE, external.tz
    )
    return (*named, alternate)
