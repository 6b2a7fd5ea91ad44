"""Signs that SQL reads as "anything" mean themselves."""

from storage.database import Database
from tests.storage.builders import post


async def test_a_forgotten_name_takes_no_other_with_it(database: Database) -> None:
    names = ("A_B 5%", "AxB 5y")
    said = {name: post(name, message=f'{{"text":"{name} has answered"}}') for name in names}
    async with database.unit_of_work() as work:
        for item in said.values():
            await work.outbox.add(item)
        await work.commit()
    async with database.unit_of_work() as work:
        for item in await work.outbox.claim("a", 30.0, limit=2):
            assert await work.outbox.sent(item, "a", None)
        await work.outbox.forget("A_B 5%")
        await work.commit()
    async with database.write.connect() as connection:
        kept = await connection.exec_driver_sql("SELECT message FROM outbox ORDER BY id")
        assert [row[0] for row in kept] == [None, said["AxB 5y"].message]
