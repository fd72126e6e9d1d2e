from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from pipeline.domain.completeness import RULES, gaps_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits, Teacher
from pipeline.domain.gaps import Gap, GapCode, Light, Severity, light_of
from pipeline.domain.periods import Periodicity
from tests.domain.builders import RATINGS, booklet, evaluation, level, pfmp, project

RED, ORANGE, GREEN = Light.RED, Light.ORANGE, Light.GREEN
C = GapCode
LOCAL, MODALITY = GapCode.SUBJECT_CODE_NOT_NATIONAL, GapCode.SUBJECT_MODALITY_REFUSED
HALF = Teacher("ROY", "")
SEMESTERS = level(periodicity=Periodicity.SEMESTER)
NO_PFMP = level(exports_pfmp=False)
WITH_PROJECT = level(exports_project=True)


class Case(NamedTuple):
    name: str
    light: Light
    booklet: BookletFacts
    gaps: list[Gap]
    level: LevelFacts


def must(code: GapCode, subject: str = "") -> Gap:
    return Gap(code, Severity.MANDATORY, subject)


def may(code: GapCode, subject: str = "") -> Gap:
    return Gap(code, Severity.OPTIONAL, subject)


def case(
    name: str, light: Light, facts: BookletFacts, *gaps: Gap, of: LevelFacts | None = None
) -> Case:
    return Case(name, light, facts, list(gaps), of or level())


def entered(**changes: Any) -> BookletFacts:
    return booklet(evaluations=(evaluation(**changes),))


def marked(**averages: str) -> BookletFacts:
    return entered(averages={int(p[1:]): Decimal(a) for p, a in averages.items()})


def taught(*names: tuple[str, str]) -> BookletFacts:
    return entered(teachers=tuple(Teacher(*both) for both in names))


UNRATED = [must(C.COMPETENCE_NOT_RATED, code) for code in RATINGS]
EMPTY = [*UNRATED, must(C.AVERAGE_MISSING), must(C.TEACHER_MISSING), may(C.APPRECIATION_MISSING)]
NO_PFMP_GIVEN = [must(C.PFMP_SYNTHESIS_MISSING), must(C.PFMP_TEACHER_MISSING)]
INVALID_ONLY = [must(C.AVERAGE_MISSING), must(C.AVERAGE_INVALID, "1")]

LEVELS = [
    case("complete", GREEN, booklet()),
    case("complete under semesters", GREEN, booklet(), of=SEMESTERS),
    case("no SIECLE id", RED, booklet(siecle_id=None), must(C.SIECLE_ID_MISSING)),
    case("SIECLE id -1", RED, booklet(siecle_id=-1), must(C.SIECLE_ID_MISSING)),
    case("SIECLE id 0", RED, booklet(siecle_id=0), must(C.SIECLE_ID_MISSING)),
    case("SIECLE id 1", GREEN, booklet(siecle_id=1)),
    case("no periodicity", RED, booklet(), must(C.PERIODICITY_NOT_SET), of=level(periodicity=None)),
    case("no framework", RED, booklet(), must(C.FRAMEWORK_UNKNOWN), of=level(competences=())),
]

RATED = [
    case("nothing rated", RED, entered(ratings={}), *UNRATED),
    case("first not rated", RED, entered(ratings={"9002": 4, "9003": 2}), UNRATED[0]),
    case("last not rated", RED, entered(ratings={"9001": 3, "9002": 4}), UNRATED[2]),
    case("mastery 0", RED, entered(ratings=RATINGS | {"9002": 0}), must(C.MASTERY_INVALID, "9002")),
    case("mastery 1", GREEN, entered(ratings=RATINGS | {"9002": 1})),
    case("mastery 4", GREEN, entered(ratings=RATINGS | {"9002": 4})),
    case("mastery 5", RED, entered(ratings=RATINGS | {"9002": 5}), must(C.MASTERY_INVALID, "9002")),
    case("an unexpected one is ignored", GREEN, entered(ratings=RATINGS | {"0001": 9})),
]

