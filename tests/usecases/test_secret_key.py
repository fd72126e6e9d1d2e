"""The key that signs cookies: made once, whoever comes first, readable by its owner only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pipeline import secret_key
from pipeline.errors import SettingsRefused
from pipeline.settings import Settings, read_settings

GIVEN = "une-cle-bien-assez-longue-pour-signer"


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    found = secret_key.read_or_make(tmp_path / "new" / "home")
    assert len(found) >= secret_key.SHORTEST
    assert secret_key.read_or_make(tmp_path / "new" / "home") == found
    path = tmp_path / "new" / "home" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]


@pytest.mark.faults
def test_many_who_need_it_at_once_get_the_same(tmp_path):
    start = Barrier(8)

    def need(_):
        start.wait()
        return secret_key.read_or_make(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(need, range(8)))) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("content", ["", "trop courte", "é"])
def test_a_damaged_key_is_refused_with_what_to_do(tmp_path, content):
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(SettingsRefused, match="Effacez ce fichier"):
        secret_key.read_or_make(tmp_path)


def test_a_home_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsRefused, match=r"secret\.key"):
        secret_key.read_or_make(tmp_path / "file")


def test_a_key_that_is_given_is_the_key_and_makes_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("LSLPRO_HOME", str(tmp_path))
    monkeypatch.setenv("LSLPRO_SECRET_KEY", GIVEN)
    found = read_settings()
    assert found.secret_key == GIVEN
    assert list(tmp_path.iterdir()) == []
    assert GIVEN not in repr(found)


@pytest.mark.parametrize(("length", "is_taken"), [(31, False), (32, True), (33, True)])
def test_a_key_has_a_shortest_length_and_is_never_quoted(monkeypatch, length, is_taken):
    monkeypatch.setenv("LSLPRO_SECRET_KEY", GIVEN[:length])
    if is_taken:
        assert read_settings().secret_key == GIVEN[:length]
        return
    with pytest.raises(SettingsRefused, match=r"LSLPRO_SECRET_KEY.*32 caractères") as refused:
        read_settings()
    assert GIVEN[:length] not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"LSLPRO_WEB_PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"LSLPRO_PUBLIC_URL": "https://livrets.example/"}, "https://livrets.example"),
        ({"LSLPRO_PUBLIC_URL": "http://[::1]:8000"}, "http://[::1]:8000"),
    ],
)
def test_the_address_people_use_is_given_or_this_machines(monkeypatch, given, found):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert read_settings().public_url == found


@pytest.mark.parametrize(
    "url",
    ["livrets.example", "ftp://x", "https://", "https://x/chemin", "https://x y", "https://x?a"],
)
def test_an_address_that_is_no_root_of_a_site_is_refused(monkeypatch, url):
    monkeypatch.setenv("LSLPRO_PUBLIC_URL", url)
    with pytest.raises(SettingsRefused, match="LSLPRO_PUBLIC_URL"):
        read_settings()


@pytest.mark.parametrize(
    ("port", "is_taken"), [(0, False), (1, True), (65_535, True), (65_536, False)]
)
def test_a_port_is_one_of_those_there_are(monkeypatch, port, is_taken):
    monkeypatch.setenv("LSLPRO_WEB_PORT", str(port))
    if is_taken:
        assert read_settings().web_port == port
        return
    with pytest.raises(SettingsRefused, match="LSLPRO_WEB_PORT"):
        read_settings()


def test_the_settings_of_a_test_may_be_made_without_an_environment(tmp_path):
    assert Settings(home=tmp_path).secret_key == Settings(home=tmp_path).secret_key
