"""The use cases that listeners call, as one value: what each listener needs and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from coordination.channel_news import ChannelNews
from coordination.messages.forms import Answers, FileRef, Form
from coordination.messages.parts import Message
from coordination.services import Asker, Reply, Services


class Answer(Protocol):
    """Answers words that somebody wrote (coordination/dispatch.py)."""

    async def __call__(self, services: Services, asker: Asker, text: str) -> Reply | Form: ...


class AtHand(Protocol):
    """The answer that is kept for words answered before (coordination/dispatch.py)."""

    def __call__(self, services: Services, asker: Asker, text: str) -> Reply | None: ...


class Press(Protocol):
    """Does what a button asks for (coordination/dispatch.py)."""

    async def __call__(
        self, services: Services, asker: Asker, action: str, value: str
    ) -> Reply | Form: ...


class Submit(Protocol):
    """Takes a form that was filled in (coordination/dispatch.py)."""

    async def __call__(
        self, services: Services, asker: Asker, name: str, about: str, answers: Answers
    ) -> Reply | Form: ...


class Home(Protocol):
    """What a person finds on the bot's page (coordination/home.py)."""

    async def __call__(self, services: Services, asker: Asker) -> Message: ...


class CirculateMessage(Protocol):
    """Begins a circulation of what a message holds (coordination/shortcut.py)."""

    async def __call__(
        self,
        services: Services,
        asker: Asker,
        links: tuple[str, ...],
        files: tuple[FileRef, ...],
        text: str,
    ) -> Reply | Form: ...


class React(Protocol):
    """Takes a reaction given or taken away (coordination/react.py)."""

    async def __call__(
        self, services: Services, asker: Asker, reaction: str, given: bool
    ) -> None: ...


class AnsweredFirst(Protocol):
    """Whether no other process has answered a message (coordination/answered.py)."""

    async def __call__(self, services: Services, message: str) -> bool: ...


class ChannelTold(Protocol):
    """Takes what Slack tells of a channel (coordination/channel_news.py)."""

    async def __call__(self, services: Services, news: ChannelNews) -> None: ...


class Greeting(Protocol):
    """What is said when the bot is added to a channel (coordination/greet.py)."""

    def __call__(self, services: Services) -> Message: ...


@dataclass(frozen=True)
class UseCases:
    """What the listeners call."""

    answer: Answer
    press: Press
    submit: Submit
    react: React
    home: Home
    circulate_message: CirculateMessage
    greeting: Greeting
    answered_first: AnsweredFirst
    at_hand: AtHand
    channel_told: ChannelTold


def coordination() -> UseCases:
    """The real ones."""
    from coordination.answered import answered_first
    from coordination.channel_news import channel_told
    from coordination.dispatch import answer, at_hand, press, submit
    from coordination.greet import greeting
    from coordination.home import home
    from coordination.react import react
    from coordination.shortcut import circulate_message

    return UseCases(
        answer,
        press,
        submit,
        react,
        home,
        circulate_message,
        greeting,
        answered_first,
        at_hand,
        channel_told,
    )