AVERAGES = [
    case("no average", RED, marked(), must(C.AVERAGE_MISSING)),
    case("one is enough", GREEN, marked(p2="9.75")),
    case("-0.01", RED, marked(p1="-0.01"), *INVALID_ONLY),
    case("0", GREEN, marked(p1="0")),
    case("0.01", GREEN, marked(p1="0.01")),
    case("19.99", GREEN, marked(p1="19.99")),
    case("20", GREEN, marked(p1="20")),
    case("20.01", RED, marked(p1="20.01"), *INVALID_ONLY),
    case("three decimals", RED, marked(p1="12.345"), *INVALID_ONLY),
    case("a third decimal that is zero", GREEN, marked(p1="12.340")),
    case("a thirtieth decimal", RED, marked(p1=f"12.{'0' * 29}1"), *INVALID_ONLY),
    case("not a number", RED, marked(p1="NaN"), *INVALID_ONLY),
    case("a signalling one", RED, marked(p1="sNaN"), *INVALID_ONLY),
    case("infinite", RED, marked(p1="Infinity"), *INVALID_ONLY),
    case("huge", RED, marked(p1="1E+40"), *INVALID_ONLY),
    case("one right, one wrong", RED, marked(p1="10", p3="21"), must(C.AVERAGE_INVALID, "3")),
]

PERIODS = [
    case("period 0", RED, marked(p0="10", p1="10"), must(C.PERIOD_INVALID, "0")),
    case("period 3 of trimesters", GREEN, marked(p3="10")),
    case("period 4 of trimesters", RED, marked(p1="9", p4="10"), must(C.PERIOD_INVALID, "4")),
    case("period 2 of semesters", GREEN, marked(p2="10"), of=SEMESTERS),
    case(
        "period 3 of semesters",
        RED,
        marked(p1="10", p3="10"),
        must(C.PERIOD_INVALID, "3"),
        of=SEMESTERS,
    ),
    case(
        "nothing but period 3 of semesters",
        RED,
        marked(p3="10"),
        must(C.AVERAGE_MISSING),
        must(C.PERIOD_INVALID, "3"),
        of=SEMESTERS,
    ),
    case(
        "period 3 of semesters, 21",
        RED,
        marked(p1="10", p3="21"),
        must(C.AVERAGE_INVALID, "3"),
        must(C.PERIOD_INVALID, "3"),
        of=SEMESTERS,
    ),
]

INCOMPLETE = C.TEACHER_NAME_INCOMPLETE
TEACHERS = [
    case("no teacher", RED, taught(), must(C.TEACHER_MISSING)),
    case("a teacher without any name", RED, taught((" ", "")), must(C.TEACHER_MISSING)),
    case("no first name", RED, taught(("DURAND", "")), must(INCOMPLETE, "1")),
    case("a blank first name", RED, taught(("DURAND", " \t")), must(INCOMPLETE, "1")),
    case("no last name", RED, taught(("", "Inès")), must(INCOMPLETE, "1")),
    case("two teachers", GREEN, taught(("DURAND", "Inès"), ("ROY", "Al"))),
    case("the second half named", RED, taught(("A", "B"), ("ROY", "")), must(INCOMPLETE, "2")),
    case("an unnamed second is no teacher", GREEN, taught(("A", "B"), ("", ""))),
]

OPTIONAL = [
    case("no appreciation", ORANGE, entered(appreciation=None), may(C.APPRECIATION_MISSING)),
    case("empty appreciation", ORANGE, entered(appreciation=""), may(C.APPRECIATION_MISSING)),
    case(
        "blank appreciation", ORANGE, entered(appreciation=" \n\u00a0"), may(C.APPRECIATION_MISSING)
    ),
]

