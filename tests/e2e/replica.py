"""A bot in a process of its own whose claims last as long as a test can wait.

Its settings come from the environment, as for `gmg serve`; the argument is the lease in seconds.
"""

import asyncio
import signal
import sys

from bot.__main__ import open_bot
from config.plan_file import load_sound_plan
from config.settings import read_settings


async def main(lease):
    settings = read_settings()
    bot = await open_bot(settings, load_sound_plan(settings.plan), pace=0, lease=lease)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await bot.start()
    await stopping.wait()
    await bot.stop()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
