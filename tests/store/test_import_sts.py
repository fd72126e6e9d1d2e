"""Teachers and services of STS in the database, and the names offered for a division."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW

from pipeline import imports
from pipeline.domain.facts import Teacher
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.sts import read_sts
from pipeline.store import rows as t
from pipeline.store.teachers import teachers_offered
from tests.exchange.builders import siecle
from tests.exchange.exports import individual, service, sts, sts_division, sts_group, write

TWO = individual() + individual("7002")


@pytest.fixture
def load(store, tmp_path):
    imports.import_siecle(
        store, read_siecle(siecle(tmp_path)), expected_uai=None, expected_year=2025, now=NOW,
        actor="admin",
    )  # fmt: skip

    def run(text, *, uai=None, year=2025):
        return imports.import_sts(
            store, read_sts(write(tmp_path, "sts_emp.xml", text)), expected_uai=uai,
            expected_year=year, now=NOW, actor="admin",
        )  # fmt: skip

    return run


def offered(store):
    with store.reading() as connection:
        division = connection.execute(sa.select(t.division.c.id)).scalar_one()
        return teachers_offered(connection, division)


def counts(report):
    return {
        name: (one.added, one.updated, one.removed, one.unchanged)
        for name, one in report.tables.items()
    }


def test_those_of_the_speciality_come_first_and_each_once(load, store):
    people = "".join(
        individual(n, NOM_USAGE=name)
        for n, name in [("1", "ZOLA"), ("2", "ÉMILE"), ("3", "ABEL"), ("4", "BRUN"), ("5", "AUTRE")]
    )
    own = sts_division(
        "1MELEC1", service("3", "1", matter="020700"), service("1"), service("4", matter="061300")
    )
    other = sts_division("2NDE", service("5"))
    load(sts(people, own + other, sts_group("G", ("1MELEC1",), service("2"))))
    assert offered(store) == [Teacher(name, "Inès") for name in ("ÉMILE", "ZOLA", "ABEL", "BRUN")]


def test_a_second_import_changes_nothing(load, store):
    assert counts(load(sts())) == {"teacher": (1, 0, 0, 0), "service": (1, 0, 0, 0)}
    assert counts(load(sts())) == {"teacher": (0, 0, 0, 1), "service": (0, 0, 0, 1)}
    with store.reading() as connection:
        actions = list(connection.execute(sa.select(t.audit_event.c.action)).scalars())
    assert actions.count("sts_imported") == 1


def test_the_file_is_what_stays_and_another_year_is_not_touched(load, store):
    load(sts(year="2024"), year=2024)
    load(sts(TWO, sts_division("1MELEC1", service("7001", "7002"))))
    again = load(
        sts(individual("7002", NOM_USAGE="NOUVEAU"), sts_division("1MELEC1", service("7002")))
    )
    assert counts(again) == {"teacher": (0, 1, 1, 0), "service": (0, 0, 1, 1)}
    assert offered(store) == [Teacher("NOUVEAU", "Inès")]
    with store.reading() as connection:
        years = connection.execute(sa.select(t.sts_service.c.start_year)).scalars()
        assert sorted(years) == [2024, 2025]


def test_without_sts_nobody_is_offered(load, store):
    assert load is not None
    assert offered(store) == []


def test_a_file_without_service_takes_no_name_away(load, store):
    load(sts())
    with pytest.raises(ImportRefused):
        load(sts(divisions=""))
    assert offered(store) == [Teacher("PROF7001", "Inès")]


def test_another_school_and_another_year_are_refused(load, store):
    with pytest.raises(WrongSchool):
        load(sts(uai="0999998A"))
    with pytest.raises(WrongYear):
        load(sts(year="2024"))
    assert offered(store) == []