SYNTHESIS, AUTHOR = C.PFMP_SYNTHESIS_MISSING, C.PFMP_TEACHER_MISSING
PFMP_SPOILED: list[tuple[str, BookletFacts, list[tuple[GapCode, str]]]] = [
    ("no PFMP", booklet(pfmp=None), [(SYNTHESIS, ""), (AUTHOR, "")]),
    ("no synthesis", booklet(pfmp=pfmp(synthesis=None)), [(SYNTHESIS, "")]),
    ("blank synthesis", booklet(pfmp=pfmp(synthesis="  ")), [(SYNTHESIS, "")]),
    ("no PFMP last name", booklet(pfmp=pfmp(teacher_last_name=None)), [(AUTHOR, "")]),
    ("no PFMP first name", booklet(pfmp=pfmp(teacher_first_name=None)), [(AUTHOR, "")]),
    ("blank PFMP first name", booklet(pfmp=pfmp(teacher_first_name=" ")), [(AUTHOR, "")]),
    (
        "no PFMP name at all",
        booklet(pfmp=pfmp(teacher_last_name="", teacher_first_name="")),
        [(AUTHOR, "")],
    ),
    ("PFMP of 299 characters", booklet(pfmp=pfmp(synthesis="é" * 299)), []),
    ("PFMP of 300 characters", booklet(pfmp=pfmp(synthesis="é" * 300)), []),
    (
        "PFMP of 301 characters",
        booklet(pfmp=pfmp(synthesis="é" * 301)),
        [(C.TEXT_TOO_LONG, "pfmp_synthesis")],
    ),
    (
        "PFMP last name of 66",
        booklet(pfmp=pfmp(teacher_last_name="x" * 66)),
        [(C.TEXT_TOO_LONG, "pfmp_teacher_last_name")],
    ),
    (
        "PFMP first name of 51",
        booklet(pfmp=pfmp(teacher_first_name="x" * 51)),
        [(C.TEXT_TOO_LONG, "pfmp_teacher_first_name")],
    ),
    (
        "PFMP with a control character",
        booklet(pfmp=pfmp(synthesis="a\x0bb")),
        [(C.TEXT_FORBIDDEN_CHARACTER, "pfmp_synthesis")],
    ),
]
PFMP = [
    case(f"{name}, exported", RED if gaps else GREEN, facts, *(must(*gap) for gap in gaps))
    for name, facts, gaps in PFMP_SPOILED
] + [
    case(
        f"{name}, kept", ORANGE if gaps else GREEN, facts, *(may(*gap) for gap in gaps), of=NO_PFMP
    )
    for name, facts, gaps in PFMP_SPOILED
]

PROJECT_TEACHER, PROJECT_TEXT = C.PROJECT_TEACHER_MISSING, C.PROJECT_APPRECIATION_MISSING
PROJECT_SPOILED: list[tuple[str, BookletFacts, list[tuple[GapCode, str]]]] = [
    (
        "no project",
        booklet(project=None),
        [(C.PROJECT_AVERAGE_MISSING, ""), (PROJECT_TEXT, ""), (PROJECT_TEACHER, "")],
    ),
    ("no mark", booklet(project=project(average=None)), [(C.PROJECT_AVERAGE_MISSING, "")]),
    ("project 20", booklet(project=project(average=Decimal(20))), []),
    (
        "project 20.01",
        booklet(project=project(average=Decimal("20.01"))),
        [(C.AVERAGE_INVALID, "project")],
    ),
    (
        "project -0.01",
        booklet(project=project(average=Decimal("-0.01"))),
        [(C.AVERAGE_INVALID, "project")],
    ),
    ("no text", booklet(project=project(appreciation=None)), [(PROJECT_TEXT, "")]),
    ("blank text", booklet(project=project(appreciation=" ")), [(PROJECT_TEXT, "")]),
    ("no last name", booklet(project=project(teacher_last_name=None)), [(PROJECT_TEACHER, "")]),
    ("no first name", booklet(project=project(teacher_first_name=" ")), [(PROJECT_TEACHER, "")]),
    (
        "text of 301",
        booklet(project=project(appreciation="x" * 301)),
        [(C.TEXT_TOO_LONG, "project_appreciation")],
    ),
    (
        "names of 66 and 51",
        booklet(project=project(teacher_last_name="x" * 66, teacher_first_name="x" * 51)),
        [
            (C.TEXT_TOO_LONG, "project_teacher_last_name"),
            (C.TEXT_TOO_LONG, "project_teacher_first_name"),
        ],
    ),
]
PROJECTS = [
    case(
        f"project: {name}, exported",
        RED if gaps else GREEN,
        facts,
        *(must(*gap) for gap in gaps),
        of=WITH_PROJECT,
    )
    for name, facts, gaps in PROJECT_SPOILED
] + [case(f"project: {name}, not asked", GREEN, facts) for name, facts, _ in PROJECT_SPOILED]

