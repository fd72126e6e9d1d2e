"""`lslpro sent`, and what the files then show."""

from __future__ import annotations

import pytest

from tests.cli.test_diff_command import DIVISION, produced

REPORT = b"\xd0\xcf\x11\xe0 opaque"


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "LSL_Bilan_import_2026-11-24.xls"
    path.write_bytes(REPORT)
    return str(path)


def test_an_upload_is_recorded_once_and_shown_with_the_files(school, report, tmp_path):
    produced(school)
    assert "pas encore" in school("artifacts", "show", DIVISION, "1").out
    assert school("artifacts", "list", "--json").json[0]["sent_at"] is None
    assert "Envoi noté : version 1" in school("sent", DIVISION, "1").out
    again = school("sent", DIVISION, "1", "--report", report)
    assert "Déjà noté" in again.out
    assert "Bilan de LSL gardé." in again.out
    last = school("sent", DIVISION, "1", "--report", report, "--json")
    assert (last.code, last.json["is_new"], last.json["report_is_new"]) == (0, False, False)
    (listed,) = school("artifacts", "list", "--json").json
    shown = school("artifacts", "show", DIVISION, "1", "--json").json
    assert listed["sent_at"] == shown["sent_at"] == last.json["sent_at"]
    assert len(shown["reports"]) == 1
    out = school("artifacts", "show", DIVISION, "1").out
    assert f"par {listed['sent_by']}" in out
    school("artifacts", "get", DIVISION, "1", "--to", str(tmp_path / "got"))
    (kept,) = (tmp_path / "got").glob("LSLPRO_*_bilan_1.xls")
    assert kept.read_bytes() == REPORT


@pytest.mark.faults
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((DIVISION, "2"), "Versions de 1MELEC1 (lslpro-draft-1) : 1."),
        ((DIVISION, "1", "--profile", "lsl-1.0"), "Versions de 1MELEC1 (lsl-1.0) : aucune."),
        ((DIVISION, "1", "--report", "nul.xls"), "introuvable ou illisible"),
        (("NULLE", "1"), "Divisions connues"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(school, arguments, told):
    produced(school)
    answer = school("sent", *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert school("artifacts", "list", "--json").json[0]["sent_at"] is None
