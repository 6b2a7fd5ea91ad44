"""PostgreSQL: connections that fail in time for a command to be answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.address import Address

_CONNECT = 1.2  # real seconds each; together a write fails within 2 s of being called
_LOCK = 1.0  # less than storage/transaction.py waits for an answer
_STILL = 10.0  # much less than a lease lasts
"""Real seconds after which the server ends a transaction whose process stands still: nobody else
could write what it has locked, and a stopped process does not hang up."""
_TURN = 0.6
_READ = 10.0  # reports read more than commands do


def write_engine(address: Address, owner: str) -> AsyncEngine:
    """READ COMMITTED; rows that are changed after being read are locked by the repositories."""
    return _engine(
        address,
        owner,
        None,
        pool_size=5,
        max_overflow=10,
        pool_timeout=_TURN,
        pool_pre_ping=True,  # a server that was restarted costs nobody a "not recorded"
        pool_recycle=1800,
    )


def read_engine(address: Address, owner: str) -> AsyncEngine:
    """Read-only transactions that see one moment of the database."""
    engine = _engine(
        address,
        owner,
        _READ,
        pool_size=2,
        max_overflow=3,
        pool_timeout=_TURN,
        pool_pre_ping=True,
        pool_recycle=1800,
    )
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def listening_engine(address: Address, owner: str) -> AsyncEngine:
    """For the one connection that listens."""
    return _engine(address, owner, None, poolclass=NullPool)


def migration_engine(address: Address) -> AsyncEngine:
    """For migrations, which may take their time."""
    return create_async_engine(
        address.url,
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"timeout": 10, "server_settings": {"application_name": "gmg migrate"}},
    )


def _engine(address: Address, owner: str, statement: float | None, **pool: Any) -> AsyncEngine:
    return create_async_engine(
        address.url,
        hide_parameters=True,  # names and messages do not belong in logs
        connect_args={
            "timeout": _CONNECT,
            "command_timeout": statement,
            "server_settings": {
                "application_name": f"gmg {owner}"[:63],
                "lock_timeout": f"{_LOCK * 1000:.0f}",
                "idle_in_transaction_session_timeout": f"{_STILL * 1000:.0f}",
                "timezone": "UTC",
            },
        },
        **pool,
    )
