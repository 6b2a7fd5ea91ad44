"""Names of reactions folded: skin tones taken off, second names replaced by the canonical one."""

from __future__ import annotations

from workplan.emoji import first_name


def canonical(name: str) -> str:
    """Slack's own name: `thumbsup::skin-tone-4` and `+1` are both `+1`."""
    base = name.strip().strip(":").partition("::")[0].lower()
    return first_name(base)
