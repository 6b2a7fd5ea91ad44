"""What GMG_DATABASE_URL may say: a SQLite file or a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.problems import DatabaseProblem

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRESQL = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the data is: `path` of a SQLite file, otherwise a PostgreSQL server's `url`.

    `url` is what SQLAlchemy takes and can hold a password: show `shown` instead.
    """

    url: str
    shown: str
    path: Path | None = None


def parse(url: str) -> Address:
    """Read a database URL; raises DatabaseProblem when it is not one we serve.

    `sqlite:///relative/path` and `sqlite:////absolute/path` as SQLAlchemy writes them. Nothing of
    a wrong URL is repeated in the error, since any part of it may be a mistyped password.
    """
    scheme, separator, rest = url.strip().partition("://")
    if separator and scheme in _SQLITE:
        return _sqlite(rest)
    if separator and scheme in _POSTGRESQL:
        return _postgresql(rest)
    raise DatabaseProblem(
        "GMG_DATABASE_URL must begin with sqlite:/// (a file) or postgresql:// (a server)."
    )


def _sqlite(rest: str) -> Address:
    name = rest.removeprefix("/")
    last = name.rpartition("/")[2]
    if not rest.startswith("/") or last in ("", ".", "..") or name.startswith(":"):
        raise DatabaseProblem(
            "GMG_DATABASE_URL must name a file after sqlite:///, such as sqlite:///var/gmg.db."
        )
    if "?" in name or "\0" in name:
        raise DatabaseProblem("GMG_DATABASE_URL: a SQLite file takes no options after its name.")
    return Address(f"sqlite+aiosqlite:///{name}", name, Path(name))


def _postgresql(rest: str) -> Address:
    # Here and not above: asking a SQLite file must not cost the import of SQLAlchemy.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(f"postgresql+asyncpg://{rest}")
    except (ArgumentError, ValueError):
        raise DatabaseProblem(
            "GMG_DATABASE_URL is not readable: postgresql://USER:PASSWORD@HOST:PORT/NAME is."
        ) from None
    if "@" in rest.partition("?")[0].partition("@")[2]:
        # What stands behind the first would be taken for the server's name, and shown.
        raise DatabaseProblem(
            "GMG_DATABASE_URL has an @ too many: write one that belongs to the password as %40."
        )
    if not url.database:
        raise DatabaseProblem("GMG_DATABASE_URL names no database after the PostgreSQL server.")
    query = dict(url.query)
    mode = query.pop("sslmode", None)  # libpq's name, as hosting services hand it out
    if mode is not None:
        query["ssl"] = mode
    url = url.set(query=query)
    host = url.host or query.get("host") or "localhost"
    shown = f"{host if isinstance(host, str) else host[0]}/{url.database}"
    return Address(url.render_as_string(hide_password=False), shown)
