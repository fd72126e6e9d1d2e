from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.assemble import Assembly, assemble
from pipeline.domain.document import Evaluation, Pfmp, Project, SchoolYear
from pipeline.domain.facts import BookletFacts, Competence, LevelFacts, Limits, Teacher
from pipeline.domain.gaps import GapCode, Light
from pipeline.domain.periods import Periodicity
from tests.domain.builders import COMPETENCES, booklet, evaluation, level, pfmp, project

MATHS = "061300"


def assembled(*booklets: BookletFacts, of: LevelFacts | None = None, **carried: bool) -> Assembly:
    carries = {"carries_pfmp": True, "carries_project": True} | carried
    return assemble(
        of or level(),
        booklets,
        editor="EDITEUR-FICTIF",
        application="LSL",
        limits=Limits(),
        carries_pfmp=carries["carries_pfmp"],
        carries_project=carries["carries_project"],
    )


def year_of(*booklets: BookletFacts, of: LevelFacts | None = None, **carried: bool) -> SchoolYear:
    return assembled(*booklets, of=of, **carried).document.pupils[0].years[0]


def pupil(number: int, **speciality: Any) -> BookletFacts:
    return booklet(booklet_id=number, siecle_id=number, evaluations=(evaluation(**speciality),))


def speciality_of(*booklets: BookletFacts, of: LevelFacts | None = None) -> Evaluation:
    return year_of(*booklets, of=of).evaluations[0]


def subjects_of(*others: Any) -> list[str]:
    year = year_of(booklet(evaluations=(*others, evaluation())))
    return [found.subject_code for found in year.evaluations]


def marks(**averages: str) -> dict[int, Decimal]:
    return {int(period[1:]): Decimal(average) for period, average in averages.items()}


def test_the_document_names_its_maker_and_its_school() -> None:
    document = assembled(booklet()).document

    assert (document.editor, document.application) == ("EDITEUR-FICTIF", "LSL")
    assert document.uai == "0999999Z"


def test_a_pupil_has_one_year_with_the_periodicity_of_the_level() -> None:
    year = year_of(booklet(), of=level(periodicity=Periodicity.SEMESTER))

    assert (year.start_year, year.periodicity) == (2025, Periodicity.SEMESTER)


def test_pupils_are_in_the_order_of_their_siecle_id() -> None:
    document = assembled(pupil(30), pupil(4), pupil(200)).document

    assert [found.siecle_id for found in document.pupils] == [4, 30, 200]


def test_orange_and_green_pupils_are_in_and_red_ones_are_told_with_their_gaps() -> None:
    found = assembled(pupil(3, ratings={}), pupil(2, appreciation=None), pupil(1))

    assert [p.siecle_id for p in found.document.pupils] == [1, 2]
    assert found.included == {Light.RED: 1, Light.ORANGE: 1, Light.GREEN: 1}
    assert [(s.siecle_id, s.booklet_id) for s in found.skipped] == [(3, 3)]
    assert {gap.code for gap in found.skipped[0].gaps} == {GapCode.COMPETENCE_NOT_RATED}


def test_lights_are_counted_even_where_there_is_none() -> None:
    assert assembled().included == dict.fromkeys(Light, 0)


def test_a_pupil_without_siecle_id_is_skipped_by_booklet() -> None:
    found = assembled(booklet(siecle_id=None, booklet_id=7))

    assert [(s.siecle_id, s.booklet_id) for s in found.skipped] == [(None, 7)]


@pytest.mark.parametrize("spoiled", [{"periodicity": None}, {"competences": ()}])
def test_a_level_not_set_up_gives_an_empty_document(spoiled: dict[str, Any]) -> None:
    found = assembled(pupil(1), pupil(2), of=level(**spoiled))

    assert found.document.pupils == ()
    assert len(found.skipped) == 2


def test_red_pupils_count_in_the_group() -> None:
    group = speciality_of(
        pupil(1, averages=marks(p1="14")), pupil(2, averages=marks(p1="6"), ratings={})
    ).group

    assert (group.size, group.average) == (2, Decimal("10.00"))


