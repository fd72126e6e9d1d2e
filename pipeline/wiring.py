"""What the doors put together once and hand to the use cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.artifacts import Artifacts
from pipeline.domain.facts import Limits
from pipeline.errors import NotFound
from pipeline.passwords import Passwords
from pipeline.queue import CeleryQueue, Queue
from pipeline.settings import Settings
from pipeline.store.unit import Store
from pipeline.xml.profiles import Profile, load_profiles


def utc_now() -> dt.datetime:
    """The one place that reads the clock."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Wiring:
    """The adapters of one process, and the settings use cases need."""

    store: Store
    artifacts: Artifacts
    profiles: Mapping[str, Profile]
    settings: Settings
    now: Callable[[], dt.datetime] = utc_now
    passwords: Passwords = field(default_factory=Passwords)

    @property
    def limits(self) -> Limits:
        """The limits the lights are computed with: the default profile's."""
        return self.profile(self.settings.default_profile).limits

    def profile(self, name: str) -> Profile:
        """The profile of that name, its PFMP limit as set. Raises NotFound with the choices."""
        if name not in self.profiles:
            raise NotFound("Profil", name, f"Profils connus : {', '.join(sorted(self.profiles))}.")
        found = self.profiles[name]
        limit = self.settings.pfmp_synthesis_limit
        return replace(found, limits=replace(found.limits, pfmp_synthesis=limit))


def wire(settings: Settings, queue: Queue | None = None) -> Wiring:
    """Connect everything; nothing is opened before its first use."""
    send = (queue or CeleryQueue.from_config()).send
    return Wiring(
        Store(settings.effective_database_url, send),
        Artifacts(settings.artifacts_folder),
        load_profiles(),
        settings,
    )
