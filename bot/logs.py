"""Logs: readable on a console or as JSON lines, never with a token in them."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Literal

import structlog
from structlog.types import EventDict, Processor

BLANK = "[secret]"

_PLAIN = (int, float, type(None))
"""What holds no secret, looked for before what may."""

_SECRET = re.compile(
    r"xox[abcdeoprs]?(?:\.xox[bp])?-[\w-]+"  # tokens of bots, people, refreshes, configurations
    r"|xapp-[\w-]+"
    r"|\bv0=[0-9a-f]{16,}"  # signatures
    r"|\bBearer [\w.~+/=-]+"
    r"|(?<=ticket=)[\w-]+"  # of a Socket Mode connection
    r"|https?://[^\s'\"]*(?:/response/|hooks\.)[^\s'\"]+"  # response addresses
)
_HINTS = ("xox", "xapp-", "v0=", "Bearer ", "ticket=", "://")
"""One of these stands in everything that `_SECRET` and `_PASSWORD` find; looked for first, since it
is quick and most lines hold none."""
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+]*://[^\s:/@'\"]*:)[^\s@'\"]+(?=@)")
_NAMED = re.compile(
    r"token|secret(?!ariat)|signature|password|passwd|authorization|cookie|response_?url|ticket",
    re.IGNORECASE,
)
"""Names under which nothing is shown, whatever it looks like."""


@lru_cache(maxsize=1024)
def _named_as_secret(key: str) -> bool:
    # What structlog hands on to itself begins with an underscore.
    return not key.startswith("_") and _NAMED.search(key) is not None


_SHORTEST = 6
"""Characters a secret has at least, so that no short word blanks half of every line."""


class _Blanking:
    """Blanks secrets: what looks like one, stands under a name of one, or is known to be one."""

    def __init__(self, secrets: Collection[str]) -> None:
        # The longest first, for one may stand in another.
        self._known = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)

    def fields(self, _logger: Any, _name: str, event: EventDict) -> EventDict:
        """Every value of a line, however deep, and the traces of exceptions."""
        return {key: self._field(key, value) for key, value in event.items()}

    def text(self, words: str) -> str:
        """A text without what looks like a secret or is known to be one."""
        for secret in self._known:
            if secret in words:
                words = words.replace(secret, BLANK)
        for hint in _HINTS:
            if hint in words:
                return _PASSWORD.sub(rf"\1{BLANK}", _SECRET.sub(BLANK, words))
        return words

    def rendered(self, _logger: Any, _name: str, line: Any) -> Any:
        """The finished line once more: what only became text when it was rendered."""
        return self.text(line) if isinstance(line, str) else line

    def _field(self, key: object, value: Any) -> Any:
        if isinstance(key, str) and _named_as_secret(key):
            return value if value is None or isinstance(value, bool | int) else BLANK
        return self._value(value)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, bytes):
            return self.text(value.decode("utf-8", "replace"))
        if isinstance(value, Mapping):
            return {self._value(k): self._field(k, v) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(v) for v in value]
        if isinstance(value, BaseException):
            return self.text(repr(value))
        return value


_ENCODER = json.JSONEncoder(default=repr)


def _json(fields: object, **_more: Any) -> str:
    """`json.dumps` makes an encoder for each line where it is told how to show what it cannot."""
    return _ENCODER.encode(fields)


class _Lines:
    """Writes the bot's own finished lines where the libraries' go.

    A record of the standard library's for each costs more than making the line.
    """

    def __init__(self, handler: logging.StreamHandler[Any]) -> None:
        self._handler = handler

    def __call__(self, *_names: Any) -> _Lines:
        """As a factory of loggers: this one, for all."""
        return self

    def msg(self, line: str) -> None:
        """Write it; that nobody reads any more ends no work."""
        handler = self._handler
        handler.acquire()
        try:
            with suppress(OSError, ValueError):
                handler.stream.write(line + "\n")
                handler.flush()
        finally:
            handler.release()

    debug = info = warning = error = critical = exception = msg


def set_up(
    form: Literal["console", "json"],
    level: int = logging.INFO,
    secrets: Collection[str] = (),
) -> None:
    """Send the bot's and its libraries' log lines to standard error in one form.

    `secrets` are those of the settings, blanked wherever they stand.
    """
    blanking = _Blanking(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        blanking.fields,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(serializer=_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    rendering: list[Processor] = [renderer, blanking.rendered]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    structlog.configure(
        processors=[*shared, *rendering],
        logger_factory=_Lines(handler),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # The libraries tell each connection and each request; their warnings are enough.
    talkative = "slack_bolt", "slack_sdk", "apscheduler", "aiohttp.access", "aiosqlite", "alembic"
    for name in talkative:
        logging.getLogger(name).setLevel(logging.WARNING)
