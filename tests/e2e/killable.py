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
from config.plan_file import load_sound_plan
from config.settings import read_settings
from coordination.storage_ports import UnitOfWork
from scheduler.wakeup import WakeUp

OURS = ("bot.__main__", "coordination.")
"""Rooms whose objects hold ports; what is behind a port holds its own."""

_part = ContextVar("part", default=None)


class Follow:
    """Counts the calls of one way among all calls of a process.

    What is claimed in one task may be sent in another, while the first goes on to look for more: a
    way goes on in the task whose call is the next after the transaction that it began with. What
    people do goes from task to task, so that there all calls are of the way.
    """

    def __init__(self, part, first):
        self._part, self._first = part, first
        self._task, self._moves = None, True
        self.count = 0

    def number(self, part, task, name):
        """Which call of the way it is, from 1; 0 for one that is none of it."""
        if part != self._part or (self.count == 0 and name != self._first):
            return 0
        if part != "people":
            if self._task not in (None, task):
                return 0
            self._task = task
            if name == "uow.exit" and self._moves:
                self._task, self._moves = None, False
        self.count += 1
        return self.count


class Watch:
    """Tells each call of a port, and kills the process at one."""

    def __init__(self, told, kill):
        self._told = told
        self._kill = kill
        self._follow = Follow(kill["part"], kill["first"]) if kill else None
        self._ready = False

    def ready(self):
        if not self._ready:
            self._ready = True
            self._write("ready")

    async def call(self, name, does):
        number = 0
        if self._kill and (self._ready or not self._kill["ready"]):
            number = self._follow.number(_part.get(), _task(), name)
        self._at(name, number, "before")
        try:
            return await does
        finally:
            self._at(name, number, "after")

    def _at(self, name, number, when):
        self._write(f"{when} {_part.get()} {_task()} {name}")
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


class Begun:
    """Stands before the face: what is begun by its start is what people do."""

    def __init__(self, face):
        self._face = face

    def __getattr__(self, name):
        return getattr(self._face, name)

    async def start(self):
        part = _part.set("people")
        await self._face.start()
        _part.reset(part)


PORTS = {
    "storage": StoragePort,
    "messenger": Port,
    "files": Port,
    "directory": Port,
    "turns": Port,
}
"""By the names under which the parts hold them."""


def put_before(bot, watch):
    """Put stand-ins in the place of all ports that the bot's parts hold."""
    _part.set("start")
    bot.face = Begun(bot.face)
    # What other processes changed is read by nobody's act.
    bot.storage.on_change(lambda: copy_context().run(_as, "renewing", bot.changed))
    stands, seen, holders = {}, {id(bot)}, [bot]
    while holders:
        holder = holders.pop()
        for name, held in list(vars(holder).items()):
            port = name.lstrip("_")
            if port in PORTS:
                stand = stands.setdefault(id(held), PORTS[port](port, held, watch))
                object.__setattr__(holder, name, stand)
            elif isinstance(held, WakeUp):
                held._work = _named(name, held._work)
            elif id(held) not in seen and type(held).__module__.startswith(OURS):
                seen.add(id(held))
                if hasattr(held, "__dict__"):
                    holders.append(held)


def _task():
    return id(asyncio.current_task())


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
