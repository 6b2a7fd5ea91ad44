"""One worker on a PostgreSQL: claims and settles what is due until nothing is left.

`GMG_DATABASE_URL` names the server. It says `ready`, begins when a line is read, and prints how
many it settled.
"""

import asyncio
import os
import sys

from benchmarks.ledger import claim_and_settle
from scheduler.clock import steady_clock
from storage.engine import open_database


async def main() -> None:
    """Wait for the word, work, and say how much was done."""
    owner = f"worker-{os.getpid()}"
    storage = await open_database(
        os.environ["GMG_DATABASE_URL"], real_now=steady_clock(), owner=owner
    )
    await storage.ping()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(await claim_and_settle(storage, owner), flush=True)
    await storage.close()


asyncio.run(main())
