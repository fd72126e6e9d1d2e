"""What booklets lack, as the API tells it: pupil by pupil, and by who must act."""

from __future__ import annotations

from pydantic import Field

from pipeline.domain.actors import Actor
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.labels import ACTORS, gap_label, gap_lines
from pipeline.preflight import Concern
from web.api.kinds import Answer


class GapAnswer(Answer):
    """Ce qui manque ou ne va pas dans un livret."""

    code: GapCode = Field(description="Code stable.")
    severity: Severity = Field(description="Obligatoire ou facultatif.")
    subject: str = Field(description="De quoi il s'agit : compétence, période…")
    label: str = Field(description="En français.")


class ConcernAnswer(Answer):
    """Un genre d'écart, qui doit agir, et chez quels élèves."""

    code: GapCode = Field(description="Code stable.")
    severity: Severity = Field(description="Obligatoire : il bloque ; facultatif : incomplet.")
    label: str = Field(description="En français.")
    actor: Actor = Field(description="Qui peut y remédier.")
    actor_label: str = Field(description="Le même, en français.")
    subjects: list[str] = Field(description="De quoi il s'agit.")
    booklet_ids: list[int] = Field(description="Les livrets concernés.")


def gaps(found: tuple[Gap, ...]) -> list[GapAnswer]:
    """What a booklet lacks."""
    return [
        GapAnswer(code=g.code, severity=g.severity, subject=g.subject, label=gap_label(g))
        for g in found
    ]


def concern(one: Concern) -> ConcernAnswer:
    """One kind of gap, as a value."""
    return ConcernAnswer(
        code=one.code, severity=one.severity, label=" ".join(gap_lines(one.gaps)),
        actor=one.actor, actor_label=ACTORS[one.actor],
        subjects=[gap.subject for gap in one.gaps if gap.subject],
        booklet_ids=[pupil.booklet_id for pupil in one.pupils],
    )  # fmt: skip
