"""What people do in a soak, drawn from its seed, and a plain model of what must come of it."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from bot.cli.demo_people import CHANNEL, EXTERNAL, SECRETARIAT
from sandbox.acts import NotPossible
from tests.e2e.group import action_of, user_of
from tests.e2e.soak.fleet import until

POSITIONS = {
    "white_check_mark": "cleared",
    "heavy_check_mark": "cleared",
    "speech_balloon": "cleared with suggestions",
    "no_entry": "cannot clear as drafted",
    "white_circle": "stands aside",
}
BUTTONS = {
    "Cleared": "cleared",
    "No comments": "cleared",
    "Stand aside": "stands aside",
}
MOVED = {
    "emp-recommendations": [f"{day} June 2010" for day in (8, 10, 14, 17, 22)],
    "wl-3": [f"{day} June 2010" for day in (3, 7, 9, 11, 16)],
    "symposium-outcomes-gfmd": [f"{day} June 2010" for day in (3, 8, 30)],
}
QUESTIONS = ("next", "mine", "deadlines", "clearance", "show symposium", "chair", "help")
IN_TIME = timedelta(hours=16)
"""Before a closing time nobody answers any more: an event takes long where a bot is down."""
LONGEST_LOOK = 30.0
"""Real seconds from the moment of asking for reactions until Slack looked."""
UNSURE = "whether it was recorded nobody was told"


@dataclass(frozen=True)
class Reacted:
    """A reaction given or taken away: `order` is the platform's event time."""

    card: str  # its ts
    user: str
    name: str
    given: bool
    order: str


@dataclass
class Doings:
    """All that was done, in the order it was done, and the model's books."""

    reacted: list[Reacted] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)  # user, ts of what was seen
    pressed: dict[tuple[str, str], set] = field(default_factory=dict)  # card, user: may stand
    dates: dict[str, set] = field(default_factory=dict)  # milestone: may be its date
    failed: int = 0  # commands and presses whose person was told of an error

    def standing(self, card, users, found=()):
        """The positions that a card's agency may stand at, by its people's user ids.

        `found` are reactions that the bot read from the message, with the time at which it did.

        Read in the order of event times: what counts is the answer given last, and taking that
        one away leaves none.
        """
        by_button = [self.pressed[card, u] for u in users if (card, u) in self.pressed]
        if by_button:
            return by_button[0]
        counts = None
        for one in sorted((*self.reacted, *found), key=lambda r: float(r.order)):
            if one.card != card or one.user not in users or one.name not in POSITIONS:
                continue
            if one.given:
                counts = one
            elif counts is not None and (counts.user, counts.name) == (one.user, one.name):
                counts = None
        return {None if counts is None else POSITIONS[counts.name]}

    def stood(self, found):
        """Whether what the bot found was so when it looked, or became so while it did."""
        news = [
            (float(r.order), r.given)
            for r in self.reacted
            if (r.card, r.user, r.name) == (found.card, found.user, found.name)
        ]
        looked = float(found.order)
        before = [given for at, given in sorted(news) if at <= looked]
        during = [given for at, given in news if looked < at < looked + LONGEST_LOOK]
        return found.given in ((before or [False])[-1], *during)


