"""Values a plan file writes as text: lengths, periods, times of day, time zones."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from workplan.emoji import first_name

_LENGTH = re.compile(r"^([0-9]{1,3}(?:\.[0-9])?)\s*(wd|d|w)$")


class Length(BaseModel):
    """A number of days (`d`), working days (`wd`) or weeks (`w`); written `10wd`, `0.5d`, `0`."""

    model_config = ConfigDict(frozen=True)

    number: float
    unit: Literal["d", "wd", "w"]

    @classmethod
    def parse(cls, text: object) -> Length:
        """Read `10wd`, `30d`, `2w`, `0`; raises ValueError that quotes what cannot be read."""
        if isinstance(text, Length):
            return text
        if text == 0 or text == "0":
            return cls(number=0, unit="d")
        found = _LENGTH.match(str(text).strip())
        if not found:
            raise ValueError(f"{text!r} is not a length; write it like 10wd, 30d or 2w")
        return cls(number=float(found[1]), unit=found[2])

    def __str__(self) -> str:
        """As written in the file."""
        return "0" if not self.number else f"{self.number:g}{self.unit}"


def _text_schema(example: str) -> dict[str, Any]:
    return {"type": ["string", "integer"], "examples": [example]}


LengthText = Annotated[
    Length,
    BeforeValidator(Length.parse),
    PlainSerializer(str, return_type=str),
    Field(json_schema_extra=_text_schema("10wd")),
]


class DayRange(BaseModel):
    """Days from `start` to `end`, both included; written `2010-08-02/2010-08-20`."""

    model_config = ConfigDict(frozen=True)

    start: date
    end: date

    @classmethod
    def parse(cls, text: object) -> DayRange:
        """Read `START/END` or one day; raises ValueError that quotes what cannot be read."""
        if isinstance(text, DayRange):
            return text
        first, _, last = str(text).partition("/")
        try:
            made = cls(start=date.fromisoformat(first), end=date.fromisoformat(last or first))
        except ValueError:
            raise ValueError(
                f"{text!r} is not a period; write it like 2010-08-02/2010-08-20"
            ) from None
        if made.end < made.start:
            raise ValueError(f"{text!r} runs backwards; put the earlier day first")
        return made

    def __contains__(self, day: object) -> bool:
        """Whether the day lies inside."""
        return isinstance(day, date) and self.start <= day <= self.end

    def __str__(self) -> str:
        """As written in the file."""
        return f"{self.start}/{self.end}"


DayRangeText = Annotated[
    DayRange,
    BeforeValidator(DayRange.parse),
    PlainSerializer(str, return_type=str),
    Field(json_schema_extra=_text_schema("2010-08-02/2010-08-20")),
]


class LocalTime(BaseModel):
    """A time of day in `zone`, else in the plan's zone; written `18:00 America/New_York`."""

    model_config = ConfigDict(frozen=True)

    time: time
    zone: str | None = None

    @classmethod
    def parse(cls, text: object) -> LocalTime:
        """Read `HH:MM [ZONE]`; raises ValueError that quotes what cannot be read."""
        if isinstance(text, LocalTime):
            return text
        clock, _, zone = str(text).strip().partition(" ")
        try:
            made = time.fromisoformat(clock)
        except ValueError:
            raise ValueError(
                f'{text!r} is not a time of day; write it like "09:00", in quotes'
            ) from None
        return cls(time=made, zone=_known_zone(zone.strip()) if zone.strip() else None)

    def __str__(self) -> str:
        """As written in the file."""
        return self.time.strftime("%H:%M") + (f" {self.zone}" if self.zone else "")


LocalTimeText = Annotated[
    LocalTime,
    BeforeValidator(LocalTime.parse),
    PlainSerializer(str, return_type=str),
    Field(json_schema_extra=_text_schema("18:00 America/New_York")),
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{name!r} is not a time zone; use an IANA name such as Europe/Zurich"
        ) from None
    return name


def _emoji_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", value):
        raise ValueError(
            f"{value!r} is no emoji's name; write it without colons, such as white_check_mark"
        )
    return first_name(value)


EmojiName = Annotated[str, AfterValidator(_emoji_name)]
Zone = Annotated[str, AfterValidator(_known_zone)]
