"""What a soak reads of the database beside the processes, and the one thing that it does to it."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from scheduler.clock import steady_clock
from storage.address import parse
from storage.engine import open_database
from storage.reader import connected, decoded, opened
from storage.tables import outbox, reminders


async def rows_of(url, table):
    """All rows of a table, read beside whatever runs."""
    address = parse(url)
    if address.path is not None:
        with opened(address.path) as file:
            found = file.execute(f"SELECT * FROM {table.name}").fetchall()
        return [decoded(row) for row in found]
    async with connected(address) as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def is_drained(url, end):
    """Whether nothing due up to the plan instant `end`, and nothing decided, waits to be told."""
    for row in await rows_of(url, reminders):
        due = row["due_at"]
        if isinstance(due, str):  # as SQLite keeps it, in UTC
            due = datetime.fromisoformat(due).replace(tzinfo=UTC)
        if row["state"] == "claimed" or (row["state"] == "pending" and due <= end):
            return False
    return not [r for r in await rows_of(url, outbox) if r["state"] in ("waiting", "claimed")]


async def a_minute_passes(url):
    """Of claims, on the database's clock; to be called while no process runs, so that nobody
    works on what is claimed. On SQLite a start does as much."""
    if parse(url).path is not None:
        return
    database = await open_database(url, real_now=steady_clock(), owner="soak")
    try:
        async with database.write.begin() as connection:
            for table in ("reminders", "outbox"):
                await connection.execute(
                    text(
                        f"UPDATE {table} SET lease_until = lease_until - interval '1 minute' "
                        "WHERE lease_until IS NOT NULL"
                    )
                )
    finally:
        await database.close()
