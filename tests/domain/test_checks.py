from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.domain.checks import document_faults
from pipeline.domain.document import Document, GroupStatistics
from pipeline.domain.facts import Limits, Teacher
from pipeline.domain.faults import Fault, FaultCode
from pipeline.domain.life import Opinion, OpinionKind
from pipeline.domain.periods import Periodicity
from tests.xml import documents as built

PUPIL = built.PUPIL.siecle_id
SPECIALITY = "2025/071100-S"
VT = "a\x0bb"


def _bands(below: str, middle: str, above: str) -> Document:
    shares = (Decimal(below), Decimal(middle), Decimal(above))
    return built.with_group(below_8=shares[0], from_8_to_12=shares[1], from_12=shares[2])


def _average(text: str) -> Document:
    return built.with_evaluation(averages=((1, Decimal(text)),))


def _period(number: int, periodicity: Periodicity) -> Document:
    evaluation = replace(built.EVALUATION, averages=((number, Decimal(10)),))
    return built.with_year(periodicity=periodicity, evaluations=(evaluation,))


def _teacher(last_name: str = "DURAND", first_name: str = "Inès") -> Document:
    return built.with_evaluation(teachers=(Teacher(last_name=last_name, first_name=first_name),))


def _pfmp(**spoiled: object) -> Document:
    return built.with_year(pfmp=replace(built.PFMP, **spoiled))


def _project(**spoiled: object) -> Document:
    return built.with_year(project=replace(built.PROJECT, **spoiled))


def _opinion(**spoiled: object) -> Document:
    sound = Opinion("Sérieux.", "ROUX", "Zoé")
    return built.with_year(opinions=((OpinionKind.HEAD, replace(sound, **spoiled)),))


def _pupil(**spoiled: object) -> Document:
    return built.with_pupils(replace(built.PUPIL, **spoiled))


SOUND = {
    "complete": built.DOCUMENT,
    "application-50": built.document(application="a" * 50),
    "average-0": _average("0"),
    "average-20": _average("20.00"),
    "no-mark-in-a-period": built.with_evaluation(averages=((1, None),)),
    "second-semester": _period(2, Periodicity.SEMESTER),
    "third-trimester": _period(3, Periodicity.TRIMESTER),
    "no-appreciation": built.with_evaluation(appreciation=None),
    "appreciation-300": built.with_evaluation(appreciation="é" * 300),
    "windows-newline-counts-once": built.with_evaluation(appreciation="é" * 299 + "\r\n"),
    "last-name-65": _teacher(last_name="n" * 65),
    "first-name-50": _teacher(first_name="p" * 50),
    "synthesis-300": _pfmp(synthesis="s" * 300),
    "bands-100": _bands("0.00", "33.33", "66.67"),
    "no-statistics": built.with_evaluation(group=GroupStatistics()),
    "no-pfmp-no-project": built.with_year(pfmp=None, project=None),
    "same-subject-other-modality": built.with_year(
        evaluations=(built.EVALUATION, replace(built.EVALUATION, modality="O"))
    ),
    "masteries-1-and-4": built.with_evaluation(ratings=(("9001", 1), ("9002", 4))),
}

WHOLE_FILE = {
    "editor-blank": (built.document(editor=" \t"), "editor_blank", "editor"),
    "application-51": (
        built.document(application="a" * 51),
        "application_too_long",
        "application",
    ),
    "no-pupil": (built.with_pupils(), "no_pupil", ""),
    "editor-control": (built.document(editor=VT), "text_forbidden_character", "editor"),
    "application-control": (
        built.document(application=VT),
        "text_forbidden_character",
        "application",
    ),
    **{
        f"uai-{uai!a}": (built.document(uai=uai), "uai_invalid", "uai")
        for uai in ("", "099999Z", "09999999", "0999999z", "0999999Z\n", "٠999999Z", "0999999ZZ")
    },
}

