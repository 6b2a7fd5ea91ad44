"""What the end-to-end tests share."""

import pytest
import structlog

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
