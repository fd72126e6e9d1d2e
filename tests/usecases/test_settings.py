"""Settings: read once from the environment, refused by name, never by value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.embedded.broker import broker_url
from pipeline.errors import NotFound, SettingsRefused
from pipeline.settings import Settings, read_settings
from pipeline.wiring import utc_now, wire

SECRET = "hunter2"
DATABASE, OTHER = f"postgresql://lslpro:{SECRET}@db/lslpro", "sqlite:////srv/other.db"


class NoQueue:
    """Sends nothing."""

    def send(self, messages):
        raise AssertionError(messages)


@pytest.fixture
def given(monkeypatch):
    """Settings read from an environment of these variables."""

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read_settings()

    return read


def test_with_no_environment_everything_lives_in_one_folder(given, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = given()
    assert found.home == Path("lslpro-data")
    assert found.effective_database_url == f"sqlite:///{tmp_path}/lslpro-data/lslpro.db"
    assert found.artifacts_folder == tmp_path / "lslpro-data" / "artifacts"
    assert found.effective_broker_url == broker_url(found.home)
    assert found.embedded_broker
    assert list(tmp_path.iterdir()) == []  # nothing is made by reading


def test_the_defaults_are_those_the_readme_promises(given):
    found = given()
    assert (found.broker_prefix, found.editor_name) == ("lslpro:", "EDITEUR-NON-ACCREDITE")
    assert (found.application_name, found.default_profile) == ("LSLPRO", "lslpro-draft-1")
    assert (found.timezone, found.nightly_at) == ("Europe/Paris", dt.time(1, 30))
    assert (found.lease_s, found.pfmp_synthesis_limit) == (60, 300)


@pytest.mark.parametrize("prefix", ["", "LSLPRO_"])
def test_a_database_and_a_broker_are_given_with_or_without_the_prefix(given, prefix):
    variables = {f"{prefix}DATABASE_URL": DATABASE, f"{prefix}BROKER_URL": "redis://r/1"}
    found = given(**variables)
    assert (found.effective_database_url, found.effective_broker_url) == (DATABASE, "redis://r/1")
    assert not found.embedded_broker


def test_the_prefixed_variable_wins(given):
    found = given(
        LSLPRO_DATABASE_URL=DATABASE, DATABASE_URL=OTHER,
        LSLPRO_BROKER_URL="redis://ours", BROKER_URL="redis://others",
    )  # fmt: skip
    assert (found.database_url, found.broker_url) == (DATABASE, "redis://ours")


def test_other_settings_have_no_name_without_the_prefix(given):
    found = given(HOME="/elsewhere", TIMEZONE="UTC", LEASE_S="5", ARTIFACTS="/x")
    assert (found.home, found.timezone) == (Path("lslpro-data"), "Europe/Paris")
    assert (found.lease_s, found.artifacts) == (60, None)


def test_unknown_variables_of_ours_are_left_alone(given):
    assert given(LSLPRO_COLOUR="blue").timezone == "Europe/Paris"


def test_each_setting_is_read(given):
    found = given(
        LSLPRO_HOME="/srv/lslpro", LSLPRO_ARTIFACTS="/srv/files", LSLPRO_NIGHTLY_AT="02:15",
        LSLPRO_TIMEZONE="Indian/Reunion", LSLPRO_LEASE_S="5", LSLPRO_PFMP_SYNTHESIS_LIMIT="10000",
        LSLPRO_APPLICATION_NAME="A" * 50, LSLPRO_EDITOR_NAME="É", LSLPRO_DEFAULT_PROFILE="lsl-1.0",
        LSLPRO_BROKER_PREFIX="school:",
    )  # fmt: skip
    assert (found.home, found.artifacts_folder) == (Path("/srv/lslpro"), Path("/srv/files"))
    assert (found.nightly_at, found.timezone) == (dt.time(2, 15), "Indian/Reunion")
    assert (found.lease_s, found.pfmp_synthesis_limit) == (5, 10_000)
    assert (found.application_name, found.editor_name) == ("A" * 50, "É")
    assert (found.default_profile, found.broker_prefix) == ("lsl-1.0", "school:")


@pytest.mark.faults
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEASE_S", "4"), ("LEASE_S", SECRET), ("LEASE_S", "1e9999"),
        ("PFMP_SYNTHESIS_LIMIT", "0"), ("PFMP_SYNTHESIS_LIMIT", "10001"),
        ("PFMP_SYNTHESIS_LIMIT", "3.5"),
        ("NIGHTLY_AT", "24:00"), ("NIGHTLY_AT", f"{SECRET} 01:30"),
        ("APPLICATION_NAME", f"{SECRET}" * 8),
        ("TIMEZONE", "Europe/Lutece"), ("TIMEZONE", "../../etc/passwd"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_and_the_variable_named(given, name, value):
    with pytest.raises(SettingsRefused, match=f"LSLPRO_{name} :") as caught:
        given(**{f"LSLPRO_{name}": value})
    assert SECRET not in str(caught.value)


@pytest.mark.faults
def test_all_bad_values_are_named_at_once_and_no_good_one(given):
    with pytest.raises(SettingsRefused) as caught:
        given(LSLPRO_LEASE_S="x", LSLPRO_NIGHTLY_AT="x", DATABASE_URL=DATABASE)
    told = str(caught.value)
    assert all(name in told for name in ("LSLPRO_LEASE_S", "LSLPRO_NIGHTLY_AT"))
    assert "DATABASE" not in told
    assert SECRET not in told


@pytest.mark.faults
@pytest.mark.parametrize("scheme", ["mysql", "oracle+oracledb", "mssql", "postgres2"])
def test_a_database_we_do_not_know_is_refused_without_its_password(scheme):
    settings = Settings(database_url=f"{scheme}://lslpro:{SECRET}@db/lslpro")
    with pytest.raises(SettingsRefused, match="LSLPRO_DATABASE_URL : base « ") as caught:
        wire(settings, NoQueue())
    assert SECRET not in str(caught.value)


@pytest.mark.faults
def test_the_store_shows_its_address_without_the_password():
    store = wire(Settings(database_url=DATABASE), NoQueue()).store
    assert SECRET not in repr(store.engine)
    assert store.dialect == "postgresql"


@pytest.mark.parametrize("spelling", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_gives_one_driver(spelling):
    store = wire(Settings(database_url=f"{spelling}://db/lslpro"), NoQueue()).store
    assert store.engine.driver == "psycopg"


def test_wiring_puts_together_what_the_settings_say_and_opens_nothing_but_a_folder(tmp_path):
    settings = Settings(home=tmp_path / "home", pfmp_synthesis_limit=120)
    w = wire(settings, NoQueue())
    assert w.settings is settings
    assert w.now is utc_now
    assert w.artifacts.path("a" * 64).is_relative_to(tmp_path / "home" / "artifacts")
    assert sorted(w.profiles) == ["lsl-1.0", "lslpro-draft-1"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("profile", ["lsl-1.0", "lslpro-draft-1"])
def test_the_pfmp_limit_set_is_that_of_every_profile_and_of_the_lights(tmp_path, profile):
    w = wire(
        Settings(home=tmp_path, pfmp_synthesis_limit=120, default_profile=profile), NoQueue()
    )  # fmt: skip
    assert w.profile(profile).limits == w.limits
    assert (w.limits.pfmp_synthesis, w.limits.appreciation) == (120, 300)


@pytest.mark.faults
def test_a_default_profile_that_is_none_is_not_found_with_those_there_are(tmp_path):
    w = wire(Settings(home=tmp_path, default_profile="lsl-2"), NoQueue())
    with pytest.raises(NotFound, match=r"lsl-1\.0, lslpro-draft-1"):
        assert w.limits


def test_the_clock_is_aware_and_in_utc():
    assert utc_now().tzinfo is dt.UTC
