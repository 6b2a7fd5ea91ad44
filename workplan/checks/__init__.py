"""The findings of `gmg check`, one module a family."""

from workplan.checks.run import check
from workplan.finding import Finding, Severity

__all__ = ["Finding", "Severity", "check"]
