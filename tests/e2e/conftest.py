"""What the end-to-end tests share."""

import pytest
import structlog

# A scene that fails says what it found instead, as a test does.
pytest.register_assert_rewrite(
    "tests.e2e.clearances", "tests.e2e.conversation", "tests.e2e.group", "tests.e2e.year_clearances"
)

# The default renders each traceback with its locals: a second of CPU for every fault on purpose.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)


@pytest.fixture
def database(postgresql_server):
    """A PostgreSQL database with its tables made and nothing in them."""
    return postgresql_server.ready()
