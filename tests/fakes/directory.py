"""A directory of people known by heart."""

from __future__ import annotations

from coordination.ports import Profile


class FakeDirectory:
    """`Directory` over a fixed set of profiles."""

    def __init__(self, *profiles: Profile) -> None:
        self.profiles = {p.user: p for p in profiles}
        self.away: set[str] = set()  # users who are in none of the group's channels

    async def profile(self, user: str) -> Profile | None:
        """The profile, None for a stranger."""
        return self.profiles.get(user)

    async def in_group(self, user: str) -> bool:
        """Whether they are in one of the group's channels."""
        return user in self.profiles and user not in self.away
