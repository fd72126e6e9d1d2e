"""A school's office: the real command and the use cases, on one database of each dialect."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Command, lslpro
from tests.usecases.conftest import clock, w

__all__ = ["clock", "lslpro", "office", "w"]


@pytest.fixture
def office(
    lslpro: Command,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Run `lslpro …` on the test's own database, once on each dialect."""
    monkeypatch.setenv("LSLPRO_DATABASE_URL", database_url)
    return lslpro
