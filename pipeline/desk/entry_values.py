"""What the inputs of a booklet's page hold, as texts, and how to know that two hold the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline.desk.entry_fields import OPINION_KEYS, TEACHERS, Field, teacher_inputs
from pipeline.domain.entry import parse_average
from pipeline.domain.facts import BookletFacts, PfmpFacts, ProjectFacts

Values = Mapping[str, str]  # the text of each input by its name
MOST_TEACHERS = 20
_TEACHER = re.compile(r"enseignant-([1-9][0-9]?)-(?:nom|prenom)")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
YES, NO = "oui", "non"


def values_of(booklet: BookletFacts) -> dict[str, str]:
    """What is entered, by the name of its input; an input that is not there is empty."""
    speciality = booklet.speciality
    values = {f"competence-{code}": str(mark) for code, mark in speciality.ratings.items()}
    values |= {f"moyenne-{n}": french(mark) for n, mark in speciality.averages.items()}
    values["appreciation"] = speciality.appreciation or ""
    for rank, one in enumerate(speciality.teachers, 1):
        values |= zip(teacher_inputs(rank), (one.last_name, one.first_name), strict=True)
    values |= _pfmp(booklet.pfmp or PfmpFacts())
    values |= _project(booklet.project or ProjectFacts())
    return values | dict(_life(booklet))


def french(mark: Decimal | None) -> str:
    """`12,5`: a decimal as it is typed in France, without useless zeros."""
    if mark is None:
        return ""
    text = f"{mark:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def number(text: str) -> Decimal | None:
    """Read `12,5` or `12.5`; `None` for anything else: an exponent is no mark."""
    return parse_average(text) if _NUMBER.fullmatch(text) else None


def _pfmp(pfmp: PfmpFacts) -> dict[str, str]:
    return {
        "pfmp-synthese": pfmp.synthesis or "",
        "pfmp-enseignant-nom": pfmp.teacher_last_name or "",
        "pfmp-enseignant-prenom": pfmp.teacher_first_name or "",
        "pfmp-semaines": "" if pfmp.week_count is None else str(pfmp.week_count),
        "pfmp-etranger": YES if pfmp.abroad else NO,
    }


def _project(project: ProjectFacts) -> dict[str, str]:
    return {
        "projet-moyenne": french(project.average),
        "projet-appreciation": project.appreciation or "",
        "projet-enseignant-nom": project.teacher_last_name or "",
        "projet-enseignant-prenom": project.teacher_first_name or "",
    }


def _life(booklet: BookletFacts) -> Iterator[tuple[str, str]]:
    life = booklet.life
    for key, kind in OPINION_KEYS.items():
        if one := life.opinions.get(kind):
            yield f"{key}-texte", one.text
            yield f"{key}-nom", one.last_name
            yield f"{key}-prenom", one.first_name
            yield f"{key}-date", one.given_on.isoformat() if one.given_on else ""
    yield "engagements", " ".join(life.commitments)
    yield "autre-engagement", life.other_commitment or ""
    yield "avis-examen", life.exam_opinion or ""


def teacher_ranks(values: Values) -> list[int]:
    """The ranks of teachers that have an input in `values`, in order."""
    found = {int(match[1]) for name in values if (match := _TEACHER.fullmatch(name))}
    return sorted(rank for rank in found if rank <= MOST_TEACHERS)


def is_given(field: Field, values: Values) -> bool:
    """Whether anything of the field was sent."""
    if field.key == TEACHERS:
        return bool(teacher_ranks(values))
    return any(name in values for name in field.inputs)


def content(field: Field, values: Values) -> tuple[str, ...]:
    """What the field holds, the same for texts that mean the same."""
    if field.key != TEACHERS:
        return tuple(_plain(name, values.get(name, "")) for name in field.inputs)
    rows = [
        tuple(" ".join(values.get(name, "").split()) for name in teacher_inputs(rank))
        for rank in teacher_ranks(values)
    ]
    return tuple(name for row in rows if any(row) for name in row)


def digest(field: Field, values: Values) -> str:
    """What a page remembers of a field as it was read: enough to see that it changed since."""
    return hashlib.sha256(repr(content(field, values)).encode(errors="replace")).hexdigest()[:16]


def _plain(name: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "moyenne" in name and (mark := number(text)) is not None:
        return french(mark)
    if name == "engagements":
        return " ".join(sorted(text.split()))
    return text