LONG, FORBIDDEN = C.TEXT_TOO_LONG, C.TEXT_FORBIDDEN_CHARACTER
TEXTS = [
    case("299 characters", GREEN, entered(appreciation="é" * 299)),
    case("300 characters", GREEN, entered(appreciation="é" * 300)),
    case("301 characters", RED, entered(appreciation="é" * 301), must(LONG, "appreciation")),
    case("300 astral characters", GREEN, entered(appreciation="𝒳" * 300)),
    case("300 once newlines count one", GREEN, entered(appreciation="a\r\n" * 149 + "bb")),
    case("300 and blank ends", GREEN, entered(appreciation=" " + "x" * 300 + "\n")),
    case("last name of 64", GREEN, taught(("x" * 64, "Inès"))),
    case("last name of 65", GREEN, taught(("x" * 65, "Inès"))),
    case("last name of 66", RED, taught(("x" * 66, "Inès")), must(LONG, "teacher_1_last_name")),
    case("first name of 49", GREEN, taught(("DURAND", "x" * 49))),
    case("first name of 50", GREEN, taught(("DURAND", "x" * 50))),
    case("first name of 51", RED, taught(("A", "x" * 51)), must(LONG, "teacher_1_first_name")),
    case(
        "the second's", RED, taught(("A", "B"), ("x" * 66, "C")), must(LONG, "teacher_2_last_name")
    ),
    case("a tab", GREEN, entered(appreciation="a\tb")),
    case("U+001F", RED, entered(appreciation="a\x1fb"), must(FORBIDDEN, "appreciation")),
    case("a vertical tab", RED, entered(appreciation="a\x0bb"), must(FORBIDDEN, "appreciation")),
    case("a lone surrogate", RED, entered(appreciation="\ud800"), must(FORBIDDEN, "appreciation")),
    case("U+FFFE", RED, entered(appreciation="\ufffe"), must(FORBIDDEN, "appreciation")),
    case("U+FFFD", GREEN, entered(appreciation="\ufffd")),
    case("a name", RED, taught(("A\x00", "B")), must(FORBIDDEN, "teacher_1_last_name")),
]

UNTOUCHED = [
    case(
        "nothing entered",
        RED,
        booklet(evaluations=(), pfmp=None, project=None),
        must(C.NOTHING_ENTERED),
        *EMPTY,
        *NO_PFMP_GIVEN,
    ),
    case(
        "nothing but blanks",
        RED,
        booklet(
            evaluations=(
                evaluation(appreciation=" ", averages={}, ratings={}, teachers=(Teacher("", " "),)),
            ),
            pfmp=pfmp(synthesis="", teacher_last_name=" ", teacher_first_name=None),
            project=project(
                average=None, appreciation="", teacher_last_name="", teacher_first_name=""
            ),
        ),
        must(C.NOTHING_ENTERED),
        *EMPTY,
        *NO_PFMP_GIVEN,
    ),
    case("nothing but the PFMP", RED, booklet(evaluations=(), project=None), *EMPTY),
    case(
        "nothing but another subject",
        RED,
        booklet(evaluations=(evaluation(subject_code="061300"),), pfmp=None, project=None),
        *EMPTY,
        *NO_PFMP_GIVEN,
    ),
    case(
        "nothing, of a level not set up",
        RED,
        BookletFacts(1, None, 1),
        must(C.SIECLE_ID_MISSING),
        must(C.PERIODICITY_NOT_SET),
        must(C.FRAMEWORK_UNKNOWN),
        must(C.NOTHING_ENTERED),
        *EMPTY[3:],
        may(SYNTHESIS),
        may(AUTHOR),
        of=level(periodicity=None, competences=(), exports_pfmp=False),
    ),
]

MATHS = "061300"