class People:
    """The group's people; each does one thing at a time."""

    def __init__(self, server, random, tell, now):
        """`now` gives plan time."""
        self._server, self._random, self._tell, self._now = server, random, tell, now
        self.doings = Doings()
        self._busy = defaultdict(asyncio.Lock)
        self._tasks = set()
        self.cards = []  # the circulations' messages
        self.reacting, self.pressing = {}, {}  # by card: user ids
        self._closes = {}  # by card, where no answer counts after it
        self.reactions_held = False  # while clocks differ, nobody answers

    async def circulate(self, milestones):
        """The chair circulates a text of each; the cards, as they stand in the channel."""
        for milestone in milestones:
            text = f"/gmg circulate {milestone} https://example.org/{milestone}.pdf"
            asked = await self._answer("UUNDP", text)
            before = len(self._cards())
            outcome = await self._press("UUNDP", asked, "Circulate")
            assert outcome.error is None, outcome.error

            async def placed(before=before):
                return len(self._cards()) > before

            await until(placed, f"the card of {milestone}")
        self.cards = self._cards()
        return self.cards

    def take_parts(self, card, asked, closes):
        """Of the agencies asked two stay silent, three press buttons, the others react.

        `closes` is when the card takes no answers any more, None where it goes on taking them.
        """
        by_button, reacting = asked[3:6], asked[6:]
        self.pressing[card.ts] = [user_of(a) for a in by_button]
        # The first agency has an alternate, too.
        self.reacting[card.ts] = [user_of(a) for a in (asked[0], *reacting)] + [EXTERNAL]
        self._closes[card.ts] = closes

    def _cards(self):
        messages = self._server.workspace.channels[CHANNEL].messages.values()
        return [m for m in messages if "replies received" in m.text and not m.ephemeral_to]

    def one_does_something(self):
        """Somebody does one thing, drawn from the seed."""
        what = self._random.choices(
            (self._reacts, self._presses, self._sees, self._asks, self._moves), (9, 2, 3, 3, 1)
        )[0]
        what()

    def _soon(self, user, doing):
        async def in_turn():
            async with self._busy[user]:
                try:
                    await doing
                except NotPossible as no:  # such as a message that is gone
                    self._tell(f"{user}: {no}")

        task = asyncio.create_task(in_turn())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self):
        """Return when everybody has their answer; raises what went wrong in an act."""
        while self._tasks:
            for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome

    def _reacts(self):
        card = self._random.choice(self.cards)
        user = self._random.choice(self.reacting[card.ts])
        name = self._random.choice((*POSITIONS, "eyes"))
        if self.reactions_held or self._is_closing(card):
            return
        given = user not in card.reactions.get(name, ())
        do = self._server.people.react if given else self._server.people.unreact
        do(user, CHANNEL, card.ts, name)
        order = self._server.deliveries.events[-1]["event"]["event_ts"]
        self.doings.reacted.append(Reacted(card.ts, user, name, given, order))
        self._tell(f"{user} {'gave' if given else 'took away'} {name} on {card.text[:24]}")

    def _presses(self):
        card = self._random.choice(self.cards)
        user = self._random.choice(self.pressing[card.ts])
        labels = [b for b in BUTTONS if action_of(card, b)]
        label = self._random.choice(labels or ["none"])
        if labels and not self.reactions_held and not self._is_closing(card):
            self._soon(user, self._answers(user, card, label))

    def _is_closing(self, card):
        """Whether an answer might reach the bot only after the end, when it is not counted."""
        closes = self._closes[card.ts]
        return closes is not None and self._now() > closes - IN_TIME

    async def _answers(self, user, card, label):
        may = self.doings.pressed.setdefault((card.ts, user), {None})
        receipt = await self._receipt(user, card, label)
        position = BUTTONS[label]
        self._tell(f"{user} pressed {label} on {card.text[:24]}: {receipt}")
        if receipt == UNSURE:
            self.doings.pressed[card.ts, user] = may | {position}
        elif receipt.startswith("Noted"):
            self.doings.pressed[card.ts, user] = {position}

    def _sees(self):
        bot = self._server.spec.bot_user
        channels = self._server.workspace.channels.values()
        told = [
            (c, m)
            for c in channels
            for m in c.messages.values()
            if m.user == bot and "|" in str(m.metadata)
        ]
        which, who, press = (self._random.random() for _ in range(3))
        if not told or self.reactions_held:
            return
        channel, message = told[int(which * len(told))]
        users = [channel.im_with] if channel.is_im else self.reacting[self.cards[0].ts]
        user = users[int(who * len(users))]
        if press < 0.3 and action_of(message, "Seen"):
            self._soon(user, self._receipt(user, message, "Seen"))
            self._tell(f"{user} pressed Seen on {message.text[:24]}")
        elif user not in message.reactions.get("eyes", ()):
            self._server.people.react(user, channel.id, message.ts, "eyes")
            self.doings.seen.append((user, message.ts))
            self._tell(f"{user} saw {message.text[:24]}")

    def _asks(self):
        who = [user_of(a) for a in ("undp", "ilo", "iom", "unhcr", "who")] + [SECRETARIAT]
        user, text = self._random.choice(who), self._random.choice(QUESTIONS)
        self._soon(user, self._answer(user, f"/gmg {text}", ended=False))

    def _moves(self):
        milestone = self._random.choice(list(MOVED))
        date = self._random.choice(MOVED[milestone])
        user = self._random.choice(("UUNDP", SECRETARIAT))
        # One at a time, whoever it is: a date asked about before another was set is asked anew.
        self._soon("dates", self._sets(user, milestone, date))

    async def _sets(self, user, milestone, date):
        async with self._busy[user]:
            await self._sets_in_turn(user, milestone, date)

    async def _sets_in_turn(self, user, milestone, date):
        may = self.doings.dates.setdefault(milestone, {None})
        asked = await self._answer(user, f"/gmg move {milestone} {date}", ended=False)
        if asked is None or action_of(asked, "Move the date") is None:
            return  # it stands there already, or the bot did not answer
        receipt = await self._receipt(user, asked, "Move the date")
        self._tell(f"{user} moved {milestone} to {date}: {receipt[:60]}")
        if receipt == UNSURE:
            self.doings.dates[milestone] = may | {date}
        elif receipt.startswith("Moved"):
            self.doings.dates[milestone] = {date}

    async def _answer(self, user, text, ended=True):
        """The ephemeral message that answers a command; None where there was none."""
        before = {m.ts for m in self._told(user)}
        outcome = await self._server.people.command(user, CHANNEL, text)
        if outcome.error and not ended:
            self.doings.failed += 1
            self._tell(f"{user} {text}: {outcome.error}")
            return None
        assert outcome.error is None, outcome.error
        new = [m for m in self._told(user) if m.ts not in before]
        return new[-1] if new else None

    async def _press(self, user, message, label):
        action = action_of(message, label)
        if action is None:
            raise NotPossible(f"the button {label} is gone")
        return await self._server.people.press(
            user, message.channel, message.ts, action["action_id"]
        )

    async def _receipt(self, user, message, label):
        """What the person reads on a press; UNSURE where nothing came."""
        before = {m.ts: m.text for m in self._told(user)}
        outcome = await self._press(user, message, label)
        if outcome.error:
            self.doings.failed += 1
            return UNSURE

        async def receipt():
            return [m.text for m in self._told(user) if before.get(m.ts) != m.text]

        try:
            return (await until(receipt, "a receipt", seconds=6))[-1]
        except AssertionError:
            return UNSURE

    def _told(self, user):
        messages = self._server.workspace.channels[CHANNEL].messages.values()
        return [m for m in messages if m.ephemeral_to == user]
