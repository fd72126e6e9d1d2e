"""Commands about opinions and commitments, as the booklet's end holds them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from pipeline.cli import booklet_options as parse
from pipeline.cli.booklets import BasedOn, BookletId, booklet, write
from pipeline.domain.entry import ERASE, Edit, Erase
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.errors import InvalidEntry

T = TypeVar("T", bound=StrEnum)


KINDS = {
    "engagement": OpinionKind.COMMITMENT,
    "investissement": OpinionKind.INVESTMENT,
    "chef": OpinionKind.HEAD,
}


def register(_: typer.Typer) -> None:
    """Add the commands to `lslpro booklet`."""
    booklet.command("opinion")(set_opinion)
    booklet.command("commitments")(set_commitments)


def set_opinion(
    booklet_id: BookletId,
    which: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    *,
    text: Annotated[str, typer.Option(help="Vide efface l'avis.")],
    by: Annotated[str, typer.Option(help="« NOM, Prénom » de l'auteur.")] = "",
    on: Annotated[str | None, typer.Option(help="Date, AAAA-MM-JJ.")] = None,
    based_on: BasedOn = None,
) -> None:
    """Écrire ou effacer un avis : engagement (CPE), investissement (équipe), chef."""
    if which not in KINDS:
        raise InvalidEntry([f"« {which} » : attendu {', '.join(KINDS)}."])
    last, first = parse.names(by)
    opinion = Opinion(text, last or "", first or "", _day(on)) if text.strip() else None
    write(booklet_id, Edit(opinions={KINDS[which]: opinion}), based_on)


def set_commitments(
    booklet_id: BookletId,
    *,
    code: Annotated[
        list[str] | None,
        typer.Option(help="C, V, A, E ou S, répétable : remplace la liste ; « aucun » la vide."),
    ] = None,
    other: Annotated[str | None, typer.Option(help="Autre engagement ; vide efface.")] = None,
    exam_opinion: Annotated[
        str | None, typer.Option(help="T, F, A ou D, en terminale ; vide efface.")
    ] = None,
    based_on: BasedOn = None,
) -> None:
    """Les engagements du livret, et l'avis pour l'examen."""
    codes = (
        None if code is None else tuple(_word(one, Commitment) for one in code if one != "aucun")
    )
    exam = None if exam_opinion is None else _exam(exam_opinion)
    edit = Edit(commitments=codes, other_commitment=other, exam_opinion=exam)
    write(booklet_id, edit, based_on)


def _exam(text: str) -> ExamOpinion | Erase:
    return _word(text, ExamOpinion) if text else ERASE


def _word(text: str, kind: type[T]) -> T:
    try:
        return kind(text.strip().upper())
    except ValueError:
        raise InvalidEntry([f"« {text} » : attendu {', '.join(kind)}."]) from None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidEntry([f"Date « {text} » : attendu AAAA-MM-JJ."]) from None
