"""A finding of `gmg check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the plan should know: one sentence that quotes the words."""

    code: str
    severity: Severity
    milestone: str | None
    line: int | None
    message: str
    column: int | None = None
