"""What people read: a sentence that says what to do, names that can be copied, local time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from pipeline import export_run
from pipeline.cli import common
from pipeline.store.migrate import newest_revision
from pipeline.xml.read_back import LARGEST_BYTES

DIVISION = "1MELEC1"


@pytest.fixture
def version(school):
    """The first version of a division, as programs see it."""
    assert school("export", DIVISION).code == 0
    export_run.run(common.wiring(), [school("jobs", "list", "--json").json[0]["id"]])
    (found,) = school("artifacts", "list", "--json").json
    return found


@pytest.mark.parametrize("command", ["export", "preflight"])
@pytest.mark.parametrize("every", [(), ("--all",)])
def test_a_command_without_any_division_says_how_to_name_one(lslpro, command, every):
    told = f"Aucune division : nommez-en une (« lslpro {command} DIVISION ») ou donnez --all"
    assert lslpro(command, *every).err.startswith(f"lslpro : {told}")


def test_a_file_of_others_is_not_compared_with_now_unless_its_division_is_named(
    school, version, tmp_path
):
    got = school("artifacts", "get", DIVISION, "1", "--to", str(tmp_path)).out.strip()
    path = tmp_path / got.rsplit("/", 1)[-1]
    path.write_bytes(path.read_bytes() + b"\n")
    answer = school("diff", str(path))
    assert (answer.code, answer.out) == (1, "")
    assert "sa division n'est pas connue. Nommez-la" in answer.err
    assert school("diff", str(path), f"{DIVISION}@now").code == 0


def test_an_old_database_that_was_given_is_upgraded_on_demand_only(lslpro, monkeypatch, tmp_path):
    monkeypatch.setenv("LSLPRO_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    told = "La base de données n'est pas à jour (révision aucune) : lancez d'abord"
    assert lslpro("status").err == f"lslpro : {told} « lslpro db upgrade ».\n"
    assert newest_revision() in lslpro("db", "upgrade").out
    assert lslpro("status").code == 0


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_a_name_stands_whole_on_its_line_however_narrow_the_terminal(
    school, version, monkeypatch, width
):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    for command in (("list",), ("show", DIVISION, "1")):
        lines = school("artifacts", *command).out.splitlines()
        assert any(version["file_name"] in line for line in lines)
    assert any(version["sha256"] in line for line in lines)
    assert any("1MELEC1" in line for line in lines)


def test_the_time_of_a_version_is_that_of_the_school_to_the_minute(school, version, monkeypatch):
    made = dt.datetime.fromisoformat(version["created_at"])
    for zone, hours in (("UTC", 0), ("Etc/GMT-14", 14), ("Etc/GMT+11", -11)):
        monkeypatch.setenv("LSLPRO_TIMEZONE", zone)
        local = made.astimezone(dt.timezone(dt.timedelta(hours=hours)))
        out = " ".join(school("artifacts", "show", DIVISION, "1").out.split())
        assert f"Produit le {local:%d/%m/%Y} à {local:%H h %M} " in out


def test_a_bilan_is_that_of_lsl_and_the_check_before_an_export_is_none(school, version, tmp_path):
    report = tmp_path / "LSL_Bilan_import_2026-11-24.xls"
    report.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "Bilan de LSL gardé." in school("sent", DIVISION, "1", "--report", str(report)).out
    assert "Bilans de LSL gardés" in school("artifacts", "show", DIVISION, "1").out
    assert "ilan" not in school("preflight", "--all").out
    path = tmp_path / "x.csv"
    school("preflight", "--all", "--format", "csv", "--output", str(path))
    assert "ilan" not in path.read_text(encoding="utf-8-sig")


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("ElevesSansAdresses.xml", "<BEE_ELEVES/>")
    return out.getvalue()


FRAMEWORK = b"annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
MISTAKEN = {
    "livrets.csv": (b"\xef\xbb\xbfsiecle_id;moyenne_1\n1;12\n", "lslpro import booklets"),
    "virgules.csv": (b'"siecle_id","moyenne_1"\n1,12\n', "lslpro import booklets"),
    "cadre.csv": (FRAMEWORK, "lslpro import frameworks"),
    "autre.csv": (b"a;b\n1;2\n", "lslpro import booklets"),
    "livrets.xlsx": (workbook(), "lslpro import booklets"),
    "siecle.zip": (archive(), "lslpro import siecle"),
    "bilan.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lslpro sent DIVISION VERSION --report"),
    "livret.pdf": (b"%PDF-1.7", "document PDF"),
    "page.xml": (b"<!DOCTYPE html><html>", "page web"),
    "eleves.xml": (b"<?xml version='1.0'?><BEE_ELEVES/>", "lslpro import siecle"),
    "sts.xml": (b"<STS_EDT>", "lslpro import sts"),
    "note.txt": (b"SECRET", "lslpro artifacts get"),
    "coupe.zip": (b"PK\x03\x04", "archive ZIP"),
}


@pytest.mark.faults
@pytest.mark.parametrize("name", MISTAKEN)
def test_a_file_that_is_none_of_lsls_is_called_by_its_name_with_what_takes_it(
    school, tmp_path, name
):
    data, told = MISTAKEN[name]
    path = tmp_path / name
    path.write_bytes(data)
    for command in (("preview", str(path)), ("diff", str(path), str(path))):
        answer = school(*command)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
        assert answer.err.startswith(f"lslpro : Fichier {name} : c")
        assert told in answer.err
        assert "SECRET" not in answer.err


@pytest.mark.faults
@pytest.mark.parametrize("size", [LARGEST_BYTES - 1, LARGEST_BYTES, LARGEST_BYTES + 1])
def test_verify_reads_no_more_than_a_file_for_lsl_may_have(school, tmp_path, size):
    path = tmp_path / "x.xml"
    with path.open("wb") as file:
        file.truncate(size)
    answer = school("verify", str(path))
    assert answer.code == 1
    assert ("plus de 20 Mo" in answer.err) is (size > LARGEST_BYTES)
    assert ("Fichier inconnu" in answer.out) is (size <= LARGEST_BYTES)
