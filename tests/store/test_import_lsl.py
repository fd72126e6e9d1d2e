"""The LSL nomenclature in the database: by year, an update, no contradiction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW

from pipeline import imports
from pipeline.domain.periods import Level
from pipeline.errors import ImportRefused
from pipeline.exchange.lsl_nomenclature import read_lsl_nomenclature
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import FrameworkRow
from pipeline.store import rows as t
from tests.exchange.builders import siecle
from tests.exchange.exports import competence, lsl, lsl_mef, lsl_subject, lsl_year, write

TERMINALE = "24725520330"
THREE = competence() + competence("9002", "Réaliser") + competence("9003", "Livrer")


@pytest.fixture
def load(store, tmp_path):
    def run(text):
        return imports.import_lsl_nomenclature(
            store, read_lsl_nomenclature(write(tmp_path, "lsl.xml", text)), now=NOW, actor="admin"
        )

    return run


def counts(report):
    return {
        name: (one.added, one.updated, one.removed, one.unchanged)
        for name, one in report.tables.items()
    }


def expected(store, year=2025):
    with store.reading() as connection:
        f = t.framework.c
        found = connection.execute(
            sa.select(f.diploma_code, f.level, f.competence_code)
            .where(f.start_year == year)
            .order_by(f.diploma_code, f.level, f.position)
        )
        return [tuple(row) for row in found]


def labels(store, year=2025):
    with store.reading() as connection:
        c = t.competence.c
        found = sa.select(c.code, c.reference_code, c.label).where(c.start_year == year)
        return sorted(map(tuple, connection.execute(found)))


def modalities(store):
    with store.reading() as connection:
        p = t.programme.c
        found = sa.select(p.start_year, p.mef_code, p.subject_code, p.has_periods)
        return sorted(map(tuple, connection.execute(found)))


def test_frameworks_follow_the_level_and_the_order_of_the_file(load, store):
    later = lsl_mef(lsl_subject("9003", "9001"), code=TERMINALE)
    load(lsl(lsl_year(lsl_mef(), later), competences=THREE))
    assert expected(store) == [
        ("25520", Level.PREMIERE, "9001"), ("25520", Level.PREMIERE, "9002"),
        ("25520", Level.TERMINALE, "9003"), ("25520", Level.TERMINALE, "9001"),
    ]  # fmt: skip
    assert modalities(store) == [
        (2025, "2472552032", "071100", True), (2025, "2472552033", "071100", True)
    ]  # fmt: skip
    with store.reading() as connection:
        assert dict(connection.execute(sa.select(t.diploma)).all()) == {"25520": "MELEC"}


def test_a_second_import_changes_nothing(load, store, sent):
    load(lsl())
    sent.clear()
    assert load(lsl()).changed == 0
    assert sent == []
    with store.reading() as connection:
        assert len(connection.execute(sa.select(t.audit_event)).all()) == 1


def test_the_same_year_again_is_an_update_that_is_reported(load, store):
    load(lsl())
    shorter = lsl_year(lsl_mef(lsl_subject("9002", periods="false")))
    again = load(
        lsl(shorter, competences=competence(label="Prévoir") + competence("9002", "Réaliser"))
    )
    assert counts(again) == {
        "competence": (0, 1, 0, 1), "framework": (0, 1, 1, 0), "programme": (0, 1, 0, 0),
        "diploma": (0, 0, 0, 0),
    }  # fmt: skip
    assert expected(store) == [("25520", Level.PREMIERE, "9002")]
    assert labels(store) == [("9001", "", "Prévoir"), ("9002", "", "Réaliser")]


def test_other_years_are_untouched(load, store):
    load(lsl())
    before = expected(store), labels(store)
    other = competence("9001", "Tout autre chose", "2026")
    load(lsl(lsl_year(lsl_mef(lsl_subject("9001")), year="2026"), competences=other))
    assert (expected(store), labels(store)) == before
    assert expected(store, 2026) == [("25520", Level.PREMIERE, "9001")]
    assert [row[0] for row in modalities(store)] == [2025, 2026]


def test_a_level_that_the_file_does_not_name_is_untouched(load, store):
    load(lsl(lsl_year(lsl_mef(), lsl_mef(code=TERMINALE))))
    load(lsl(lsl_year(lsl_mef(lsl_subject("9001")))))
    assert [row[1:] for row in expected(store)] == [
        (Level.PREMIERE, "9001"), (Level.TERMINALE, "9001"), (Level.TERMINALE, "9002")
    ]  # fmt: skip


def test_a_mef_without_competences_leaves_its_framework(load, store):
    load(lsl())
    report = load(lsl(lsl_year(lsl_mef(lsl_subject()))))
    assert [one.code for one in report.problems] == ["competence_missing"]
    assert len(expected(store)) == 2


def test_the_reference_codes_of_a_table_stay(load, store):
    row = FrameworkRow(2025, "25520", "MELEC", Level.PREMIERE, 1, "9001", "C1", "Ancien")
    imports.import_frameworks(store, [row], now=NOW, actor="admin")
    load(lsl())
    assert labels(store)[0] == ("9001", "C1", "Préparer l'intervention")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (lsl(competences=competence() + competence(label="Autre") + competence("9002")),
         "Compétence 9001 de 2025 : deux libellés"),
        (lsl(competences=competence()), "Compétence 9002 de 2025 : aucun libellé"),
        (lsl(lsl_year(lsl_mef(), lsl_mef(lsl_subject("9001"), code="24725520322"))),
         "deux listes de compétences"),
        ("<nomenclaturesLsl><competences/></nomenclaturesLsl>", "aucun MEF"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused_and_keeps_nothing(load, store, text, told):
    with pytest.raises(ImportRefused) as caught:
        load(text)
    assert any(told in problem for problem in caught.value.problems)
    assert (expected(store), labels(store), modalities(store)) == ([], [], [])


def test_variants_that_agree_are_one_level(load, store):
    variant = lsl_mef(lsl_subject("9002", "9001", periods="false"), code="24725520322")
    report = load(lsl(lsl_year(lsl_mef(), variant)))
    assert counts(report)["framework"] == (2, 0, 0, 0)
    assert modalities(store) == [(2025, "2472552032", "071100", True)]


def test_the_booklets_of_a_changed_framework_are_nudged(load, store, tmp_path, sent):
    imports.import_siecle(
        store, read_siecle(siecle(tmp_path)), expected_uai=None, expected_year=2025, now=NOW,
        actor="admin",
    )  # fmt: skip
    with store.writing() as unit:  # as if its light had been computed
        unit.connection.execute(
            sa.text("UPDATE completeness SET computed_revision = 1, nudged_revision = 1")
        )
    sent.clear()
    load(lsl())
    assert [len(message.ids) for message in sent] == [1]


def test_a_table_that_says_the_same_changes_nothing_and_neither_does_the_file_after_it(load, store):
    load(lsl())
    same = [
        FrameworkRow(2025, "25520", "MELEC", Level.PREMIERE, rank, code, "", label)
        for rank, (code, _, label) in enumerate(labels(store), 1)
    ]
    assert imports.import_frameworks(store, same, now=NOW, actor="admin").changed == 0
    assert load(lsl()).changed == 0
