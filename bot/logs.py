"""Logs: readable on a console or as JSON lines, never with a token in them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Literal

import structlog
from structlog.types import EventDict, Processor

_SECRET = re.compile(
    r"xox[abeprs]-[\w-]+|xapp-[\w-]+|v0=[0-9a-f]{64}|(?<=ticket=)[\w-]+"
    r"|https?://\S*(?:/response/|hooks\.)\S+"
)


def _without_secrets(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Blank tokens, signatures, tickets and response addresses wherever they stand in a line."""
    return {key: _blank(value) for key, value in event.items()}


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET.sub("[secret]", value)
    if isinstance(value, list | tuple):
        return [_blank(v) for v in value]
    if isinstance(value, dict):
        return {_blank(k): _blank(v) for k, v in value.items()}
    if value is None or isinstance(value, int | float):
        return value
    # An exception, a setting: the line would show what it says of itself.
    shown = repr(value)
    blanked = _SECRET.sub("[secret]", shown)
    return value if blanked == shown else blanked


def set_up(form: Literal["console", "json"], level: int = logging.INFO) -> None:
    """Send the bot's and its libraries' log lines to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # The libraries tell each connection and each request; their warnings are enough.
    talkative = "slack_bolt", "slack_sdk", "apscheduler", "aiohttp.access", "aiosqlite", "alembic"
    for name in talkative:
        logging.getLogger(name).setLevel(logging.WARNING)
