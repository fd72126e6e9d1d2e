"""Imports: an update that never loses a booklet, and that done twice changes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW, START_YEAR, UAI, a_school, compute_lights

from pipeline import imports
from pipeline.domain.facts import Limits
from pipeline.domain.mef import Mef
from pipeline.domain.periods import Level
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.siecle_pupil import SieclePupil
from pipeline.exchange.tables import BookletRow, FrameworkRow
from pipeline.store import rows as t
from tests.exchange import builders

PREMIERE, TERMINALE, SECONDE = "2472552032", "2472552033", "2472552031"
LEFT = dt.date(2026, 1, 12)


def pupil(siecle_id, mef=PREMIERE, division="1MELEC1", **changes):
    made = SieclePupil(
        siecle_id=siecle_id, ine=f"{siecle_id:09d}AA", last_name=f"NOM{siecle_id}",
        first_name="Lina", mef=Mef.parse(mef), mef_code=mef, status_code="ST", left_on=None,
        division_code=division,
    )  # fmt: skip
    return replace(made, **changes)


def file_of(folder, pupils, uai, year):
    """The SIECLE file that says this of the pupils."""
    inside = [
        builders.pupil(
            one.siecle_id, ID_NATIONAL=one.ine, NOM_DE_FAMILLE=one.last_name,
            PRENOM=one.first_name, CODE_MEF=one.mef_code, CODE_STATUT=one.status_code,
            DATE_SORTIE=f"{one.left_on:%d/%m/%Y}" if one.left_on else None,
        )
        for one in pupils
    ]  # fmt: skip
    places = [
        builders.structures(one.siecle_id, (one.division_code, "D"))
        for one in pupils
        if one.division_code
    ]
    head = builders.PARAMETERS.replace(UAI, uai).replace(str(START_YEAR), str(year), 1)
    text = builders.document("".join(inside), "".join(places), parameters=head)
    return builders.siecle(Path(folder), text)


def load(store, *pupils, uai=UAI, year=START_YEAR, expected_uai=None):
    with TemporaryDirectory() as folder:
        report = imports.import_siecle(
            store, read_siecle(file_of(folder, pupils, uai, year)),
            expected_uai=expected_uai, expected_year=START_YEAR, now=NOW, actor="admin",
        )  # fmt: skip
    names = ("added", "moved", "gone", "updated", "unchanged", "ignored")
    return {name: n for name in names if (n := getattr(report, name))}


def held(store):
    with store.reading() as connection:
        found = connection.execute(
            sa.select(
                t.student.c.siecle_id, t.student.c.ine, t.student.c.last_name, t.booklet.c.id,
                t.booklet.c.left_on, t.booklet.c.status_code, t.division.c.code,
            )
            .select_from(t.booklet.join(t.student).outerjoin(t.division))
            .order_by(t.student.c.siecle_id)
        ).all()  # fmt: skip
    return {row.siecle_id: row for row in found}


def wanted(store):
    with store.reading() as connection:
        c = t.completeness.c
        return dict(connection.execute(sa.select(c.booklet_id, c.wanted_revision)).all())


def test_a_second_import_changes_nothing(store, sent):
    file = [pupil(1), pupil(2, TERMINALE, "T1"), pupil(3, left_on=LEFT, division=None)]
    assert load(store, *file) == {"added": 3}
    compute_lights(store)
    before, revisions = held(store), wanted(store)
    sent.clear()
    assert load(store, *file) == {"unchanged": 3}
    assert (held(store), wanted(store), sent) == (before, revisions, [])


def test_secondes_and_other_diplomas_are_ignored_and_apprentices_kept(store):
    file = [pupil(1, status_code="AP"), pupil(2, SECONDE), pupil(3, "2412552032"),
            pupil(4, "", left_on=LEFT)]  # fmt: skip
    assert load(store, *file) == {"added": 1, "ignored": 3}
    assert held(store)[1].status_code == "AP"


def test_a_class_with_two_levels_is_two_divisions_with_two_labels(store):
    load(store, pupil(1, division="MIX"), pupil(2, TERMINALE, "MIX"), pupil(3))
    with store.reading() as connection:
        d = t.division.c
        labels = list(connection.execute(sa.select(d.label).order_by(d.code, d.level)).scalars())
    assert labels[0] == "1MELEC1"
    assert len(set(labels)) == 3
    assert all(label.startswith("MIX-") for label in labels[1:])


def test_a_pupil_who_moves_keeps_the_booklet(store):
    load(store, pupil(1), pupil(2))
    before = held(store)
    assert load(store, pupil(1, division="1MELEC2"), pupil(2)) == {"moved": 1, "unchanged": 1}
    assert (held(store)[1].code, held(store)[1].id) == ("1MELEC2", before[1].id)
    assert wanted(store)[before[2].id] == 1


def test_a_pupil_absent_from_the_file_is_gone_and_comes_back(store):
    load(store, pupil(1), pupil(2))
    assert load(store, pupil(1)) == {"gone": 1, "unchanged": 1}
    assert held(store)[2].left_on == NOW.date()
    assert load(store, pupil(1)) == {"unchanged": 1}
    assert load(store, pupil(1), pupil(2)) == {"updated": 1, "unchanged": 1}
    assert held(store)[2].left_on is None


@pytest.mark.parametrize("mef", [PREMIERE, ""])
def test_a_leaver_keeps_the_division_and_the_date_of_the_file(store, mef):
    load(store, pupil(1), pupil(2))
    load(store, pupil(1), pupil(2, mef, None, left_on=LEFT))
    assert (held(store)[2].left_on, held(store)[2].code) == (LEFT, "1MELEC1")


def test_a_pupil_with_a_new_siecle_id_is_found_by_ine(store):
    load(store, pupil(1), pupil(2))
    before = held(store)[2].id
    assert load(store, pupil(1), pupil(9, ine=pupil(2).ine)) == {"updated": 1, "unchanged": 1}
    assert held(store)[9].id == before


def test_swapped_ines_are_corrected(store):
    load(store, pupil(1), pupil(2))
    one, two = pupil(1, ine=pupil(2).ine), pupil(2, ine=pupil(1).ine)
    assert load(store, one, two) == {"updated": 2}
    assert (held(store)[1].ine, held(store)[2].ine) == (one.ine, two.ine)


def test_a_new_pupil_may_bear_an_ine_that_another_gives_up(store):
    load(store, pupil(1), pupil(2))
    load(store, pupil(1, ine=None), pupil(2), pupil(3, ine=pupil(1).ine))
    assert (held(store)[1].ine, held(store)[3].ine) == (None, pupil(1).ine)


def test_another_school_is_refused_unless_it_is_asked_for(store):
    load(store, pupil(1))
    with pytest.raises(WrongSchool):
        load(store, pupil(5), uai="0999998A")
    with pytest.raises(WrongSchool):
        load(store, pupil(1), expected_uai="0999998A")
    assert load(store, pupil(5), uai="0999998A", expected_uai="0999998A") == {"added": 1}
    assert held(store)[1].left_on is None


def test_another_year_and_errors_are_refused_and_keep_nothing(store):
    with pytest.raises(WrongYear):
        load(store, pupil(1), year=START_YEAR - 1)
    with pytest.raises(ImportRefused) as caught:
        load(store, pupil(1), pupil(2, ine=pupil(1).ine))
    assert caught.value.problems == ["Élève 2 : même INE que l'élève 1."]
    assert held(store) == {}


def test_a_file_without_any_pupil_makes_nobody_gone(store):
    load(store, pupil(1))
    with pytest.raises(ImportRefused):
        load(store, pupil(1, SECONDE))
    assert held(store)[1].left_on is None


def row(code, position, label="Préparer", level=Level.PREMIERE):
    return FrameworkRow(START_YEAR, "25520", "MELEC", level, position, code, f"C{position}", label)


def frameworks(store, *table):
    report = imports.import_frameworks(store, table, now=NOW, actor="admin")
    return {
        name: (one.added, one.updated, one.removed, one.unchanged)
        for name, one in report.tables.items()
    }


def test_a_framework_becomes_what_the_file_says_and_no_other_is_touched(store):
    frameworks(store, row("9001", 1), row("9002", 2), row("9001", 1, level=Level.TERMINALE))
    assert frameworks(store, row("9002", 1, "Réaliser"), row("9003", 2)) == {
        "competence": (1, 1, 0, 0), "framework": (1, 1, 1, 0), "diploma": (0, 0, 0, 1)
    }  # fmt: skip
    assert frameworks(store, row("9002", 1, "Réaliser"), row("9003", 2)) == {
        "competence": (0, 0, 0, 2), "framework": (0, 0, 0, 2), "diploma": (0, 0, 0, 1)
    }  # fmt: skip
    with store.reading() as connection:
        f = t.framework.c
        found = connection.execute(sa.select(f.level, f.competence_code, f.position)).all()
    assert sorted(map(tuple, found)) == [
        (Level.PREMIERE, "9002", 1), (Level.PREMIERE, "9003", 2), (Level.TERMINALE, "9001", 1)
    ]  # fmt: skip


def test_a_framework_gives_the_diploma_its_label(store):
    load(store, pupil(1))
    frameworks(store, row("9001", 1))
    with store.reading() as connection:
        found = connection.execute(sa.select(t.diploma.c.label).where(t.diploma.c.code == "25520"))
        assert found.scalar_one() == "MELEC"


def table(store, *lines):
    rows = [BookletRow(n, siecle_id, values) for n, (siecle_id, values) in enumerate(lines, 2)]
    report = imports.import_booklets(
        store, rows, uai=UAI, start_year=START_YEAR, limits=Limits(), actor="admin", now=NOW
    )
    return report.updated, report.unchanged


def test_a_table_of_booklets_is_written_and_again_changes_nothing(store, sent):
    a_school(store, complete=False)
    compute_lights(store)
    lines = [
        (1001, {"moyenne_1": "12,5", "9001": "3", "enseignant_nom": "D", "enseignant_prenom": "I"}),
        (1002, {"appreciation": "Bien", "pfmp_semaines": "0"}),
    ]
    assert table(store, *lines) == (2, 0)
    assert len(sent) == 1
    assert table(store, *lines) == (0, 2)


def test_one_wrong_line_keeps_nothing_of_the_table(store):
    a_school(store, complete=False)
    with pytest.raises(ImportRefused) as caught:
        table(store, (1001, {"9001": "3"}), (1002, {"moyenne_1": "21"}))
    assert caught.value.problems == [
        "ligne 3, élève 1002 : Moyenne de la période 1 : attendu un nombre de 0 à 20."
    ]
    with store.reading() as connection:
        assert connection.execute(sa.select(t.rating)).all() == []
