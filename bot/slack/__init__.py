"""Everything that is Slack: the Bolt app, listeners, blocks, messenger."""
