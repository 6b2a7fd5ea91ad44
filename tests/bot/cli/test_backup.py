"""`gmg backup` writes over nothing, and keeps no copy that is not whole."""

import pytest

from storage.reader import read_state
from tests.bot.cli.kept import keep
from tests.databases import run


@pytest.fixture
def url(ready_file, tmp_path):
    (tmp_path / "gmg.db").write_bytes(ready_file.read_bytes())
    made = f"sqlite:///{tmp_path / 'gmg.db'}"
    keep(made)
    return made


def names(folder):
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith(".lock"))


def test_without_a_name_the_copy_lies_beside_the_file_with_its_time(gmg, url, tmp_path):
    done = gmg("backup", GMG_DATABASE_URL=url)
    assert done.exit_code == 0, done.output
    assert "read back and checked. All fits" in " ".join(done.output.split())
    first, second = names(tmp_path)
    assert first.startswith("gmg-2") and first.endswith("Z.db") and second == "gmg.db"
    assert run(read_state(f"sqlite:///{tmp_path / first}")) == run(read_state(url))
    told = gmg("doctor", GMG_DATABASE_URL=url).output
    assert "last copy beside the database: 0 minutes ago" in told


def test_a_file_that_is_there_is_written_over_only_when_asked(gmg, url, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("mine")
    refused = gmg("backup", "--to", target, GMG_DATABASE_URL=url)
    assert (refused.exit_code, target.read_text()) == (2, "mine")
    assert "--overwrite takes its place" in refused.output
    assert gmg("backup", "--to", target, "--overwrite", GMG_DATABASE_URL=url).exit_code == 0
    assert run(read_state(f"sqlite:///{target}")) == run(read_state(url))
    itself = gmg("backup", "--to", tmp_path / "gmg.db", "--overwrite", GMG_DATABASE_URL=url)
    assert itself.exit_code == 2
    assert "the database itself" in itself.output
    assert names(tmp_path) == ["copy.db", "gmg.db"]


def test_a_copy_whose_journal_is_not_whole_is_not_kept(gmg, url, tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "gmg.db") as file:
        file.execute("DROP TRIGGER journal_no_update")
        file.execute("UPDATE journal SET detail = '{}' WHERE id = 2")
    file.close()
    done = gmg("backup", "--to", tmp_path / "copy.db", GMG_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "The copy is not kept" in done.output
    assert "Entry 2" in done.output
    assert names(tmp_path) == ["gmg.db"]


def test_a_folder_that_is_not_there_and_a_database_that_is_not_are_told(gmg, url, tmp_path):
    done = gmg("backup", "--to", tmp_path / "nowhere" / "copy.db", GMG_DATABASE_URL=url)
    assert (done.exit_code, "there is no folder" in done.output) == (2, True)
    assert names(tmp_path) == ["gmg.db"]
    done = gmg("backup", GMG_DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")
    assert (done.exit_code, "There is no database" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://gmg:pw-1@db:5432/gmg", "postgresql://gmg@db:5432/gmg"),
        ("postgresql://gmg@db/gmg?sslpassword=pw-1", "postgresql://gmg@db/gmg"),
        (
            "postgresql+asyncpg://gmg@db/gmg?sslmode=require&password=pw-1",
            "postgresql://gmg@db/gmg?sslmode=require",
        ),
    ],
)
def test_of_postgresql_the_command_is_told_without_the_password(gmg, url, shown):
    done = gmg("backup", "--to", "x.dump", GMG_DATABASE_URL=url)
    assert done.exit_code == 1
    assert f"pg_dump --format=custom --file=x.dump --dbname='{shown}'" in done.output
    assert len(done.output.splitlines()) == 1
    assert "pw-1" not in done.output
