"""The fields of a booklet as a page offers them: each is saved, merged and fought over whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.entries import periods_of
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.domain.fields import PROJECT, Place
from pipeline.domain.life import OPINIONS, OpinionKind
from pipeline.domain.periods import Level, Periodicity
from pipeline.field_labels import part_label

TEACHERS = "enseignants"
OPINION_KEYS = {
    "avis-engagement": OpinionKind.COMMITMENT,
    "avis-investissement": OpinionKind.INVESTMENT,
    "avis-chef": OpinionKind.HEAD,
}
_TRIMESTERS = ("1er trimestre", "2e trimestre", "3e trimestre")
_SEMESTERS = ("1er semestre", "2e semestre")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name on the page, in a sentence, in the audit, and its inputs."""

    key: str  # also its anchor
    label: str  # « l’appréciation générale »
    audited: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Degree:
    """A competence to rate; one that is expected no more may only be taken away."""

    code: str
    reference: str
    label: str
    expected: bool = True


def degrees(level: LevelFacts, booklet: BookletFacts) -> tuple[Degree, ...]:
    """The competences expected of the level, then others that hold a degree all the same."""
    expected = [Degree(one.code, one.reference_code, one.label) for one in level.competences]
    known = {one.code for one in expected}
    others = (code for code in sorted(booklet.speciality.ratings) if code not in known)
    return (*expected, *(Degree(code, "", "", expected=False) for code in others))


def period_names(level: LevelFacts) -> dict[int, str]:
    """The periods of the level in words, by number."""
    names = _SEMESTERS if level.periodicity is Periodicity.SEMESTER else _TRIMESTERS
    return {number: names[number - 1] for number in periods_of(level.periodicity)}


def project_word(level: LevelFacts) -> str:
    """`Projet`, or `Chef-d’œuvre` before 2024-25."""
    word = part_label(Place(level.start_year, PROJECT, ""))
    return word[0].upper() + word[1:]


def shows_project(level: LevelFacts, booklet: BookletFacts) -> bool:
    """Whether the project is offered: the level exports it, or something was entered."""
    return level.exports_project or booklet.project is not None


def fields_of(level: LevelFacts, booklet: BookletFacts) -> tuple[Field, ...]:
    """Every field of the booklet, in the order of the page."""
    return (
        *(competence(one.code, one.reference) for one in degrees(level, booklet)),
        *(average(number, name) for number, name in period_names(level).items()),
        _single("appreciation", "l’appréciation générale", "appréciation"),
        Field(TEACHERS, "les enseignants", ("enseignants",), ()),  # its inputs: as many as wanted
        *_pfmp(),
        *(_project(level) if shows_project(level, booklet) else ()),
        *map(_opinion, OPINION_KEYS),
        _single("engagements", "les engagements", "engagements"),
        _single("autre-engagement", "l’autre engagement", "autre engagement"),
        *(_exam() if level.level is Level.TERMINALE else ()),
    )


def competence(code: str, reference: str) -> Field:
    """The degree of one competence."""
    label = f"le degré de la compétence {reference or code}"
    return _single(f"competence-{code}", label, f"compétence {code}")


def average(number: int, name: str) -> Field:
    """The average of one period."""
    return _single(f"moyenne-{number}", f"la moyenne du {name}", f"moyenne {number}")


def project_average(level: LevelFacts) -> Field:
    """The average of the project."""
    label = f"la moyenne du {project_word(level).lower()}"
    return _single("projet-moyenne", label, "moyenne du projet")


def teacher_inputs(rank: int) -> tuple[str, str]:
    """The two inputs of a teacher, by rank from 1."""
    return f"enseignant-{rank}-nom", f"enseignant-{rank}-prenom"


def _single(key: str, label: str, audited: str) -> Field:
    return Field(key, label, (audited,), (key,))


def _named(key: str, label: str, of: str) -> Field:
    audited = (f"nom de l'enseignant {of}", f"prénom de l'enseignant {of}")
    return Field(key, label, audited, (f"{key}-nom", f"{key}-prenom"))


def _pfmp() -> Iterator[Field]:
    yield _single("pfmp-synthese", "la synthèse des PFMP", "synthèse PFMP")
    yield _named("pfmp-enseignant", "l’enseignant des PFMP", "PFMP")
    yield _single("pfmp-semaines", "le nombre de semaines de PFMP", "semaines de PFMP")
    yield _single("pfmp-etranger", "la case « PFMP à l’étranger »", "PFMP à l'étranger")


def _project(level: LevelFacts) -> Iterator[Field]:
    of = f"du {project_word(level).lower()}"
    yield project_average(level)
    yield _single("projet-appreciation", f"l’appréciation {of}", "appréciation du projet")
    yield _named("projet-enseignant", f"l’enseignant {of}", "du projet")


def _opinion(key: str) -> Field:
    name = OPINIONS[OPINION_KEYS[key]]
    audited = name[0].lower() + name[1:]
    inputs = tuple(f"{key}-{part}" for part in ("texte", "nom", "prenom", "date"))
    return Field(key, f"l’{audited}".replace("'", "’"), (audited,), inputs)


def _exam() -> Iterator[Field]:
    yield _single("avis-examen", "l’avis pour l’examen", "avis pour l'examen")
