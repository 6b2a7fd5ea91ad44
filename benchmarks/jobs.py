"""APScheduler's own store of jobs on a SQLite file with the settings by which nothing committed is
lost, and what its scheduler asks of it for jobs that run once.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from storage.sqlite import journal_mode


def nothing() -> None:
    """What the jobs would do."""


def store(path: Path, *, safe: bool = True) -> SQLAlchemyJobStore:
    """The store on a file; `safe` is False while it is filled."""
    engine = sa.create_engine(f"sqlite:///{path}")

    def settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA journal_mode = {journal_mode(sqlite3.sqlite_version_info)}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if safe else 'OFF'}")
        connection.execute("PRAGMA secure_delete = ON")

    sa.event.listen(engine, "connect", settings)
    return SQLAlchemyJobStore(engine=engine)


def fill(path: Path, waiting: int, due: int, now: datetime) -> None:
    """So many jobs that run once, `due` of them due at `now`."""
    scheduler, jobs = BackgroundScheduler(timezone="UTC"), store(path, safe=False)
    jobs.start(scheduler, "default")
    for number in range(waiting):
        at = now + (timedelta(seconds=-60) if number < due else timedelta(days=60 + number % 900))
        jobs.add_job(
            Job(
                scheduler,
                id=f"job-{number}",
                func=nothing,
                trigger=DateTrigger(at),
                args=(),
                kwargs={},
                name="nothing",
                executor="default",
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
                next_run_time=at,
            )
        )
    jobs.shutdown()


def process(jobs: SQLAlchemyJobStore, now: datetime) -> int:
    """What a wake-up of the scheduler does for those due: read them, remove each; how many."""
    found = jobs.get_due_jobs(now)
    for job in found:
        jobs.remove_job(job.id)
    return len(found)
