"""A document without what a profile does not carry."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.document import Document, Pupil, SchoolYear


def carried(document: Document, *, pfmp: bool, project: bool) -> Document:
    """The document as a file holds it that carries the PFMP and the project, or not."""

    def year(one: SchoolYear) -> SchoolYear:
        return replace(
            one, pfmp=one.pfmp if pfmp else None, project=one.project if project else None
        )

    def pupil(one: Pupil) -> Pupil:
        return replace(one, years=tuple(map(year, one.years)))

    return replace(document, pupils=tuple(map(pupil, document.pupils)))
