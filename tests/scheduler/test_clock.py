"""Plan time: started, sped up, stopped and moved; and real moments mapped to it."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clock import PlanClock

START = datetime(2010, 1, 4, 7, 0, tzinfo=UTC)


class Real:
    def __init__(self, at=1_000_000.0):
        self.at = at

    def __call__(self):
        return self.at


def test_without_a_start_plan_time_is_real_time_and_event_times_are_kept():
    clock = PlanClock(real=Real(1_263_200_400.5))
    assert clock.now() == datetime.fromtimestamp(1_263_200_400.5, UTC)
    assert clock.plan_time(12.0) == datetime.fromtimestamp(12.0, UTC)


def test_a_started_clock_runs_at_its_speed():
    real = Real()
    clock = PlanClock(START, speed=60, real=real)
    real.at += 10
    assert clock.now() == START + timedelta(minutes=10)
    assert clock.real_seconds_until(START + timedelta(minutes=20)) == pytest.approx(10)


def test_clocks_begun_at_the_same_real_moment_agree_whenever_they_were_made():
    real = Real()
    first = PlanClock(START, speed=60, real=real)
    real.at += 10
    second = PlanClock(START, speed=60, real=real, since=1_000_000.0)
    assert second.now() == first.now() == START + timedelta(minutes=10)
    assert second.plan_time(1_000_005.0) == START + timedelta(minutes=5)
    assert second.plan_time(999_000.0) == START


def test_a_stopped_clock_stands_and_has_no_next_moment():
    real = Real()
    clock = PlanClock(START, speed=0, real=real)
    real.at += 3600
    assert clock.now() == START
    assert clock.real_seconds_until(START + timedelta(days=1)) is None
    assert clock.real_seconds_until(START) == 0


def test_it_can_be_moved_ahead_and_never_back():
    real = Real()
    clock = PlanClock(START, speed=1, real=real)
    clock.move_to(START + timedelta(days=2))
    assert clock.now() == START + timedelta(days=2)
    clock.move_to(START)
    assert clock.now() == START + timedelta(days=2)
    with pytest.raises(ValueError, match="backwards"):
        clock.run_at(-1)


def test_it_does_not_go_back_when_the_machines_clock_does():
    real = Real()
    clock = PlanClock(START, speed=1, real=real)
    real.at += 100
    clock.run_at(2)
    before = clock.now()
    real.at -= 3600
    assert clock.now() >= before


def test_a_real_moment_maps_to_the_plan_time_it_lay_at():
    real = Real()
    clock = PlanClock(START, speed=10, real=real)
    real.at += 5
    clock.move_to(START + timedelta(days=1))
    real.at += 5
    assert clock.plan_time(1_000_002.0) == START + timedelta(seconds=20)
    assert clock.plan_time(1_000_007.0) == START + timedelta(days=1, seconds=20)
    assert clock.plan_time(999_000.0) == START
    moments = [clock.plan_time(1_000_000.0 + n) for n in range(11)]
    assert moments == sorted(moments)


def test_a_move_is_told():
    told = []
    clock = PlanClock(START, speed=0, real=Real())
    clock.on_change(lambda: told.append(clock.now()))
    clock.move_to(START + timedelta(hours=1))
    assert told == [START + timedelta(hours=1)]


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="aware"):
        PlanClock(datetime(2010, 1, 4))  # noqa: DTZ001 - naive on purpose