def test_a_mark_that_is_not_valid_counts_nowhere() -> None:
    group = speciality_of(
        pupil(1, averages=marks(p1="14")),
        pupil(2, averages=marks(p1="25")),
        pupil(3, averages=marks(p3="2")),
        of=level(periodicity=Periodicity.SEMESTER),
    )

    assert (group.group.size, group.group.average) == (1, Decimal("14.00"))
    assert group.averages == ((1, Decimal("14.00")),)


def test_a_period_where_only_the_group_has_marks_is_there_without_an_average() -> None:
    found = speciality_of(
        pupil(1, averages=marks(p1="14")), pupil(2, averages=marks(p3="9"), ratings={})
    )

    assert found.averages == ((1, Decimal("14.00")), (3, None))


@pytest.mark.parametrize(
    ("entered", "written"), [("9.5", "9.50"), ("12.500", "12.50"), ("20", "20.00"), ("-0", "0.00")]
)
def test_averages_always_have_two_decimals_and_no_minus_zero(entered: str, written: str) -> None:
    averages = speciality_of(pupil(1, averages={1: Decimal(entered)})).averages

    assert [str(average) for _, average in averages] == [written]


def test_ratings_follow_the_framework_and_leave_others_out() -> None:
    backwards = tuple(reversed(COMPETENCES))
    ratings = {"0001": 1, "9001": 1, "9002": 2, "9003": 3}

    found = speciality_of(pupil(1, ratings=ratings), of=level(competences=backwards))

    assert found.ratings == (("9003", 3), ("9002", 2), ("9001", 1))


def test_teachers_stay_in_order_on_one_line_and_unnamed_ones_go() -> None:
    entered = (Teacher("ROY", "Al"), Teacher("", ""), Teacher(" DE\nLA  RUE ", "Zoe\u0301"))

    found = speciality_of(pupil(1, teachers=entered))

    assert found.teachers == (Teacher("ROY", "Al"), Teacher("DE LA RUE", "Zoé"))


@pytest.mark.parametrize(
    ("entered", "written"), [(None, None), ("  ", None), (" a\r\nb ", "a\nb"), ("a", "a")]
)
def test_an_appreciation_is_normalised_and_a_blank_one_absent(
    entered: str | None, written: str | None
) -> None:
    assert speciality_of(pupil(1, appreciation=entered)).appreciation == written


def test_the_pfmp_is_written_whole() -> None:
    year = year_of(booklet(pfmp=pfmp(week_count=8, abroad=True)))

    assert year.pfmp == Pfmp("Bonne intégration dans l’équipe.", Teacher("MARTIN", "Léo"), 8, True)


@pytest.mark.parametrize("asked", [(False, True), (True, False), (False, False)])
def test_the_pfmp_needs_both_the_level_and_the_profile(asked: tuple[bool, bool]) -> None:
    exported, carried = asked

    assert year_of(booklet(), of=level(exports_pfmp=exported), carries_pfmp=carried).pfmp is None


def test_a_level_without_pfmp_exports_a_pupil_without_any() -> None:
    assert year_of(booklet(pfmp=None), of=level(exports_pfmp=False)).pfmp is None


def test_the_project_is_written_whole() -> None:
    year = year_of(booklet(project=project(average=Decimal(14))), of=level(exports_project=True))

    assert year.project == Project(Decimal("14.00"), "Maquette aboutie.", Teacher("PETIT", "Zoé"))
    assert str(year.project.average) == "14.00"


@pytest.mark.parametrize("asked", [(False, True), (True, False), (False, False)])
def test_the_project_needs_both_the_level_and_the_profile(asked: tuple[bool, bool]) -> None:
    exported, carried = asked
    of = level(exports_project=exported)

    assert year_of(booklet(), of=of, carries_project=carried).project is None


def test_the_speciality_comes_first_and_other_subjects_by_code() -> None:
    found = subjects_of(evaluation(subject_code="100100"), evaluation(subject_code="020700"))

    assert found == ["071100", "020700", "100100"]


def test_another_subject_has_its_own_group() -> None:
    maths = evaluation(subject_code=MATHS, averages=marks(p2="4"), ratings={"9001": 1})
    first = booklet(siecle_id=1, evaluations=(evaluation(averages=marks(p1="16")), maths))
    year = year_of(first, pupil(2))

    assert [e.group.size for e in year.evaluations] == [2, 1]
    assert year.evaluations[1].group.average == Decimal("4.00")
    assert year.evaluations[1].averages == ((2, Decimal("4.00")),)


