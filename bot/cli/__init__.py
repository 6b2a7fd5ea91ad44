"""The `gmg` command."""


def main() -> None:
    """Run the `gmg` command."""