ONE_PUPIL = {
    "no-year": (built.with_pupils(replace(built.PUPIL, years=())), "no_year", ""),
    "pupil-twice": (built.with_pupils(built.PUPIL, built.PUPIL), "pupil_duplicated", ""),
    "year-twice": (
        built.with_pupils(replace(built.PUPIL, years=(built.YEAR, built.YEAR))),
        "year_duplicated",
        "2025",
    ),
    "no-evaluation": (built.with_year(evaluations=()), "no_evaluation", "2025"),
    "subject-twice": (
        built.with_year(evaluations=(built.EVALUATION, built.EVALUATION)),
        "subject_duplicated",
        SPECIALITY,
    ),
    "period-twice": (
        built.with_evaluation(averages=((1, Decimal(10)), (1, None))),
        "period_duplicated",
        f"{SPECIALITY}/period 1",
    ),
    "period-0": (_period(0, Periodicity.SEMESTER), "period_invalid", f"{SPECIALITY}/period 0"),
    "third-semester": (
        _period(3, Periodicity.SEMESTER),
        "period_invalid",
        f"{SPECIALITY}/period 3",
    ),
    "fourth-trimester": (
        _period(4, Periodicity.TRIMESTER),
        "period_invalid",
        f"{SPECIALITY}/period 4",
    ),
    **{
        f"average-{text}": (_average(text), "average_invalid", f"{SPECIALITY}/period 1")
        for text in ("-0.01", "20.01", "25", "-1", "NaN", "sNaN", "Infinity")
    },
    "group-average-21": (
        built.with_group(average=Decimal(21)),
        "average_invalid",
        f"{SPECIALITY}/group",
    ),
    "project-average-21": (
        _project(average=Decimal(21)),
        "average_invalid",
        "2025/project/average",
    ),
    "competence-twice": (
        built.with_evaluation(ratings=(("9001", 3), ("9001", 3))),
        "competence_duplicated",
        f"{SPECIALITY}/competence 9001",
    ),
    **{
        f"mastery-{mastery}": (
            built.with_evaluation(ratings=(("9001", mastery),)),
            "mastery_invalid",
            f"{SPECIALITY}/competence 9001",
        )
        for mastery in (-1, 0, 5)
    },
    **{
        f"bands-{'-'.join(bands)}": (_bands(*bands), "bands_not_100", f"{SPECIALITY}/group")
        for bands in (
            ("12.50", "37.50", "49.99"),
            ("12.50", "37.50", "50.01"),
            ("-10.00", "60.00", "50.00"),
            ("NaN", "50.00", "50.00"),
        )
    },
    "group-no-average": (
        built.with_group(average=None),
        "group_incomplete",
        f"{SPECIALITY}/group",
    ),
    "group-figures-without-size": (
        built.with_group(size=0),
        "group_incomplete",
        f"{SPECIALITY}/group",
    ),
    "group-size-without-figures": (
        built.with_evaluation(group=GroupStatistics(size=3)),
        "group_incomplete",
        f"{SPECIALITY}/group",
    ),
    "no-last-name": (
        _teacher(last_name=""),
        "teacher_name_incomplete",
        f"{SPECIALITY}/teacher 1",
    ),
    "blank-first-name": (
        _teacher(first_name=" \u00a0"),
        "teacher_name_incomplete",
        f"{SPECIALITY}/teacher 1",
    ),
    "pfmp-nameless": (
        _pfmp(teacher=Teacher(last_name="", first_name="")),
        "teacher_name_incomplete",
        "2025/pfmp/teacher",
    ),
    "project-nameless": (
        _project(teacher=Teacher(last_name="A", first_name="")),
        "teacher_name_incomplete",
        "2025/project/teacher",
    ),
    "appreciation-blank": (
        built.with_evaluation(appreciation=" \n"),
        "text_blank",
        f"{SPECIALITY}/appreciation",
    ),
    "synthesis-blank": (_pfmp(synthesis=""), "text_blank", "2025/pfmp/synthesis"),
    "project-blank": (_project(appreciation=" "), "text_blank", "2025/project/appreciation"),
    "appreciation-301": (
        built.with_evaluation(appreciation="é" * 301),
        "text_too_long",
        f"{SPECIALITY}/appreciation",
    ),
    "synthesis-301": (_pfmp(synthesis="s" * 301), "text_too_long", "2025/pfmp/synthesis"),
    "project-301": (
        _project(appreciation="s" * 301),
        "text_too_long",
        "2025/project/appreciation",
    ),
    "last-name-66": (
        _teacher(last_name="n" * 66),
        "text_too_long",
        f"{SPECIALITY}/teacher 1/last_name",
    ),
    "first-name-51": (
        _teacher(first_name="p" * 51),
        "text_too_long",
        f"{SPECIALITY}/teacher 1/first_name",
    ),
    "appreciation-control": (
        built.with_evaluation(appreciation=VT),
        "text_forbidden_character",
        f"{SPECIALITY}/appreciation",
    ),
    "teacher-surrogate": (
        _teacher(last_name="A\ud800"),
        "text_forbidden_character",
        f"{SPECIALITY}/teacher 1/last_name",
    ),
    "opinion-blank": (_opinion(text=" "), "text_blank", "2025/opinion head"),
    "opinion-long": (_opinion(text="x" * 301), "text_too_long", "2025/opinion head"),
    "opinion-anonymous": (
        _opinion(first_name=""),
        "teacher_name_incomplete",
        "2025/opinion head/author",
    ),
    "commitment-twice": (_pupil(commitments=("C", "C")), "commitment_duplicated", "C"),
    "other-commitment-long": (
        _pupil(other_commitment="x" * 301),
        "text_too_long",
        "other commitment",
    ),
    "synthesis-control": (
        _pfmp(synthesis=VT),
        "text_forbidden_character",
        "2025/pfmp/synthesis",
    ),
}


