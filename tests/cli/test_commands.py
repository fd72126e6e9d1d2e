"""Every command by its real door: what it prints, its JSON, its exit code."""

from __future__ import annotations

import json

import pytest

from pipeline import export_run
from pipeline.cli import common
from pipeline.demo_school import write_demo_files
from pipeline.store.migrate import newest_revision

DIVISION = "1MELEC1"


def worked(lslpro):
    """Run what waits, as a worker would; return the jobs as the command shows them."""
    waiting = [job["id"] for job in lslpro("jobs", "list", "--json").json]
    export_run.run(common.wiring(), waiting)
    return lslpro("jobs", "list", "--json").json


def a_green_booklet(lslpro):
    pupils = lslpro("status", DIVISION, "--json").json
    return next(str(pupil["id"]) for pupil in pupils if pupil["light"] == "green")


@pytest.mark.parametrize(
    "command",
    [
        ("status",), ("status", DIVISION), ("levels", "list"), ("jobs", "list"),
        ("artifacts", "list"), ("artifacts", "scrub"), ("nightly", "status"),
        ("booklet", "show", "1"),
    ],
)  # fmt: skip
def test_a_reading_command_prints_one_json_value_and_nothing_else(school, command):
    answer = school(*command, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert isinstance(answer.json, list | dict)
    assert school(*command).code == 0


def test_the_status_counts_lights_and_names_what_is_missing(school):
    rows = {row["code"]: row for row in school("status", "--json").json}
    assert rows[DIVISION]["green"] > 0 < rows[DIVISION]["red"]
    assert all(row["pending"] == 0 for row in rows.values())
    assert "Degré de maîtrise non" in school("status", DIVISION).out


def test_an_edit_shows_the_field_and_the_revision(school):
    booklet = a_green_booklet(school)
    assert "moyenne 1" in school("booklet", "set", booklet, "--average", "1=12,5").out
    assert school("booklet", "show", booklet, "--json").json["averages"]["1"] == "12.50"
    school("booklet", "set", booklet, "--average", "1=")
    assert "1" not in school("booklet", "show", booklet, "--json").json["averages"]


def test_every_field_of_a_booklet_can_be_set_and_erased(school):
    booklet = a_green_booklet(school)
    answer = school(
        "booklet", "set", booklet, "--rating", "9001=4", "--appreciation", "[bold]Bien[/bold]",
        "--teacher", "D'ARC, Jeanne", "--teacher", "NGUYỄN, Anh", "--pfmp-synthesis", "Bonne",
        "--pfmp-teacher", "MARTIN, Léo", "--pfmp-weeks", "6", "--pfmp-abroad",
        "--project-average", "0", "--project-appreciation", "Soigné",
        "--project-teacher", "PETIT, Zoé",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    held = school("booklet", "show", booklet, "--json").json
    assert held["teachers"] == [["D'ARC", "Jeanne"], ["NGUYỄN", "Anh"]]
    assert (held["pfmp_week_count"], held["pfmp_abroad"], held["project_average"]) == (
        6, True, "0.00",
    )  # fmt: skip
    assert "[bold]Bien[/bold]" in school("booklet", "show", booklet).out
    school(
        "booklet", "set", booklet, "--appreciation", "", "--teacher", "", "--pfmp-weeks", "",
        "--project-average", "",
    )  # fmt: skip
    held = school("booklet", "show", booklet, "--json").json
    assert [held[name] for name in ("appreciation", "pfmp_week_count", "project_average")] == [
        None, None, None,
    ]  # fmt: skip
    assert held["teachers"] == []


@pytest.mark.faults
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--average", "1=abc"), "attendu un nombre"),
        (("--average", "1=20,01"), "attendu un nombre de 0 à 20"),
        (("--average", "un=12"), "Période"),
        (("--average", "3=12"), "ce niveau a 2 périodes"),
        (("--rating", "9001"), "attendu CLÉ=VALEUR"),
        (("--rating", "9001=5"), "degré de maîtrise de 1 à 4"),
        (("--teacher", "SEUL"), "le nom et le prénom"),
        (("--appreciation", "x" * 301), "301 caractères, 300 au plus"),
        (("--pfmp-weeks", "-1"), "attendu un nombre entier"),
        (("--based-on", "0", "--average", "1=3"), "a changé depuis votre lecture"),
    ],
)
def test_a_refused_edit_says_why_on_one_line_and_changes_nothing(school, options, told):
    booklet = a_green_booklet(school)
    before = school("booklet", "show", booklet, "--json").json
    answer = school("booklet", "set", booklet, *options)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert answer.err.count("\n") == 1
    assert school("booklet", "show", booklet, "--json").json == before


