"""The plan as data: frozen models that are both the file's schema and the domain object."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workplan.values import DayRange as DayRange
from workplan.values import DayRangeText, EmojiName, LengthText, LocalTimeText, Zone
from workplan.values import Length as Length
from workplan.values import LocalTime as LocalTime

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,60}$"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
PositionName = Literal[
    "cleared", "suggestions", "cannot clear", "stands aside", "more time", "question", "seen"
]


class Kind(StrEnum):
    """What sort of step a milestone is; the first three happen, the next four are due."""

    MEETING = "meeting"
    EVENT = "event"
    CALL = "call"
    CIRCULATION = "circulation"
    PUBLICATION = "publication"
    DECISION = "decision"
    TASK = "task"
    ONGOING = "ongoing"

    @property
    def happens(self) -> bool:
        """Whether it takes place (and is never late) rather than falls due."""
        return self in (Kind.MEETING, Kind.EVENT, Kind.CALL)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Correction(_Model):
    """How the bot reads a date that the document has wrong, and why."""

    when: str
    why: str


class Asks(_Model):
    """What a circulation asks of whom, and for how long."""

    for_: Literal["comments", "endorsement", "clearance"] = Field("comments", alias="for")
    of: Literal["all", "interested"] | tuple[Id, ...] = "all"
    within: LengthText = Length(number=10, unit="wd")
    rule: Literal["unanimity", "silence"] | None = None

    @property
    def rule_in_force(self) -> Literal["unanimity", "silence", "comments"]:
        """The rule that ends it: comments have none, the default is unanimity."""
        return "comments" if self.for_ == "comments" else (self.rule or "unanimity")


class Leads(_Model):
    """A ladder: how long before the due day the channel and the owners are told."""

    channel: tuple[LengthText, ...] = ()
    owners: tuple[LengthText, ...] = ()


def _as_tuple(value: object) -> object:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


IdList = Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]
Sentences = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
PhraseText = Annotated[
    str,
    BeforeValidator(
        lambda v: v.isoformat() if isinstance(v, date) else str(v) if type(v) is int else v
    ),
    Field(json_schema_extra={"examples": ["end of February", "27-28 May or 30 May-1 June 2010"]}),
]


class Milestone(_Model):
    """A dated step of an output."""

    id: Id
    title: str = Field(min_length=1, max_length=200)
    kind: Kind
    when: PhraseText | None = None
    words: str | None = None
    corrected: Correction | None = None
    owners: IdList | None = None
    asks: Asks | None = None
    after: IdList = ()
    needs: IdList = ()
    source: Sentences = ()
    section: str | None = None
    proposed: bool = False
    pending: str | None = None
    duration: LengthText | None = None
    venue: str | None = None
    series: str | None = None
    every: Literal["week", "month", "quarter", "year"] | None = None
    leads: Leads | None = None
    decide_by: PhraseText | None = None

    @property
    def phrase(self) -> str | None:
        """The date in the document's own words."""
        return self.words if self.words is not None else self.when


class Output(_Model):
    """What is delivered, with its milestones in file order."""

    id: Id
    title: str = Field(min_length=1, max_length=200)
    section: str | None = None
    owners: IdList = ()
    summary: str | None = None
    milestones: tuple[Milestone, ...] = ()


class Agency(_Model):
    """A member of the group, from and until the days named (both included; open without them)."""

    id: Id
    short: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=200)
    timezone: Zone | None = None
    from_: date | None = Field(None, alias="from")
    until: date | None = None

    def member_on(self, day: date) -> bool:
        """Whether it belongs to the group on that day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class ChairTerm(_Model):
    """An agency's term in the chair, both days included."""

    agency: Id
    from_: date = Field(alias="from")
    until: date

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.until < self.from_:
            raise ValueError(
                f"the term of {self.agency!r} runs backwards; put the earlier day first"
            )
        return self


class CalendarRules(_Model):
    """What is not a working day, and when notices and closings fall."""

    weekend: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("sat", "sun")
    countries: tuple[str, ...] = ()
    holidays: dict[date, str] = Field(default_factory=dict)
    quiet: tuple[DayRangeText, ...] = ()
    notice_time: LocalTimeText = LocalTime(time=time(9, 0))
    closing_time: LocalTimeText = LocalTime(time=time(18, 0))


class ClearanceRules(_Model):
    """How clearances are shown and which reactions stand for which position."""

    heads_dm: bool = False
    show_awaited: Literal["chair", "all"] = "chair"
    reactions: dict[PositionName, tuple[EmojiName, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        named = [emoji for names in self.reactions.values() for emoji in names]
        empty = [name for name, emoji in self.reactions.items() if not emoji]
        if empty:
            raise ValueError(f"{', '.join(empty)}: name at least one emoji")
        twice = sorted({e for e in named if named.count(e) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} cannot stand for two positions")
        return self


class PlanHeader(_Model):
    """Name, group, period and zone of the plan."""

    name: str = Field(min_length=1, max_length=200)
    group: str = Field(min_length=1, max_length=200)
    year: int | None = Field(None, ge=1900, le=2200)
    from_: date | None = Field(None, alias="from")
    until: date | None = None
    timezone: Zone
    source: str | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        both = self.from_ is not None and self.until is not None
        if (self.year is None) == (not both) or (
            self.year is not None and (self.from_ or self.until)
        ):
            raise ValueError("give either `year`, or both `from` and `until`")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError("`until` lies before `from`; put the earlier day first")
        if not 1900 <= self.first_day.year <= self.last_day.year <= 2200:
            raise ValueError("a plan lies between the years 1900 and 2200")
        return self

    @property
    def first_day(self) -> date:
        """The plan's first day."""
        return self.from_ or date(self.year or 1, 1, 1)

    @property
    def last_day(self) -> date:
        """The plan's last day."""
        return self.until or date(self.year or 1, 12, 31)


class Plan(_Model):
    """A group's whole work plan, as written; see `workplan.schedule` for its dates."""

    plan: PlanHeader
    calendar: CalendarRules = Field(default_factory=CalendarRules)
    agencies: tuple[Agency, ...]
    chair: tuple[ChairTerm, ...] = ()
    clearance: ClearanceRules = Field(default_factory=ClearanceRules)
    leads: dict[Kind, Leads] = Field(default_factory=dict)
    outputs: tuple[Output, ...]
