"""The fakes do what the real parts do: each is held to the same sentences against the stand-in."""

import pytest

from bot.metrics import Metrics
from coordination.measures import NoMeasures
from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Profile, Target
from coordination.records import ReminderState
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, BEN, CHANNEL, EVA, GUS, harness, sandbox
from tests.fakes.directory import FakeDirectory
from tests.fakes.measures import FakeMeasures
from tests.fakes.messenger import FakeMessenger, where

HERE, HER = Target(channel=CHANNEL), Target(user=ANA)


class OnFakes:
    """The fakes, with their ways of failing."""

    def __init__(self):
        self.messenger = FakeMessenger()
        ana = Profile(ANA, "T1", "Ana", "Europe/Zurich")
        eva = Profile(EVA, "T2", "Eva", "UTC", external=True)
        ben = Profile(BEN, "T1", "Ben", "America/New_York", guest=True)
        gus = Profile(GUS, "T1", "Gus", "Europe/Zurich")
        self.directory = FakeDirectory(ana, ben, eva, gus)
        self.directory.away.add(GUS)

    def lose_the_answer(self):
        error = DeliveryError("connection_lost", maybe_posted=True)
        self.messenger.trouble.append(error)

    def limit(self):
        self.messenger.trouble.append(DeliveryError("ratelimited", retry_after=7))

    def refuse(self):
        self.messenger.refuses = lambda _target: DeliveryError("is_archived", permanent=True)

    def says(self, ref):
        return self.messenger.at(ref).text


class OnTheStandIn:
    """The real messenger and directory on the stand-in for Slack."""

    def __init__(self, made):
        self.messenger, self.directory, self._slack = made.messenger, made.directory, made.slack

    def lose_the_answer(self):
        self._slack.faults.plan("chat.postMessage", Fault("drop", before=False))

    def limit(self):
        self._slack.faults.plan("chat.postMessage", Fault("429", retry_after=7))

    def refuse(self):
        self._slack.workspace.channels[CHANNEL].archived = True

    def says(self, ref):
        return self._slack.workspace.channels[ref.channel].messages[ref.ts].text


@pytest.fixture(params=["fakes", "stand-in"])
async def either(request):
    if request.param == "fakes":
        yield OnFakes()
        return
    server = sandbox()
    await server.start()
    made = await harness(server)
    yield OnTheStandIn(made)
    await made.app.finish()
    await made.workspace.close()
    await server.stop()


async def failure(awaitable):
    with pytest.raises(DeliveryError) as caught:
        await awaitable
    return caught.value


@pytest.mark.parametrize("target", [HERE, HER], ids=["channel", "person"])
async def test_what_was_posted_is_found_where_it_stands_by_each_key(either, target):
    ref = await either.messenger.post(target, Message("Due"), ["a", "b"])
    found = await where(either.messenger, target, ["a", "b", "c"])
    assert found == {"a": ref, "b": ref}
    assert await where(either.messenger, HER if target is HERE else HERE, ["a"]) == {}
    assert await either.messenger.permalink(ref)


async def test_an_update_replaces_and_keeps_the_keys(either):
    ref = await either.messenger.post(HERE, Message("Before"), ["a"])
    await either.messenger.update(ref, Message("After"), ["a"])
    assert either.says(ref) == "After"
    assert await where(either.messenger, HERE, ["a"]) == {"a": ref}


async def test_two_with_one_key_are_both_found_and_the_later_is_taken_away(either):
    first = await either.messenger.post(HERE, Message("Due"), ["a", "b"])
    twin = await either.messenger.post(HERE, Message("Due"), ["a"])
    found = await either.messenger.find(HERE, ["a"])
    assert [(m.ref, m.keys, m.more) for m in found] == [
        (first, frozenset("ab"), False),
        (twin, frozenset("a"), False),
    ]
    await either.messenger.delete(twin)
    await either.messenger.delete(twin)  # gone is gone
    assert [m.ref for m in await either.messenger.find(HERE, ["a"])] == [first]


async def test_a_lost_answer_leaves_a_message_that_is_found(either):
    either.lose_the_answer()
    error = await failure(either.messenger.post(HERE, Message("Due"), ["a"]))
    assert (error.maybe_posted, error.permanent) == (True, False)
    assert list(await where(either.messenger, HERE, ["a"])) == ["a"]


async def test_a_rate_limit_posts_nothing_and_says_how_long(either):
    either.limit()
    error = await failure(either.messenger.post(HERE, Message("Due"), ["a"]))
    assert (error.retry_after, error.maybe_posted, error.permanent) == (7, False, False)
    assert await where(either.messenger, HERE, ["a"]) == {}


async def test_what_can_never_be_posted_is_told_as_such(either):
    either.refuse()
    error = await failure(either.messenger.post(HERE, Message("Due"), ["a"]))
    assert (error.permanent, error.maybe_posted) == (True, False)


async def test_people_are_known_by_their_id(either):
    ana = await either.directory.profile(ANA)
    assert (ana.user, ana.name, ana.zone, ana.external) == (ANA, "Ana", "Europe/Zurich", False)
    assert (await either.directory.profile(EVA)).external
    assert (await either.directory.profile(BEN)).guest
    assert await either.directory.profile("U9NOBODY") is None


@pytest.mark.parametrize(("user", "inside"), [(ANA, True), (GUS, False), ("U9NOBODY", False)])
async def test_who_is_in_a_channel_of_the_group_may_ask(either, user, inside):
    assert await either.directory.in_group(user) is inside


def count_all(measures):
    measures.due(3)
    measures.posted([0.0, 200.0])
    measures.posted([])
    measures.ended(ReminderState.FOLDED, 1)
    measures.sent("direct")
    measures.retried("reminder", 2)
    measures.differed(1)


def test_the_fake_counts_what_the_real_measures_count():
    fake, real = FakeMeasures(), Metrics()
    for measures in (fake, real, NoMeasures()):
        count_all(measures)
    told = {
        "due": ("gmg_reminders_due_total", {}),
        "posted": ("gmg_reminders_posted_total", {}),
        "folded": ("gmg_reminders_ended_total", {"state": "folded"}),
        "sent direct": ("gmg_outbox_sent_total", {"kind": "direct"}),
        "retried reminder": ("gmg_retries_total", {"what": "reminder"}),
        "differed": ("gmg_audit_differences_total", {}),
    }
    found = {what: real.registry.get_sample_value(*sample) for what, sample in told.items()}
    assert found == fake.counted
    assert sum(fake.late) == real.registry.get_sample_value("gmg_reminder_lateness_seconds_sum")