@pytest.mark.faults
@pytest.mark.parametrize(
    "command",
    [
        ("status", "NULLE"), ("export", "NULLE"), ("export",), ("jobs", "show", "nulle"),
        ("jobs", "cancel", "nulle"), ("booklet", "show", "99999"), ("verify", "nulle.xml"),
        ("artifacts", "get", DIVISION, "7"), ("artifacts", "show", DIVISION, "7"),
        ("export", DIVISION, "--profile", "nul"),
        ("levels", "set", "00000", "premiere", "--pfmp"), ("levels", "set", "tous", "tous"),
        ("levels", "set", "tous", "seconde", "--pfmp"),
        ("levels", "set", "tous", "premiere", "--previous-year"),
        ("levels", "set", "tous", "tous", "--pfmp", "--year", "1999"),
        ("levels", "set", "tous", "tous", "--periodicity", "mois"),
        ("levels", "set", "tous", "tous", "--periodicity", "trimestre"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_code_1_and_one_line(school, command):
    answer = school(*command)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("lslpro : ")
    assert answer.err.count("\n") == 1


def test_a_choice_in_french_is_offered_in_french(school):
    told = school("levels", "set", "tous", "tous", "--periodicity", "mois").err
    assert told == "lslpro : « mois » : attendu trimestre, semestre.\n"
    assert "attendu premiere, terminale, tous." in school("levels", "set", "tous", "2").err


def test_a_new_year_is_set_while_the_last_one_stays_as_it_is(school, tmp_path, year):
    following = int(year) + 1
    files = write_demo_files(tmp_path / "next", following)
    assert school("import", "siecle", str(files.siecle), "--year", str(following)).code == 0
    assert school("levels", "set", "tous", "tous", "--periodicity", "trimestre").code == 0
    chosen = {
        (row["start_year"], row["periodicity"]) for row in school("levels", "list", "--json").json
    }
    assert chosen == {(following, "trimester"), (int(year), "semester")}
    locked = school("levels", "set", "tous", "tous", "--periodicity", "trimestre", "--year", year)
    assert "ne peut plus changer" in locked.err


def test_the_previous_year_is_joined_to_terminale_only(school):
    assert school("levels", "set", "tous", "tous", "--previous-year").code == 0
    joined = {
        row["level"]
        for row in school("levels", "list", "--json").json
        if row["exports_previous_year"]
    }
    assert joined == {"terminale"}
    assert "Moyennes par période" in (shown := school("booklet", "show", "1").out)
    assert "1 : 6,37" in shown


def test_from_a_request_to_a_verified_file(school, tmp_path):
    assert school("export", DIVISION, "--profile", "lsl-1.0").code == 0
    (job,) = worked(school)
    assert (job["state"], job["version"]) == ("ready", 1)
    assert "écarté" in school("jobs", "show", job["id"][:8]).out
    assert school("artifacts", "show", DIVISION, "1", "--profile", "lsl-1.0").code == 0
    got = school("artifacts", "get", DIVISION, "1", "--profile", "lsl-1.0", "--to", str(tmp_path))
    path = tmp_path / got.out.strip().rsplit("/", 1)[-1]
    assert school("verify", str(path), "--json").json["result"] == "intact"
    manifest = json.loads(path.with_suffix(".json").read_text())
    assert manifest["file_name"] == path.name
    path.write_bytes(path.read_bytes().replace(b"071100", b"071101", 1))
    modified = school("verify", str(path), "--json")
    assert (modified.code, modified.json["result"]) == (1, "modified")
    assert "Ne l'envoyez pas" in school("verify", str(path)).out


def test_a_job_can_be_cancelled_and_asked_again(school):
    school("export", DIVISION)
    (job,) = school("jobs", "list", "--json").json
    assert school("jobs", "cancel", job["id"]).code == 0
    assert school("jobs", "cancel", job["id"]).code == 1
    assert school("jobs", "retry", job["id"]).code == 0
    assert {one["state"] for one in worked(school)} == {"cancelled", "ready"}


def test_an_import_run_twice_says_that_nothing_changed(school, demo, year):
    again = school("import", "siecle", str(demo.siecle), "--year", year, "--json").json
    assert (again["added"], again["updated"], again["moved"]) == (0, 0, 0)
    books = school("import", "booklets", str(demo.booklets), "--year", year, "--json").json
    assert books["updated"] == 0


def test_the_night_is_begun_once(school):
    assert "lancée" in school("nightly", "run").out
    assert "déjà" in school("nightly", "run").out
    assert len(school("nightly", "status", "--json").json) == 1


@pytest.mark.faults
def test_waiting_in_vain_for_a_worker_ends_with_code_75(school):
    answer = school("export", DIVISION, "--wait", "--wait-s", "0.2")
    assert answer.code == 75
    assert "lslpro serve" in answer.err
    assert school("jobs", "list", "--json").json[0]["state"] == "queued"


@pytest.mark.faults
def test_a_database_that_does_not_answer_ends_with_code_75_and_no_secret(lslpro, monkeypatch):
    monkeypatch.setenv("LSLPRO_DATABASE_URL", "postgresql://u:Secret9@127.0.0.1:9/none")
    answer = lslpro("status")
    assert answer.code == 75
    assert "Secret9" not in answer.err + answer.out


@pytest.mark.faults
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(lslpro, monkeypatch):
    monkeypatch.setenv("LSLPRO_LEASE_S", "Secret9")
    answer = lslpro("status")
    assert answer.code == 1
    assert "LSLPRO_LEASE_S" in answer.err
    assert "Secret9" not in answer.err


def test_the_doctor_says_what_is_missing(school):
    answer = school("doctor", "--json")
    verdicts = {one["name"]: one["ok"] for one in answer.json}
    assert answer.code == 1
    assert (verdicts["Base de données"], verdicts["Courtier"]) == (True, False)
    assert "lancez" in school("doctor").out


def test_a_database_is_upgraded_by_the_command(lslpro, monkeypatch, tmp_path):
    monkeypatch.setenv("LSLPRO_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert f"révision {newest_revision()}" in lslpro("db", "upgrade").out
    assert lslpro("status", "--json").json == []


def test_a_scrub_names_the_altered_file_and_says_so_by_its_exit_code(school):
    school("export", DIVISION)
    worked(school)
    wiring = common.wiring()
    (listed, *_) = school("artifacts", "list", "--json").json
    path = wiring.artifacts.path(listed["sha256"])
    assert school("artifacts", "scrub").code == 0
    path.write_bytes(path.read_bytes() + b" ")
    answer = school("artifacts", "scrub")
    assert (answer.code, listed["file_name"] in answer.out) == (1, True)
    assert school("artifacts", "get", DIVISION, "1").code == 1
