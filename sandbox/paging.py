"""Slack's pages: a limit, and a cursor that only Slack can read."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from sandbox.errors import SlackError
from sandbox.webapi import Answer, as_bool
from sandbox.workspace import Message

T = TypeVar("T")


def page_of(items: list[T], args: dict[str, Any], most: int = 1000) -> tuple[list[T], Answer]:
    """One page, and the answer's `response_metadata`; raises `invalid_cursor`, `invalid_limit`."""
    size = _limit(args, 100, most)
    start = int(_read(args, "at") or 0)
    following = _cursor("at", str(start + size)) if start + size < len(items) else ""
    return items[start : start + size], {"next_cursor": following}


def messages_of(
    found: list[Message], args: dict[str, Any], default: int, *, newest_first: bool
) -> tuple[list[Message], Answer]:
    """A page of messages between `oldest` and `latest`, and what the answer says of the rest.

    The cursor names a message, so that what is posted meanwhile shifts nothing.
    """
    oldest, latest = _moment(args, "oldest"), _moment(args, "latest")
    found = [m for m in found if _inside(m.ts, oldest, latest, as_bool(args.get("inclusive")))]
    found.sort(key=lambda m: float(m.ts), reverse=newest_first)
    size = _limit(args, default, 999 if newest_first else 1000)
    start = _read(args, "next_ts")
    if start is not None:
        at = float(start)
        found = [m for m in found if (float(m.ts) <= at if newest_first else float(m.ts) >= at)]
    page, rest = found[:size], found[size:]
    answer: Answer = {"has_more": bool(rest)}
    if rest:
        answer["response_metadata"] = {"next_cursor": _cursor("next_ts", rest[0].ts)}
    return page, answer


def _inside(ts: str, oldest: float | None, latest: float | None, inclusive: bool) -> bool:
    at = float(ts)
    if inclusive and at in (oldest, latest):
        return True
    return (oldest is None or at > oldest) and (latest is None or at < latest)


def _moment(args: dict[str, Any], name: str) -> float | None:
    value = args.get(name)
    if value in (None, ""):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SlackError(f"invalid_ts_{name}") from None


def _limit(args: dict[str, Any], default: int, most: int) -> int:
    value = args.get("limit")
    if value in (None, "", 0, "0"):
        return default
    try:
        limit = int(value)
    except (TypeError, ValueError):
        raise SlackError("invalid_limit") from None
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    return limit


def _cursor(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def _read(args: dict[str, Any], kind: str) -> str | None:
    """What a cursor of this kind says; None without one."""
    given = args.get("cursor")
    if given in (None, ""):
        return None
    try:
        read, _, value = base64.b64decode(str(given), validate=True).decode().partition(":")
        float(value)
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if read != kind:
        raise SlackError("invalid_cursor")
    return value
