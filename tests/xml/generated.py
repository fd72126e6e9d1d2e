"""Documents of every shape that a file can hold, for the tests of laws."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from pipeline.domain.document import (
    Document,
    Evaluation,
    GroupStatistics,
    Pfmp,
    Project,
    Pupil,
    SchoolYear,
)
from pipeline.domain.facts import Teacher
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity
from pipeline.domain.text import normalise, normalise_name

NASTY = "<b>&amp;]]> \"'\n\té€œ’🎓\u0301\u00a0"
CHARACTERS = st.one_of(st.characters(codec="utf-8"), st.sampled_from(NASTY))


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Texts as they are stored, hostile ones too."""
    return (
        st.text(CHARACTERS, max_size=most)
        .map(lambda text: normalise(text)[0][:most].strip())
        .filter(lambda text: len(text) >= least)
    )


def names(most: int) -> st.SearchStrategy[str]:
    return st.text(CHARACTERS, max_size=most).map(lambda name: normalise_name(name)[0][:most])


def hundredths(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most * 100).map(lambda number: Decimal(number).scaleb(-2))


TEACHERS = st.builds(Teacher, names(65), names(50))
GROUPS = st.one_of(
    st.just(GroupStatistics()),
    st.builds(
        GroupStatistics,
        st.integers(1, 40), hundredths(20), hundredths(100), hundredths(100), hundredths(100),
    ),
)  # fmt: skip
MASTERIES = st.sampled_from([1, 2, 3, 4, 0, "NE", "A1", "B2", "C2"])
EVALUATIONS = st.builds(
    Evaluation,
    subject_code=st.sampled_from(["071100", "061300", "020700", "000001"]),
    modality=st.sampled_from("SOF"),
    group=GROUPS,
    appreciation=st.none() | texts(300),
    averages=st.dictionaries(st.integers(1, 3), st.none() | hundredths(20), max_size=3).map(
        lambda found: tuple(found.items())
    ),
    ratings=st.dictionaries(
        st.integers(0, 9999).map("{:04}".format), MASTERIES, max_size=4
    ).map(lambda found: tuple(found.items())),
    teachers=st.lists(TEACHERS, min_size=1, max_size=2).map(tuple),
    validated_on=st.none() | st.dates(),
)  # fmt: skip
PFMPS = st.builds(Pfmp, texts(400), TEACHERS, st.none() | st.integers(0, 999), st.booleans())
PROJECTS = st.builds(Project, hundredths(20), texts(300), TEACHERS)
OPINIONS = st.builds(Opinion, texts(300), names(65), names(50), st.none() | st.dates())
YEARS = st.builds(
    SchoolYear,
    start_year=st.integers(2024, 2026),
    periodicity=st.sampled_from(Periodicity),
    evaluations=st.lists(
        EVALUATIONS, min_size=1, max_size=2, unique_by=lambda e: (e.subject_code, e.modality)
    ).map(tuple),
    pfmp=st.none() | PFMPS,
    project=st.none() | PROJECTS,
    opinions=st.dictionaries(st.sampled_from(OpinionKind), OPINIONS).map(
        lambda found: tuple((kind, found[kind]) for kind in OpinionKind if kind in found)
    ),
)


ANY_ID = st.integers(1, 10**9)


def pupils(siecle_ids: st.SearchStrategy[int]) -> st.SearchStrategy[Pupil]:
    years = st.lists(YEARS, min_size=1, max_size=2, unique_by=lambda year: year.start_year)
    return st.builds(
        Pupil,
        siecle_ids,
        years.map(tuple),
        commitments=st.lists(st.sampled_from(Commitment), unique=True).map(tuple),
        other_commitment=st.none() | texts(300),
        exam_opinion=st.none() | st.sampled_from(ExamOpinion),
    )


def documents(
    siecle_ids: st.SearchStrategy[int] = ANY_ID, most: int = 3
) -> st.SearchStrategy[Document]:
    """Documents whose pupils, years and subjects stand once."""
    found = st.lists(
        pupils(siecle_ids), min_size=1, max_size=most, unique_by=lambda pupil: pupil.siecle_id
    )
    return st.builds(
        Document,
        editor=texts(60, least=0),
        application=texts(50, least=0),
        uai=st.just("0999999Z"),
        pupils=found.map(tuple),
    )
