"""The statements of nomenclatures: MEF, subjects, programmes, and the labels of diplomas."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from pipeline.domain.programme import ProgrammeSource
from pipeline.store import rows as t
from pipeline.store.differing import Counts, Values, bring, replace

p = t.programme.c


def write_mefs(connection: sa.Connection, rows: Sequence[Values]) -> Counts:
    """Add or correct MEF."""
    return bring(connection, t.mef, rows)


def write_subjects(connection: sa.Connection, rows: Sequence[Values]) -> Counts:
    """Add or correct subjects."""
    return bring(connection, t.subject, rows)


def add_programmes(connection: sa.Connection, start_year: int, rows: Sequence[Values]) -> Counts:
    """Add what a school's Nomenclature.xml says; another school's lines stay."""
    said = sa.and_(p.source == ProgrammeSource.SIECLE, p.start_year == start_year)
    return bring(connection, t.programme, rows, said)


def replace_programmes(
    connection: sa.Connection, start_year: int, mef_codes: Collection[str], rows: Sequence[Values]
) -> Counts:
    """Make the LSL programme of these MEF and year what is given, and touch no other."""
    said = sa.and_(
        p.source == ProgrammeSource.LSL, p.start_year == start_year, p.mef_code.in_(mef_codes)
    )
    return replace(connection, t.programme, rows, said)


def diploma_labels(connection: sa.Connection) -> dict[str, str]:
    """The label of each diploma."""
    d = t.diploma.c
    return {row.code: row.label for row in connection.execute(sa.select(d.code, d.label))}


def mef_labels(connection: sa.Connection) -> list[tuple[str, str]]:
    """Code and label of each MEF, in the order of codes."""
    m = t.mef.c
    found = connection.execute(sa.select(m.code, m.label).order_by(m.code))
    return [(row.code, row.label) for row in found]


def write_diplomas(connection: sa.Connection, rows: Sequence[Values]) -> Counts:
    """Add or rename diplomas."""
    return bring(connection, t.diploma, rows)
