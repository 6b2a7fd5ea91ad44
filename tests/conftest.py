"""What all tests share."""

from hypothesis import settings

# The first example of a run pays for imports and holiday tables; time is measured in benchmarks/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
