"""What the bot does for the group, one verb a file, and the ports it needs."""
