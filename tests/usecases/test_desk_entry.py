"""The entry of a booklet: what is saved, refused, merged, asked; two people on one booklet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline import booklets
from pipeline.desk import entry, entry_save
from pipeline.domain.accounts import Principal, Role
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Teacher
from pipeline.domain.gaps import Light
from pipeline.errors import Forbidden, NotFound, PeriodicityNotSet
from pipeline.store import facts
from tests.usecases.entering import a_teacher, reads
from tests.usecases.exporting import execute, statements_of

FILLED = {
    "competence-9001": "1", "competence-9002": "4", "competence-9003": "2",
    "moyenne-1": "12,5", "moyenne-2": "9.75", "moyenne-3": "20",
    "appreciation": "Des progrès nets.\r\nContinuez.",
    "enseignant-1-nom": "DURAND", "enseignant-1-prenom": "Inès",
    "enseignant-2-nom": "", "enseignant-2-prenom": "",
    "enseignant-3-nom": "PETIT", "enseignant-3-prenom": "Léo",
    "pfmp-synthese": "Bonne intégration.", "pfmp-enseignant-nom": "MARTIN",
    "pfmp-enseignant-prenom": "Zoé", "pfmp-semaines": "8", "pfmp-etranger": "oui",
    "avis-engagement-texte": "Très engagée.", "avis-engagement-nom": "ROY",
    "avis-engagement-prenom": "Ana", "avis-engagement-date": "2026-05-12",
    "engagements": "C V", "autre-engagement": "Club théâtre",
}  # fmt: skip


@pytest.fixture
def school(store):
    found = a_school(store, complete=False, pupil_count=2)
    compute_lights(store)
    return found


@pytest.fixture
def booklet_id(school):
    return school.booklet_ids[0]


@pytest.fixture
def claire(w, school):
    return a_teacher(w, "Claire Martin", [school.division_id])


@pytest.fixture
def paul(w, school):
    return a_teacher(w, "Paul Roux", [school.division_id])


def held(w, booklet_id):
    with w.store.reading() as connection:
        return facts.read_booklets(connection, booklet_ids=[booklet_id])[0].facts


def revision(w, who, booklet_id):
    return entry.opened(w, who, booklet_id).revision


def test_every_field_that_is_typed_is_saved_and_read_again(w, claire, booklet_id):
    saved = reads(w, claire, booklet_id).send(FILLED)
    assert saved.is_whole
    assert len(saved.saved) == 15
    values = entry.opened(w, claire, booklet_id).values
    expected = FILLED | {
        "moyenne-2": "9,75", "appreciation": "Des progrès nets.\nContinuez.",
        "enseignant-2-nom": "PETIT", "enseignant-2-prenom": "Léo",
    }  # fmt: skip
    gone = {"enseignant-3-nom", "enseignant-3-prenom"}
    assert {n: values[n] for n in set(expected) - gone} == {
        n: expected[n] for n in set(expected) - gone
    }
    assert held(w, booklet_id).speciality.averages[1] == Decimal("12.5")


def test_the_light_follows_from_the_very_data_without_a_worker(w, claire, booklet_id):
    before = entry.opened(w, claire, booklet_id)
    assert before.light is Light.RED
    after = reads(w, claire, booklet_id).send(FILLED).opened
    assert (after.light, after.gaps) == (Light.GREEN, ())


def test_what_is_emptied_is_erased(w, claire, booklet_id):
    reads(w, claire, booklet_id).send(FILLED)
    rows = {f"enseignant-{n}-{part}": "" for n in (1, 2) for part in ("nom", "prenom")}
    empty = dict.fromkeys(FILLED, "") | rows | {"pfmp-etranger": "non"}
    assert reads(w, claire, booklet_id).send(empty).is_whole
    now = held(w, booklet_id)
    assert (now.speciality.averages, now.speciality.ratings, now.speciality.teachers) == (
        {},
        {},
        (),
    )
    assert not now.life.opinions
    assert entry.opened(w, claire, booklet_id).light is Light.RED


def test_a_form_sent_unchanged_changes_nothing(w, claire, booklet_id):
    reads(w, claire, booklet_id).send(FILLED)
    before = revision(w, claire, booklet_id)
    assert reads(w, claire, booklet_id).send({}).saved == ()
    assert revision(w, claire, booklet_id) == before


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"moyenne-1": "20,01"}, "moyenne-1"),
        ({"moyenne-1": "12,345"}, "moyenne-1"),
        ({"moyenne-1": "-1"}, "moyenne-1"),
        ({"moyenne-1": "1e1"}, "moyenne-1"),
        ({"moyenne-1": "abs"}, "moyenne-1"),
        ({"competence-9001": "5"}, "competence-9001"),
        ({"appreciation": "x" * 301}, "appreciation"),
        ({"enseignant-1-nom": "SEUL"}, "enseignants"),
        ({"pfmp-semaines": "1000"}, "pfmp-semaines"),
        ({"pfmp-semaines": "huit"}, "pfmp-semaines"),
        ({"avis-chef-texte": "Sans auteur."}, "avis-chef"),
        ({"avis-engagement-date": "31/02/2026"}, "avis-engagement"),
        ({"engagements": "C Z"}, "engagements"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_of_the_form_is_saved(
    w, claire, booklet_id, typed, key
):
    saved = reads(w, claire, booklet_id).send({"moyenne-2": "10"} | typed)
    assert set(saved.faults) == {key}
    assert saved.saved == ()
    assert held(w, booklet_id).evaluations == ()


def test_a_partial_save_keeps_what_is_right_beside_what_is_not(w, claire, booklet_id):
    saved = reads(w, claire, booklet_id).send(
        {"moyenne-1": "21", "appreciation": "Bien."}, partial=True
    )
    assert (saved.saved, set(saved.faults)) == (("appreciation",), {"moyenne-1"})
    assert held(w, booklet_id).speciality.appreciation == "Bien."


def test_what_was_removed_from_a_text_is_told_with_its_code(w, claire, booklet_id):
    saved = reads(w, claire, booklet_id).send({"appreciation": "Bien\x01 fait\x00."})
    assert saved.notes == (
        "Appréciation générale : caractères interdits en XML retirés (U+0001, U+0000).",
    )
    assert held(w, booklet_id).speciality.appreciation == "Bien fait."


def test_other_fields_are_merged_and_told(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire.", "moyenne-2": "8"})
    saved = sheet.send({"moyenne-1": "11"})
    assert saved.is_whole
    told = (
        "Claire Martin a modifié la moyenne du 2e trimestre et l’appréciation générale à 10 h 00."
    )
    assert [set(one.split()) for one in saved.told] == [set(told.split())]
    now = held(w, booklet_id).speciality
    assert (now.appreciation, now.averages) == ("De Claire.", {1: Decimal(11), 2: Decimal(8)})


def test_in_the_same_field_nothing_is_overwritten_and_both_values_are_there(
    w, claire, paul, booklet_id
):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire."})
    saved = sheet.send({"appreciation": "De Paul.", "moyenne-1": "11"})
    (clash,) = saved.clashes
    assert (clash.field.key, clash.values["appreciation"]) == ("appreciation", "De Claire.")
    assert clash.who == "Claire Martin a modifié l’appréciation générale à 10 h 00."
    assert saved.saved == ("moyenne-1",)
    assert held(w, booklet_id).speciality.appreciation == "De Claire."


def test_the_choice_stays_asked_until_it_is_answered(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire."})
    for _ in range(3):
        (clash,) = sheet.send({"appreciation": "De Paul."}).clashes
    seen = sheet.opened.read | {"appreciation": clash.read}
    assert sheet.send({"appreciation": "De Paul."}, read=seen).is_whole
    assert held(w, booklet_id).speciality.appreciation == "De Paul."


def test_a_choice_made_of_a_value_that_changed_again_is_asked_again(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire."})
    (clash,) = sheet.send({"appreciation": "De Paul."}).clashes
    reads(w, claire, booklet_id).send({"appreciation": "De Claire, encore."})
    seen = sheet.opened.read | {"appreciation": clash.read}
    (again,) = sheet.send({"appreciation": "De Paul."}, read=seen).clashes
    assert again.values["appreciation"] == "De Claire, encore."


def test_two_who_wrote_the_same_do_not_clash(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"moyenne-1": "12,5"})
    assert sheet.send({"moyenne-1": "12.50"}).is_whole


def test_a_writer_who_lost_what_he_had_read_overwrites_nothing(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire."})
    saved = sheet.send({"appreciation": "De Paul."}, read={})
    assert [one.field.key for one in saved.clashes] == ["appreciation"]


def test_of_many_who_write_one_field_at_once_one_is_saved_and_none_is_lost(
    w, claire, paul, booklet_id
):
    sheets = [reads(w, who, booklet_id) for who in (claire, paul) * 3]
    texts = [f"De {n}." for n in range(len(sheets))]
    with ThreadPoolExecutor(len(sheets)) as pool:
        results = pool.map(lambda one, text: one.send({"appreciation": text}), sheets, texts)
        written = [text for text, one in zip(texts, results, strict=True) if one.saved]
    assert written == [held(w, booklet_id).speciality.appreciation]


def test_many_who_write_other_fields_at_once_lose_nothing(w, claire, paul, booklet_id):
    typed = [
        {"moyenne-1": "1"}, {"moyenne-2": "2"}, {"moyenne-3": "3"}, {"competence-9001": "4"},
    ]  # fmt: skip
    sheets = [reads(w, who, booklet_id) for who in (claire, paul) * 2]
    with ThreadPoolExecutor(len(sheets)) as pool:
        assert all(one.is_whole for one in pool.map(lambda a, b: a.send(b), sheets, typed))
    values = entry.opened(w, claire, booklet_id).values
    assert all(values[name] == text for one in typed for name, text in one.items())


def test_who_wrote_what_clashes_is_told_to_one_who_saw_that_revision_go_by(
    w, claire, paul, booklet_id
):
    """A page that looks again moves its revision on, not what it has read of a field in hand."""
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"appreciation": "De Claire."})
    later = replace(sheet.opened, revision=revision(w, paul, booklet_id))
    saved = replace(sheet, opened=later).send({"appreciation": "De Paul."}, read=sheet.opened.read)
    (clash,) = saved.clashes
    assert clash.who.startswith("Claire Martin a modifié")
    assert saved.told == ()


def test_a_list_of_teachers_is_one_field(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"enseignant-1-nom": "DURAND", "enseignant-1-prenom": "Inès"})
    saved = sheet.send({"enseignant-1-nom": "PETIT", "enseignant-1-prenom": "Léo"})
    assert [one.field.key for one in saved.clashes] == ["enseignants"]
    assert held(w, booklet_id).speciality.teachers == (Teacher("DURAND", "Inès"),)


def test_an_import_meanwhile_is_told_as_such(w, claire, booklet_id):
    sheet = reads(w, claire, booklet_id)
    booklets.edit(
        w.store, booklet_id, Edit(averages={2: Decimal(7)}), based_on=None, actor="cli:root",
        limits=w.limits, now=w.now(),
    )  # fmt: skip
    saved = sheet.send({"moyenne-1": "11"})
    assert saved.told == ("Un import a modifié la moyenne du 2e trimestre à 10 h 00.",)


def test_the_state_tells_what_others_did_since(w, claire, paul, booklet_id):
    sheet = reads(w, paul, booklet_id)
    reads(w, claire, booklet_id).send({"moyenne-1": "11"})
    state = entry_save.state(w, paul, booklet_id, sheet.opened.revision)
    assert state.told == ("Claire Martin a modifié la moyenne du 1er trimestre à 10 h 00.",)
    assert entry_save.state(w, claire, booklet_id, sheet.opened.revision).told == ()


def test_no_entry_before_the_periodicity_is_set(w, claire, booklet_id):
    sheet = reads(w, claire, booklet_id)
    execute(w.store, "UPDATE level_settings SET periodicity = NULL")
    with pytest.raises(PeriodicityNotSet):
        sheet.send({"moyenne-1": "11"})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE booklet SET left_on = '2026-01-05' WHERE id = :id",
        "UPDATE booklet SET status_code = 'AP' WHERE id = :id",
        "UPDATE booklet SET division_id = NULL WHERE id = :id",
    ],
)
def test_a_pupil_who_left_or_is_an_apprentice_is_not_found(w, claire, booklet_id, change):
    sheet = reads(w, claire, booklet_id)
    execute(w.store, change, id=booklet_id)
    with pytest.raises(NotFound):
        sheet.send({"moyenne-1": "11"})


def test_a_teacher_without_the_division_does_not_find_it(w, claire, booklet_id):
    stranger = Principal(99, "x", "x", Role.TEACHER, frozenset({"0999999Z"}), frozenset({98}))
    with pytest.raises(NotFound):
        reads(w, stranger, booklet_id)


def test_an_administrator_enters_nothing(w, booklet_id):
    with pytest.raises(Forbidden):
        reads(w, Principal(98, "x", "x", Role.ADMINISTRATOR), booklet_id)


def test_a_page_sends_as_many_statements_for_thirty_pupils_as_for_three(w, store):
    counts = []
    for count in (3, 3, 30):
        ids = a_school(store, pupil_count=count, division_code=f"1N{len(counts)}")
        who = a_teacher(w, f"X Y{len(counts)}", [ids.division_id])
        with statements_of(store) as found:
            entry.opened(w, who, ids.booklet_ids[0])
        counts.append([one for one in found if one.startswith("SELECT")])
    assert len(counts[1]) == len(counts[2]) < 9


def test_the_audit_names_fields_and_the_account_never_a_value(w, claire, booklet_id):
    reads(w, claire, booklet_id).send({"appreciation": "Secret de Lina."})
    with w.store.reading() as connection:
        rows = connection.execute(sa.text("SELECT actor, details FROM audit_event")).all()
    assert [row.actor for row in rows] == [claire.actor]
    assert "Secret" not in str(rows)