def beside(**subject: Any) -> BookletFacts:
    """A complete booklet with another subject."""
    other = evaluation(**({"subject_code": MATHS} | subject))
    return booklet(evaluations=(other, evaluation()))


SUBJECTS = [
    case("another subject", GREEN, beside()),
    case("five digits", ORANGE, beside(subject_code="61300"), may(LOCAL, "61300")),
    case("a school's own code", ORANGE, beside(subject_code="AGL1"), may(LOCAL, "AGL1")),
    *(
        case(f"modality {one}", ORANGE, beside(modality=one), may(MODALITY, MATHS))
        for one in ("N", "X", "")
    ),
    *(case(f"modality {one}", GREEN, beside(modality=one)) for one in "SOF"),
    case("nobody teaches it", ORANGE, beside(teachers=()), may(C.SUBJECT_TEACHER_MISSING, MATHS)),
    case("a half named one", ORANGE, beside(teachers=(HALF,)),
         may(C.SUBJECT_TEACHER_MISSING, MATHS)),
    case("a half named one beside another", GREEN, beside(teachers=(HALF, Teacher("A", "B")))),
    case("its mark is 20", GREEN, beside(averages={1: Decimal(20)})),
    case("its mark is 20.01", ORANGE, beside(averages={1: Decimal("20.01")}),
         may(C.SUBJECT_VALUE_INVALID, MATHS)),
    case("its period 4", ORANGE, beside(averages={4: Decimal(9)}),
         may(C.SUBJECT_VALUE_INVALID, MATHS)),
    case("its text of 300", GREEN, beside(appreciation="x" * 300)),
    case("its text of 301", ORANGE, beside(appreciation="x" * 301),
         may(C.SUBJECT_VALUE_INVALID, MATHS)),
    case("every reason at once", ORANGE,
         beside(subject_code="X", modality="L", teachers=(), appreciation="a\x0bb"),
         may(LOCAL, "X"), may(MODALITY, "X"),
         may(C.SUBJECT_TEACHER_MISSING, "X"), may(C.SUBJECT_VALUE_INVALID, "X")),
    case("nothing in it is lost", GREEN,
         beside(subject_code="X", averages={}, ratings={}, appreciation=" ")),
]  # fmt: skip

CASES = [
    *LEVELS,
    *RATED,
    *AVERAGES,
    *PERIODS,
    *TEACHERS,
    *OPTIONAL,
    *PFMP,
    *PROJECTS,
    *TEXTS,
    *UNTOUCHED,
    *SUBJECTS,
]


@pytest.mark.parametrize("spoiled", CASES, ids=lambda spoiled: spoiled.name)
def test_a_booklet_has_exactly_its_gaps_and_its_light(spoiled: Case) -> None:
    gaps = gaps_of(spoiled.booklet, spoiled.level, Limits())

    assert list(gaps) == spoiled.gaps
    assert light_of(gaps) is spoiled.light


def test_the_table_holds_every_code_and_no_name_twice() -> None:
    assert {gap.code for spoiled in CASES for gap in spoiled.gaps} == set(GapCode)
    assert len({spoiled.name for spoiled in CASES}) == len(CASES) >= 60


def test_the_limits_are_the_profile_s() -> None:
    narrow = Limits(appreciation=5, last_name=3, first_name=2, pfmp_synthesis=4)

    subjects = [gap.subject for gap in gaps_of(booklet(), level(), narrow)]

    assert subjects == [
        "appreciation",
        "teacher_1_last_name",
        "teacher_1_first_name",
        "pfmp_synthesis",
        "pfmp_teacher_last_name",
        "pfmp_teacher_first_name",
    ]


def test_no_rule_depends_on_another_nor_on_the_order_of_entry() -> None:
    backwards = entered(averages={4: Decimal(21), 1: Decimal(30)}, ratings={})
    forwards = entered(averages={1: Decimal(30), 4: Decimal(21)}, ratings={})

    assert gaps_of(backwards, level(), Limits()) == gaps_of(forwards, level(), Limits())


def test_rules_are_sentences_and_each_promises_something() -> None:
    assert all(rule.__doc__ and rule.__name__.count("_") >= 2 for rule in RULES)
