"""When: the clock, the wake-up, the jobs."""
