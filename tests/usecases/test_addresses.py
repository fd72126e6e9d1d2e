"""Addresses and times that are none: refused at the door, by name, without their value."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingsRefused
from pipeline.settings import Settings, read_settings
from pipeline.wiring import wire

pytestmark = pytest.mark.faults
SECRET = "hunter2"


class NoQueue:
    def send(self, messages):
        raise AssertionError(messages)


@pytest.mark.parametrize(
    "url",
    [f"postgres//u:{SECRET}@h/db", f"postgresql://u:{SECRET}@h:port/db", "sqlite+aiosqlite:///x",
     f"postgresql+asyncpg://u:{SECRET}@h/db"],
)  # fmt: skip
def test_a_database_address_that_is_none_is_refused_by_name(url):
    with pytest.raises(SettingsRefused, match="LSLPRO_DATABASE_URL") as caught:
        wire(Settings(database_url=url), NoQueue())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [f"http://u:{SECRET}@h", "localhost:6379", f"redis://:{SECRET}/x@h:1/0", "redis://h:port",
     "redis://h/abc", "amqp://h"],
)  # fmt: skip
def test_a_broker_address_that_is_none_is_refused_by_name(monkeypatch, url):
    monkeypatch.setenv("BROKER_URL", url)
    with pytest.raises(SettingsRefused, match="LSLPRO_BROKER_URL :") as caught:
        read_settings()
    assert SECRET not in str(caught.value)


def test_a_time_zone_that_is_none_is_refused_without_its_value(monkeypatch):
    monkeypatch.setenv("LSLPRO_TIMEZONE", SECRET)
    with pytest.raises(SettingsRefused, match="LSLPRO_TIMEZONE") as caught:
        read_settings()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("time", ["01:30Z", "01:30+02:00"])
def test_a_night_time_with_a_zone_of_its_own_is_refused_not_met_each_minute(monkeypatch, time):
    monkeypatch.setenv("LSLPRO_NIGHTLY_AT", time)
    with pytest.raises(SettingsRefused, match="LSLPRO_NIGHTLY_AT"):
        read_settings()


@pytest.mark.parametrize("name", ["DATABASE_URL", "ARTIFACTS", "HOME", "LEASE_S", "TIMEZONE"])
def test_an_empty_variable_is_one_not_given(monkeypatch, name):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/x.db")
    monkeypatch.setenv(f"LSLPRO_{name}", "")
    found = read_settings()
    assert (found.database_url, found.artifacts) == ("sqlite:////srv/x.db", None)
    assert (str(found.home), found.lease_s) == ("lslpro-data", 60)
