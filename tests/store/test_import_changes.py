"""What a SIECLE import says of each pupil, and its dry run, from files to rows."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW
from sqlmodel import SQLModel

from pipeline import imports
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.siecle import read_siecle
from pipeline.store import rows as t
from tests.exchange.builders import LAST_YEAR, document, pupil, siecle, structures

UAI, YEAR = "0999999Z", 2025


def a_file(*pupils, **places):
    """A document of pupils; the division of each by id, `1MELEC1` unless said."""
    ids = range(1, len(pupils) + 1)
    where = (structures(n, (places.get(f"d{n}", "1MELEC1"), "D")) for n in ids)
    return document("".join(pupils), "".join(where))


@pytest.fixture
def load(store, tmp_path):
    def run(text, *, dry_run=False, expected_uai=None, year=YEAR, encoding="iso-8859-15"):
        return imports.import_siecle(
            store, read_siecle(siecle(tmp_path, text, encoding=encoding)),
            expected_uai=expected_uai, expected_year=year, now=NOW, actor="admin",
            dry_run=dry_run,
        )  # fmt: skip

    return run


def told(report):
    return [(one.siecle_id, str(one.severity), str(one.code)) for one in report.changes]


def everything(store):
    with store.reading() as connection:
        return {
            name: sorted(map(str, connection.execute(sa.select(table))))
            for name, table in SQLModel.metadata.tables.items()
        }


def divisions_of(store):
    with store.reading() as connection:
        joined = t.booklet.join(t.student).outerjoin(t.division)
        found = sa.select(t.student.c.siecle_id, t.division.c.code).select_from(joined)
        return dict(connection.execute(found).all())


def test_each_kind_of_change_names_its_pupil(load):
    load(a_file(*(pupil(n) for n in range(1, 7))))
    report = load(
        a_file(
            pupil(1),
            pupil(2),
            pupil(3, DATE_SORTIE="05/01/2026"),
            pupil(4, CODE_STATUT="AP"),
            pupil(5, PRENOM="Dominique", CODE_MEF="24725510320"),
            d2="1MELEC2",
        )
    )
    assert told(report) == [
        (2, "info", "pupil_moved"),
        (3, "warning", "pupil_gone"),
        (4, "warning", "status_changed"),
        (5, "info", "pupil_moved"),
        (5, "info", "pupil_corrected"),
        (6, "warning", "pupil_gone"),
    ]
    assert [one.message for one in report.changes] == [
        "Élève 2 : passe de 1MELEC1 (25520, Première) à 1MELEC2.",
        "Élève 3 : parti le 05/01/2026, hors des prochains fichiers.",
        "Élève 4 : statut ST devenu AP.",
        "Élève 5 : passe de 1MELEC1 (25520, Première) à 1MELEC1 (25510, Première).",
        "Élève 5 : corrigé (prénom, MEF).",
        f"Élève 6 : parti le {NOW:%d/%m/%Y}, hors des prochains fichiers.",
    ]


def test_one_who_comes_back_and_one_who_comes_are_told(load):
    load(a_file(pupil(1, DATE_SORTIE="05/01/2026")))
    report = load(a_file(pupil(1), pupil(2)))
    assert told(report) == [(1, "info", "pupil_back"), (2, "info", "pupil_added")]
    assert load(a_file(pupil(1), pupil(2))).changes == []


def test_one_without_division_is_a_warning_and_an_inactive_one_too(load, store):
    load(a_file(pupil(1)))
    report = load(a_file(pupil(1), d1="Inactifs"))
    assert told(report) == [(1, "warning", "pupil_moved")]
    assert [one.code for one in report.problems] == ["division_fake", "division_missing"]
    assert divisions_of(store) == {1: None}


def test_a_change_tells_no_name_and_no_ine(load):
    load(a_file(pupil(1), pupil(2)))
    secret = {"NOM_DE_FAMILLE": "SECRET", "PRENOM": "SECRET", "ID_NATIONAL": "SECRET"}
    report = load(a_file(pupil(1, **secret), pupil(3, ID_NATIONAL="INE2", PRENOM="SECRET")))
    assert [(one.siecle_id, one.code) for one in report.changes] == [
        (1, "pupil_corrected"), (3, "pupil_moved"), (3, "pupil_corrected")
    ]  # fmt: skip
    said = "".join(one.message for one in report.changes)
    assert not any(word in said for word in ("SECRET", "INE2", "EXEMPLE", "Camille"))


def test_a_dry_run_gives_the_same_report_and_keeps_nothing(load, store, sent):
    load(a_file(pupil(1), pupil(2)))
    changed = a_file(pupil(1), pupil(3), d1="61")
    before, messages = everything(store), len(sent)
    tried = load(changed, dry_run=True)
    assert (everything(store), len(sent)) == (before, messages)
    assert load(changed) == tried
    assert len(tried.changes) == 3
    assert len(sent) == messages + 1


def test_a_dry_run_on_an_empty_database_leaves_it_empty(load, store, sent):
    before = everything(store)
    assert load(a_file(pupil(1)), dry_run=True).added == 1
    assert (everything(store), sent) == (before, [])


def test_a_dry_run_refuses_what_the_import_refuses(load):
    with pytest.raises(ImportRefused):
        load(a_file(pupil(1), pupil(1)), dry_run=True)


def test_numeric_division_codes_stay_apart_and_stay_text(load, store):
    load(a_file(pupil(1), pupil(2), d1="61", d2="061"))
    assert divisions_of(store) == {1: "61", 2: "061"}


def test_a_variant_mef_is_the_reference_mef(load, store):
    load(a_file(pupil(1, CODE_MEF="24725520322"), pupil(2, CODE_MEF="2472552032A")))
    with store.reading() as connection:
        found = set(connection.execute(sa.select(t.booklet.c.mef_code)).scalars())
    assert found == {"2472552032"}
    assert set(divisions_of(store).values()) == {"1MELEC1"}


@pytest.mark.parametrize("birth", [None, "", "31/02/2009", "2009-02-01", "inconnue"])
def test_a_birth_date_is_never_read(load, birth):
    report = load(a_file(pupil(1, DATE_NAISS=birth)))
    assert (report.added, report.problems) == (1, [])


def test_last_years_school_and_class_do_not_move_a_pupil(load):
    load(a_file(pupil(1)))
    assert load(a_file(pupil(1, before=LAST_YEAR))).changes == []


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ISO-8859-15", "iso-8859-15"), ("ISO-8859-1", "iso-8859-1"), ("UTF-8", "utf-8"),
     ("UTF-8", "utf-8-sig")],
)  # fmt: skip
def test_every_encoding_gives_the_same_names(load, store, declared, encoding):
    text = document(pupil(1, PRENOM="Zoé"), structures(1, ("1É", "D")), declared=declared)
    load(text, encoding=encoding)
    with store.reading() as connection:
        assert connection.execute(sa.select(t.student.c.first_name)).scalar_one() == "Zoé"
    assert divisions_of(store) == {1: "1É"}


def test_a_double_ine_names_both_pupils_and_never_the_ine(load, store):
    with pytest.raises(ImportRefused) as caught:
        load(a_file(pupil(1, ID_NATIONAL="0123456789A"), pupil(2, ID_NATIONAL="0123456789A")))
    assert caught.value.problems == ["Élève 2 : même INE que l'élève 1."]
    assert divisions_of(store) == {}


def test_the_sister_school_and_last_year_are_refused_by_name(load):
    with pytest.raises(
        WrongSchool,
        match=rf"ElevesSansAdresses.xml \(établissement {UAI}, année 2025-2026\) : il n'est pas",
    ):
        load(a_file(pupil(1)), expected_uai="0999998A")
    with pytest.raises(WrongYear, match=r"année 2025-2026\) : l'année en cours est 2026-2027"):
        load(a_file(pupil(1)), year=YEAR + 1)


def test_a_pupil_who_left_before_the_first_import_is_told_so(load, store):
    report = load(a_file(pupil(1, DATE_SORTIE="05/09/2025")))
    assert [one.message for one in report.changes] == ["Élève 1 : ajouté en 1MELEC1, déjà parti."]
    with store.reading() as connection:
        left = connection.execute(sa.select(t.booklet.c.left_on)).scalar_one()
    assert left == dt.date(2025, 9, 5)
