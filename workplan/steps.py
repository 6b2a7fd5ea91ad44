"""What the ladders yield: a rung says on which day whom to tell of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CHANNEL = "channel"
"""The audience that is the whole group."""

CHAIR = "chair"
"""The audience that is whoever has the chair on the day of sending."""

NOBODY = ""
"""The audience of what no agency answers for on its day."""


class Topic(StrEnum):
    """What a reminder is about."""

    LADDER = "ladder"
    LATE = "late"
    SETTLE = "settle"  # a vague or open date the chair should set
    CHECK_IN = "check-in"
    POSITION = "position"  # an answer to a circulation still to come
    CHANGE = "change"  # a date was set; the channel is told of all of a day in one notice


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: on `day` tell `audience` of a milestone whose `counted_to` lies `step` away.

    `audience` is CHANNEL, CHAIR, NOBODY or an agency's id; `day` is a working day outside the
    quiet periods, in the plan's zone or, for a person, in their own.
    """

    milestone: str
    counted_to: date
    step: str
    audience: str
    topic: Topic
    day: date