@pytest.mark.parametrize("document", SOUND.values(), ids=SOUND.keys())
def test_a_sound_document_has_no_fault(document: Document) -> None:
    assert document_faults(document, Limits()) == []


@pytest.mark.parametrize(
    ("document", "code", "subject"), WHOLE_FILE.values(), ids=WHOLE_FILE.keys()
)
def test_a_fault_of_the_file_is_nobodys(document: Document, code: str, subject: str) -> None:
    assert document_faults(document, Limits()) == [Fault(FaultCode(code), None, subject)]


@pytest.mark.parametrize(("document", "code", "subject"), ONE_PUPIL.values(), ids=ONE_PUPIL.keys())
def test_a_fault_names_the_pupil_and_the_place(document: Document, code: str, subject: str) -> None:
    assert document_faults(document, Limits()) == [Fault(FaultCode(code), PUPIL, subject)]


def test_the_profile_s_limits_are_the_ones_applied() -> None:
    limits = Limits(appreciation=10, last_name=3, first_name=2, pfmp_synthesis=5)
    found = {fault.subject for fault in document_faults(built.DOCUMENT, limits)}
    assert found >= {
        f"{SPECIALITY}/appreciation",
        f"{SPECIALITY}/teacher 1/last_name",
        f"{SPECIALITY}/teacher 2/first_name",
        "2025/pfmp/synthesis",
        "2025/project/appreciation",
    }


def test_all_faults_come_in_the_order_of_the_document() -> None:
    spoiled = replace(built.PUPIL, siecle_id=7, years=(replace(built.YEAR, evaluations=()),))
    later = replace(_average("25").pupils[0], siecle_id=8)
    document = replace(built.with_pupils(spoiled, later), editor="", uai="x")
    assert document_faults(document, Limits()) == [
        Fault(FaultCode.EDITOR_BLANK, None, "editor"),
        Fault(FaultCode.UAI_INVALID, None, "uai"),
        Fault(FaultCode.NO_EVALUATION, 7, "2025"),
        Fault(FaultCode.AVERAGE_INVALID, 8, f"{SPECIALITY}/period 1"),
    ]


def test_every_code_is_reached_by_a_test() -> None:
    reached = {code for _, code, _ in (*WHOLE_FILE.values(), *ONE_PUPIL.values())}
    assert reached == {str(code) for code in FaultCode}
