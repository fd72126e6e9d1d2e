"""An import of a few pupils at a time does what one of all at once does, border or no border."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW

from pipeline import imports
from pipeline.errors import UnreadableFile
from pipeline.exchange.siecle import read_siecle
from pipeline.store import rows as t
from tests.exchange.builders import document, pupil, siecle, structures

YEAR, UAI = 2025, "0999999Z"
WHOLE = 1_000
SIZES = (1, 2, 3, WHOLE)
MEFS = ("24725520320", "24725520330", "24725510320", "24725520310", "")


@pytest.fixture
def load(store, tmp_path):
    """Import pupils, each his id, INE and division, a few at a time."""

    def run(*pupils, size=WHOLE, **options):
        inside = "".join(pupil(n, ID_NATIONAL=ine) for n, ine, _ in pupils)
        places = "".join(structures(n, (code, "D")) for n, _, code in pupils)
        return run_file(store, siecle(tmp_path, document(inside, places)), size, **options)

    return run


def run_file(store, path, size, *, uai=UAI, **options):
    return imports.import_siecle(
        store, read_siecle(path), expected_uai=uai, expected_year=YEAR, now=NOW, actor="admin",
        chunk_size=size, **options,
    )  # fmt: skip


def held(store):
    """By SIECLE id: the row of the pupil, his INE, his division, whether he is here."""
    joined = t.student.outerjoin(t.booklet).outerjoin(t.division)
    s = t.student.c
    wanted = (s.siecle_id, s.id, s.ine, t.division.c.code, t.booklet.c.left_on)
    with store.reading() as connection:
        found = connection.execute(sa.select(*wanted).select_from(joined))
        return {row[0]: tuple(row[1:]) for row in found}


def ines(store):
    return {key: row[1] for key, row in held(store).items()}


def told(report):
    return [str(one) for one in report.changes]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 1, 3)])
def test_ines_go_round_across_borders(load, store, size, order):
    load((1, "A", "X"), (2, "B", "X"), (3, "C", "X"))
    before, turned = held(store), {1: "C", 2: "A", 3: "B"}
    report = load(*((n, turned[n], "X") for n in order), size=size)
    assert (report.updated, ines(store)) == (3, turned)
    assert {key: row[0] for key, row in held(store).items()} == {
        key: row[0] for key, row in before.items()
    }
    assert told(report) == [f"Élève {n} : corrigé (INE)." for n in order]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("order", [(1, 3), (3, 1)])
def test_an_ine_given_up_is_told_though_another_took_it_first(load, store, size, order):
    load((1, "A", "X"), (2, "B", "X"))
    now = {1: (1, "", "X"), 3: (3, "A", "X")}
    report = load(*(now[n] for n in order), (2, "B", "X"), size=size)
    assert ines(store) == {1: None, 2: "B", 3: "A"}
    assert (report.updated, report.added, report.unchanged) == (1, 1, 1)
    assert "Élève 1 : corrigé (INE)." in told(report)


@pytest.mark.parametrize("size", SIZES)
def test_new_ids_are_matched_by_ine_and_one_takes_the_ine_of_one_who_left(load, store, size):
    load((1, "A", "X"), (2, "B", "X"), (3, "C", "X"), (4, "D", "X"))
    before = held(store)
    report = load((12, "B", "X"), (4, "C", "X"), (11, "A", "Y"), size=size)
    after = held(store)
    assert [after[11][0], after[12][0]] == [before[1][0], before[2][0]]
    assert ines(store) == {3: None, 4: "C", 11: "A", 12: "B"}
    assert (report.updated, report.moved, report.gone) == (2, 1, 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_class_of_two_levels_gets_its_two_labels_at_once(store, tmp_path, size):
    inside = pupil(1) + pupil(2) + pupil(3, CODE_MEF="24725520330")
    places = "".join(structures(n, ("MIX", "D")) for n in (1, 2, 3))
    run_file(store, siecle(tmp_path, document(inside, places)), size)
    with store.reading() as connection:
        labels = set(connection.execute(sa.select(t.division.c.label)).scalars())
    assert len(labels) == 2
    assert all(label.startswith("MIX-") for label in labels)


def invented(draw):
    """A file of a few pupils of a small world, where ids, INE and classes often meet again."""
    ids = draw.sample(range(1, 9), draw.randrange(2, 8))
    marks = draw.sample("ABCDEFGHIJ", len(ids))
    inside, places = [pupil(99, ID_NATIONAL="Z")], [structures(99)]  # one is always here
    for number, ine in zip(ids, marks, strict=True):
        left = draw.choice([None, None, None, "05/01/2026", "hier"])
        inside.append(
            pupil(
                number, ID_NATIONAL=draw.choice([ine, ine, None]), DATE_SORTIE=left,
                CODE_MEF=draw.choice(MEFS), CODE_STATUT=draw.choice(["ST", "ST", "AP"]),
                PRENOM=draw.choice(["Camille", "Dominique"]),
            )
        )  # fmt: skip
        where = draw.choice([[], [("X", "D")], [("Y", "D"), ("X", "D")], [("Inactifs", "D")]])
        places += [structures(number, *where)] if where else []
    return document("".join(inside), "".join(places))


@pytest.mark.parametrize("seed", range(25))
def test_any_history_is_the_same_whatever_the_chunks(store, tmp_path, seed):
    draw = random.Random(seed)
    schools = {1: "0999991A", 2: "0999992B", WHOLE: "0999993C"}
    for _ in range(5):
        text = invented(draw)
        files = {
            size: siecle(folder_of(tmp_path, uai), text.replace(UAI, uai))
            for size, uai in schools.items()
        }
        reports = [run_file(store, path, size, uai=schools[size]) for size, path in files.items()]
        assert reports[0] == reports[1] == reports[2]
        rows = [rows_of(store, uai) for uai in schools.values()]
        assert rows[0] == rows[1] == rows[2]
        again = run_file(store, files[1], 2, uai=schools[1])
        assert (again.changes, rows_of(store, schools[1])) == ([], rows[0])


def folder_of(folder, uai):
    (folder / uai).mkdir(exist_ok=True)
    return folder / uai


def rows_of(store, uai):
    """Who is there and where, in the order in which the pupils came to the school."""
    s, b, d = t.student.c, t.booklet.c, t.division.c
    joined = t.student.outerjoin(t.booklet).outerjoin(t.division)
    wanted = sa.select(
        s.siecle_id, s.ine, s.first_name, b.mef_code, b.status_code, b.left_on, d.code, d.level
    )
    with store.reading() as connection:
        found = wanted.select_from(joined).where(s.school_uai == uai).order_by(s.id)
        return list(map(tuple, connection.execute(found)))


@pytest.mark.parametrize("spoilt", ["moved", "renamed", "longer", "shorter", "cut", "absent"])
def test_a_file_that_changes_after_its_check_changes_nothing(load, store, tmp_path, spoilt):
    load((1, "A", "X"), (2, "B", "X"))
    before = held(store)
    names = [pupil(n, PRENOM="Dominique") for n in (1, 2, 3)]
    places = "".join(map(structures, (1, 2, 3)))
    path = siecle(tmp_path, document("".join(names), places))
    file = read_siecle(path)
    changed = {
        "moved": [names[1], names[0], names[2]], "renamed": [*names[:2], pupil(3)],
        "longer": [*names, pupil(4)], "shorter": names[:2], "cut": names, "absent": names,
    }  # fmt: skip
    text = document("".join(changed[spoilt]), places)
    siecle(tmp_path, text[: len(text) // 2] if spoilt == "cut" else text)
    if spoilt == "absent":
        path.unlink()
    with pytest.raises(UnreadableFile, match=path.name):
        imports.import_siecle(
            store, file, expected_uai=None, expected_year=YEAR, now=NOW, actor="admin",
            chunk_size=1,
        )  # fmt: skip
    assert held(store) == before


def test_a_dry_run_in_chunks_keeps_nothing(load, store):
    load((1, "A", "X"), (2, "B", "X"))
    before = held(store)
    tried = load((1, "B", "X"), (2, "A", "Y"), (3, "C", "X"), size=1, dry_run=True)
    assert held(store) == before
    assert load((1, "B", "X"), (2, "A", "Y"), (3, "C", "X"), size=2) == tried
