"""The kinds of values the API takes, each bounded: no database is ever the one to refuse them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from pipeline.domain.ids import LARGEST_ID
from pipeline.domain.periods import Level

NO_NUL = "^[^\\x00]*$"  # SQLite keeps a NUL, PostgreSQL refuses it: neither is asked
FIRST_YEAR, LAST_YEAR = 2000, 2100
UAI, DIPLOMA = "^[0-9]{7}[A-Z]$", "^[0-9A-Z]{5}$"
JOB = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
MOST_TEXT = 20_000  # far above any limit of a profile, whose fault then names it


def text(most: int, least: int = 0) -> StringConstraints:
    """A text of so many characters, without NUL; a lone surrogate is no text for pydantic."""
    return StringConstraints(min_length=least, max_length=most, pattern=NO_NUL)


Whole = Annotated[int, Strict(), Field(ge=0, le=LARGEST_ID)]
Flag = Annotated[bool, Strict()]
Label = Annotated[str, text(200)]
Name = Annotated[str, text(100)]
LongText = Annotated[str, text(MOST_TEXT)]
UaiText = Annotated[str, StringConstraints(pattern=UAI)]
CompetenceCode = Annotated[str, StringConstraints(pattern="^[0-9]{4}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}([.,][0-9]{1,2})?$")]
Profile = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9.-]{0,39}$")]

PathId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Son identifiant.")]
PathUai = Annotated[str, Path(pattern=UAI, description="UAI de l'établissement.")]
PathYear = Annotated[
    int, Path(ge=FIRST_YEAR, le=LAST_YEAR, description="Année de rentrée : 2026 pour 2026-2027.")
]
PathDiploma = Annotated[
    str, Path(pattern=DIPLOMA, description="Code du diplôme, à cinq caractères.")
]
PathLevel = Annotated[Level, Path(description="Niveau du diplôme.")]
PathJob = Annotated[
    str,
    Path(
        pattern=JOB,
        description="Identifiant de la demande.",
    ),
]
PathDigest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 du fichier.")]
QueryProfile = Annotated[
    Profile | None, Query(description="Profil du fichier ; sans lui, celui par défaut.")
]
QueryUai = Annotated[str | None, Query(pattern=UAI, description="D'un établissement.")]
QueryYear = Annotated[
    int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="D'une année de rentrée.")
]
QueryDiploma = Annotated[str | None, Query(pattern=DIPLOMA, description="D'un diplôme.")]


class Answer(BaseModel):
    """What the API gives: read from rows and values alike."""

    model_config = ConfigDict(from_attributes=True)


class Body(BaseModel):
    """What the API takes: an unknown field is a fault, never silence."""

    model_config = ConfigDict(extra="forbid")
