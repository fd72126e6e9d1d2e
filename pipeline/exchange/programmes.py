"""MEF, subjects and programmes, as the nomenclatures give them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.domain.mef import Mef


@dataclass(frozen=True, slots=True)
class MefRow:
    """A reference MEF."""

    code: str
    label: str
    opened_on: dt.date | None
    closed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject by its code of six digits."""

    code: str
    short_label: str
    label: str


@dataclass(frozen=True, slots=True, order=True)
class ProgrammeRow:
    """A subject of a reference MEF, under one election modality."""

    mef_code: str
    subject_code: str
    modality: str
    has_periods: bool | None = None  # whether it has marks by period, where the file says so


@dataclass(frozen=True, slots=True)
class CompetenceRow:
    """A competence by its LSL code, valid for one school year."""

    start_year: int
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class LslMef:
    """What the LSL nomenclature says of one MEF in one year; the codes are the speciality's."""

    start_year: int
    mef: Mef
    speciality: str
    programme: tuple[ProgrammeRow, ...]
    competence_codes: tuple[str, ...]
