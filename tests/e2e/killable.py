"""`gmg serve`, with each call of a port told by name, killed at the call that it is told.

Run as a script it imports the bot once and waits. For each order, a line of JSON, it forks a
process that reads its settings from the environment, has bot.__main__ put the bot together, puts a
telling stand-in before each port that the parts hold, and runs.

    {"environment": {…}, "told": FILE, "kill": null, or
        {"part": "reminding", "first": "ledger.claim", "ready": false, "call": 4, "when": "before"}}

The place is: which part of the bot, the call its way begins with (at the start, or once the bot is
ready), which call of the way, counted from 1, before it or after it. FILE gets a line for each
call, and "ready" when all that was due at the start is done; FILE with `.log` behind it gets what
the process logs. Answers are lines of JSON: {"pid": N}, and when it has ended {"ended": CODE}, a
signal's number being negative.
"""

import asyncio
import inspect
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from contextvars import ContextVar, copy_context

from bot.__main__ import open_bot
from bot.logs import set_up
from bot.slack.directory import SlackDirectory
from bot.slack.files import SlackFiles
from bot.slack.messenger import SlackMessenger
from config.plan_file import load_sound_plan
from config.settings import read_settings
from coordination.storage_ports import UnitOfWork
from scheduler.pace import Pace
from scheduler.wakeup import WakeUp
from storage.database import Database

OURS = ("bot.__main__", "coordination.")
"""Rooms whose objects hold ports; what is behind a port holds its own."""

_part = ContextVar("part", default=None)


class Watch:
    """Tells each call of a port, and kills the process at one."""

    def __init__(self, told, kill):
        self._told = told
        self._kill = kill
        self._starting = asyncio.current_task()
        self._ready = False
        self._counted = 0

    def ready(self):
        if not self._ready:
            self._ready = True
            self._write("ready")

    async def call(self, name, does):
        who = self._who()
        number = self._number(who, name)
        self._at(who, name, number, "before")
        try:
            return await does
        finally:
            self._at(who, name, number, "after")

    def _who(self):
        """The part whose call this is; what no part began was begun by what people do."""
        if asyncio.current_task() is self._starting:
            return "start"
        return _part.get() or "people"

    def _number(self, who, name):
        """Which call of the way it is, 0 while that has not begun."""
        kill = self._kill
        if kill is None or who != kill["part"] or (kill["ready"] and not self._ready):
            return 0
        if self._counted or name == kill["first"]:
            self._counted += 1
        return self._counted

    def _at(self, who, name, number, when):
        self._write(f"{when} {who} {name}")
        if number and (number, when) == (self._kill["call"], self._kill["when"]):
            os.kill(os.getpid(), signal.SIGKILL)

    def _write(self, line):
        os.write(self._told, f"{line}\n".encode())


class Port:
    """Stands before a port and tells each of its calls."""

    def __init__(self, name, port, watch):
        self._name, self._port, self._watch = name, port, watch

    def __getattr__(self, attribute):
        found = getattr(self._port, attribute)
        if not inspect.iscoroutinefunction(found):
            return found

        def told(*arguments, **more):
            return self._watch.call(f"{self._name}.{attribute}", found(*arguments, **more))

        return told


class StoragePort(Port):
    """The same before the storage and its transactions."""

    def unit_of_work(self):
        return Work(self._port.unit_of_work(), self._watch)


class Work:
    """The same before a transaction and its repositories."""

    def __init__(self, work, watch):
        self._work, self._watch = work, watch

    async def __aenter__(self):
        await self._watch.call("uow.enter", self._work.__aenter__())
        for name in UnitOfWork.__annotations__:
            setattr(self, name, Port(name, getattr(self._work, name), self._watch))
        return self

    async def __aexit__(self, *what):
        await self._watch.call("uow.exit", self._work.__aexit__(*what))

    async def commit(self):
        await self._watch.call("uow.commit", self._work.commit())


PORTS = {
    Database: (StoragePort, "storage"),
    SlackMessenger: (Port, "messenger"),
    SlackFiles: (Port, "files"),
    SlackDirectory: (Port, "directory"),
    Pace: (Port, "turns"),
}


def put_before(bot, watch):
    """Put stand-ins in the place of all ports that the bot's parts hold."""
    # What other processes changed is read by nobody's act.
    bot.storage.on_change(lambda: copy_context().run(_as, "renewing", bot.changed))
    stands, seen, holders = {}, {id(bot)}, [bot]
    while holders:
        holder = holders.pop()
        for name, held in list(vars(holder).items()):
            if type(held) in PORTS:
                made, called = PORTS[type(held)]
                stand = stands.setdefault(id(held), made(called, held, watch))
                object.__setattr__(holder, name, stand)
            elif isinstance(held, WakeUp):
                held._work = _named(name, held._work)
            elif id(held) not in seen and type(held).__module__.startswith(OURS):
                seen.add(id(held))
                if hasattr(held, "__dict__"):
                    holders.append(held)


def _as(part, does):
    _part.set(part)
    return does()


def _named(part, work):
    async def run():
        return await _as(part, work)

    return run


async def serve(order):
    """As bot.__main__.run, and it tells when the start is over."""
    settings = read_settings()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    bot = await open_bot(settings, load_sound_plan(settings.plan), pace=0)
    told = os.open(order["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    watch = Watch(told, order["kill"])
    put_before(bot, watch)
    try:
        await bot.start()
        loops = [part for part in vars(bot).values() if isinstance(part, WakeUp)]
        while not stopping.is_set():
            if all(loop.last_run is not None for loop in loops):
                watch.ready()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 0.02)
    finally:
        await bot.stop()


def run_once(order):
    """The forked process; it never comes back."""
    code = 0
    try:
        os.dup2(os.open(f"{order['told']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order["environment"])
        set_up("console")
        asyncio.run(serve(order))
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def main():
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run_once(json.loads(line))
        answer({"pid": pid})
        _, status = os.waitpid(pid, 0)
        answer({"ended": os.waitstatus_to_exitcode(status)})


def answer(told):
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
