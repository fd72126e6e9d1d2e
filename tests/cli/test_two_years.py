"""A terminale's file with the première of the year before, by the real command from end to end."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline import export_run
from pipeline.cli import common
from pipeline.demo_school import write_demo_files

NOW, BEFORE = "TCUIS1", "1CUIS1"
YEAR = 2026


def imported(lslpro, folder, year, periodicity):
    """A year of the demo school; in the one before, the terminale's pupils are in première."""
    files = write_demo_files(folder / str(year), year)
    if year < YEAR:
        pupils, framework = files.siecle.read_bytes(), files.frameworks.read_text("utf-8-sig")
        pupils = pupils.replace(b"24722106330", b"24722106320").replace(b"TCUIS", b"1CUIS")
        files.siecle.write_bytes(pupils)
        files.frameworks.write_text(framework.replace("terminale", "premiere"), "utf-8")
    for command in (
        ("import", "frameworks", str(files.frameworks)),
        ("import", "siecle", str(files.siecle), "--year", str(year)),
        ("levels", "set", "tous", "tous", "--periodicity", periodicity, "--year", str(year)),
        ("import", "booklets", str(files.booklets), "--year", str(year)),
    ):
        answer = lslpro(*command)
        assert answer.code == 0, answer.err


@pytest.fixture
def two_years(lslpro, tmp_path):
    """Two years of the school, the première in trimesters, the terminale in semesters."""
    imported(lslpro, tmp_path, YEAR - 1, "trimestre")
    imported(lslpro, tmp_path, YEAR, "semestre")
    assert lslpro("levels", "set", "tous", "terminale", "--previous-year", "--pfmp").code == 0
    assert lslpro("recompute", "--inline").code == 0
    return lslpro


def produced(lslpro, folder, profile, version):
    """Ask for the file, be the worker, write the version out; its path."""
    assert lslpro("export", NOW, "--profile", profile).code == 0
    export_run.run(common.wiring(), [lslpro("jobs", "list", "--json").json[0]["id"]])
    got = lslpro("artifacts", "get", NOW, str(version), "--profile", profile, "--to", str(folder))
    return folder / got.out.strip().rsplit("/", 1)[-1]


def years_of(path):
    """By pupil, the years of the file and their periodicity."""
    return {
        pupil.get("id"): {
            one.get("annee-scolaire"): one.get("code-periode") for one in pupil.iter("scolarite")
        }
        for pupil in etree.parse(path).iter("eleve")
    }


@pytest.mark.parametrize("profile", ["lsl-1.0", "lslpro-draft-1"])
def test_both_years_are_exported_verified_previewed_and_compared(two_years, tmp_path, profile):
    path = produced(two_years, tmp_path, profile, 1)
    pupils = years_of(path)
    assert len(pupils) > 1
    assert all(one == {"2025": "T", "2026": "S"} for one in pupils.values())
    assert two_years("verify", str(path), "--json").json["result"] == "intact"
    first = two_years("preview", str(path), "--json").json
    assert (first["counts"]["new"], first["faults"], first["absent_pupils"]) == (
        len(pupils), [], []
    )  # fmt: skip
    two_years("sent", NOW, "1", "--profile", profile)

    chosen = min(pupils)
    (then,) = (
        one["id"]
        for one in two_years("status", BEFORE, "--json").json
        if str(one["siecle_id"]) == chosen
    )
    assert two_years("booklet", "set", str(then), "--average", "3=3,25").code == 0
    path = produced(two_years, tmp_path, profile, 2)
    told = two_years("preview", str(path), "--json").json
    assert told["counts"]["changed"] == len(pupils)  # the group's figures are everybody's
    own = [
        (change["start_year"], change["name"], change["after"])
        for one in told["pupils"]
        if str(one["siecle_id"]) == chosen
        for change in one["changes"]
        if not change["name"].startswith("group_")
    ]
    assert own == [(2025, "average", "3.25")]
    assert two_years("diff", f"{NOW}@1", f"{NOW}@2", "--profile", profile).out.count("2025") > 0


def test_the_year_before_stays_at_home_once_it_is_not_asked_for(two_years, tmp_path):
    produced(two_years, tmp_path, "lsl-1.0", 1)
    assert two_years("levels", "set", "tous", "terminale", "--no-previous-year").code == 0
    path = produced(two_years, tmp_path, "lsl-1.0", 2)
    assert all(one == {"2026": "S"} for one in years_of(path).values())


def test_the_divisions_of_two_years_are_shown_apart(two_years):
    said = two_years("status").out
    this, last = said.index("Divisions, 2026-2027"), said.index("Divisions, 2025-2026")
    assert this < said.index(NOW) < last < said.index(BEFORE)