def test_another_subject_may_lack_marks_ratings_and_appreciation() -> None:
    bare = evaluation(subject_code=MATHS, averages={}, ratings={}, appreciation=None)
    found = year_of(booklet(evaluations=(evaluation(), bare))).evaluations[1]

    assert (found.averages, found.ratings, found.appreciation) == ((), (), None)
    assert found.group.size == 0


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ({"teachers": ()}, GapCode.SUBJECT_TEACHER_MISSING),
        ({"teachers": (Teacher("DURAND", ""),)}, GapCode.SUBJECT_TEACHER_MISSING),
        ({"averages": marks(p1="20.01")}, GapCode.SUBJECT_VALUE_INVALID),
        ({"averages": marks(p4="10")}, GapCode.SUBJECT_VALUE_INVALID),
        ({"appreciation": "x" * 301}, GapCode.SUBJECT_VALUE_INVALID),
        ({"appreciation": "a\x0bb"}, GapCode.SUBJECT_VALUE_INVALID),
        ({"teachers": (Teacher("x" * 66, "Inès"),)}, GapCode.SUBJECT_VALUE_INVALID),
        ({"modality": "N"}, GapCode.SUBJECT_MODALITY_REFUSED),
        ({"modality": "SO"}, GapCode.SUBJECT_MODALITY_REFUSED),
        ({"subject_code": "61300"}, GapCode.SUBJECT_CODE_NOT_NATIONAL),
        ({"subject_code": "06130A"}, GapCode.SUBJECT_CODE_NOT_NATIONAL),
    ],
)
def test_another_subject_that_would_spoil_the_file_stays_out_and_is_told(
    spoiled: dict[str, Any], reason: GapCode
) -> None:
    other = evaluation(**({"subject_code": MATHS} | spoiled))
    found = assembled(booklet(evaluations=(evaluation(), other)))

    (one,) = found.document.pupils
    assert [subject.subject_code for subject in one.years[0].evaluations] == ["071100"]
    (told,) = found.shortened
    assert (told.siecle_id, told.start_year) == (one.siecle_id, 2025)
    assert [(gap.code, gap.subject) for gap in told.gaps] == [(reason, other.subject_code)]
    assert found.included[Light.ORANGE] == 1


def test_of_pupils_whose_subjects_are_all_in_the_file_and_of_red_ones_none_is_shortened() -> None:
    local = evaluation(subject_code="AGL1")
    red = booklet(siecle_id=2, evaluations=(evaluation(ratings={}), local))

    assert assembled(booklet(), red).shortened == ()


def test_a_half_named_teacher_beside_a_full_one_is_left_out_of_another_subject() -> None:
    maths = evaluation(subject_code=MATHS, teachers=(Teacher("ROY", ""), Teacher("A", "B")))
    year = year_of(booklet(evaluations=(evaluation(), maths)))

    assert year.evaluations[1].teachers == (Teacher("A", "B"),)


def test_a_subject_entered_twice_is_written_and_counted_once() -> None:
    twice = (evaluation(averages=marks(p1="16")), evaluation(averages=marks(p1="4")))
    year = year_of(booklet(evaluations=twice))

    assert [(e.group.size, e.group.average) for e in year.evaluations] == [(1, Decimal("16.00"))]


def test_a_rating_of_another_subject_must_be_on_the_scale() -> None:
    maths = evaluation(subject_code=MATHS, ratings={"9001": 7, "9002": 2})
    year = year_of(booklet(evaluations=(evaluation(), maths)))

    assert year.evaluations[1].ratings == (("9002", 2),)


@given(st.permutations([pupil(1), pupil(2, ratings={}), pupil(3, averages={2: Decimal(7)})]))
def test_the_order_of_reading_changes_nothing(booklets: list[BookletFacts]) -> None:
    assert assembled(*booklets) == assembled(*sorted(booklets, key=lambda b: b.booklet_id))


def test_a_competence_added_to_the_framework_makes_the_pupil_red() -> None:
    wider = (*COMPETENCES, Competence("9004", "C4", "Communiquer"))

    assert assembled(booklet(), of=level(competences=wider)).included[Light.RED] == 1
