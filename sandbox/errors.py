"""A refusal in Slack's words."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """The Web API answers `ok: false` with this code; `more` is added to the answer."""

    def __init__(
        self, code: str, *, status: int = 200, retry_after: int | None = None, **more: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.more = more
