"""What the bot asks privately about positions: each kind of question with its answers."""
