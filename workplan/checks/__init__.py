"""The findings of `gmg check`, one module a family."""

from workplan.checks.finding import Finding, Severity
from workplan.checks.run import check

__all__ = ["Finding", "Severity", "check"]
