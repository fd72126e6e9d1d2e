"""A clock and a wiring on the test's own database, for every use case."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from tests.usecases.exporting import Clock, a_wiring


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def w(store: Store, tmp_path: Path, clock: Clock) -> Wiring:
    """The adapters of one process."""
    return a_wiring(store, tmp_path / "home", clock)
