"""The nomenclature in the database: added, corrected, never removed, twice the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW

from pipeline import imports
from pipeline.errors import WrongSchool, WrongYear
from pipeline.exchange.nomenclature import read_nomenclature
from pipeline.exchange.siecle import read_siecle
from pipeline.store import rows as t
from tests.exchange.builders import siecle
from tests.exchange.exports import PARAMETERS, mef, nomenclature, programme, subject, write

DEFAULT = "Diplôme 25520"
NAMED = "Métiers de l'électricité"


@pytest.fixture
def load(store, tmp_path):
    def run(text, *, expected_year=2025):
        return imports.import_nomenclature(
            store, read_nomenclature(write(tmp_path, "Nomenclature.xml", text)),
            expected_uai=None, expected_year=expected_year, now=NOW, actor="admin",
        )  # fmt: skip

    return run


@pytest.fixture
def pupils(store, tmp_path):
    def run():
        imports.import_siecle(
            store, read_siecle(siecle(tmp_path)), expected_uai=None, expected_year=2025,
            now=NOW, actor="admin",
        )  # fmt: skip

    return run


def counts(report):
    return {name: (one.added, one.updated, one.unchanged) for name, one in report.tables.items()}


def rows(store, table):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table))]


def diploma(store):
    return dict(rows(store, t.diploma)).get("25520")


def test_a_second_import_changes_nothing_and_leaves_no_trace(load, store):
    assert counts(load(nomenclature())) == {
        "mef": (1, 0, 0), "subject": (1, 0, 0), "programme": (1, 0, 0), "diploma": (0, 0, 0)
    }  # fmt: skip
    audited = rows(store, t.audit_event)
    assert load(nomenclature()).changed == 0
    assert rows(store, t.audit_event) == audited
    assert len(audited) == 1


def test_what_differs_is_corrected_and_what_is_absent_stays(load, store):
    load(nomenclature(mef() + mef("24725510330"), programmes=programme() + programme(modality="L")))
    report = load(nomenclature(mef(LIBELLE_EDITION="1ère pro. Électricité", DATE_OUVERTURE=None)))
    assert counts(report)["mef"] == (0, 1, 0)
    assert {row[:2] for row in rows(store, t.mef)} == {
        ("2472552032", "1ère pro. Électricité"),
        ("2472551033", "1ère pro. Métiers de l'électricité"),
    }
    assert {row[4] for row in rows(store, t.programme)} == {"S", "L"}


def test_a_diploma_is_named_whichever_file_comes_first(load, pupils, store):
    pupils()
    assert diploma(store) == DEFAULT
    assert counts(load(nomenclature()))["diploma"] == (0, 1, 0)
    assert diploma(store) == NAMED


def test_a_diploma_is_named_by_the_nomenclature_that_came_before(load, pupils, store):
    load(nomenclature())
    pupils()
    assert diploma(store) == NAMED


def test_a_label_that_someone_gave_is_kept(load, pupils, store):
    pupils()
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.diploma).values(label="MELEC"))
    load(nomenclature())
    assert diploma(store) == "MELEC"


@pytest.mark.parametrize("label", ["1ERPRO25520", "1ère pro.", ""])
def test_a_label_that_names_no_speciality_names_no_diploma(load, pupils, store, label):
    pupils()
    load(nomenclature(mef(LIBELLE_EDITION=label, LIBELLE_LONG=None)))
    assert diploma(store) == DEFAULT


def test_years_of_a_programme_stand_beside_each_other(load, store):
    load(nomenclature())
    older = PARAMETERS.replace("2025", "2024")
    load(nomenclature(programmes=programme(modality="O"), parameters=older), expected_year=2024)
    assert {(row[1], row[4]) for row in rows(store, t.programme)} == {(2025, "S"), (2024, "O")}


def test_another_school_and_another_year_are_refused(load, pupils, store):
    pupils()
    with pytest.raises(WrongSchool):
        load(nomenclature(parameters=PARAMETERS.replace("0999999Z", "0999998A")))
    with pytest.raises(WrongYear):
        load(nomenclature(), expected_year=2026)
    assert rows(store, t.mef) == []


def test_many_lines_are_written_at_once(load):
    lines = "".join(programme(matter=str(n)) for n in range(3_000))
    report = load(nomenclature(subjects=subject() + subject("1"), programmes=lines))
    assert counts(report)["programme"] == (3_000, 0, 0)
