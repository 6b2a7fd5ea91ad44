"""The rules of a group's work plan, pure: no I/O, no clock, no Slack, no SQL."""
