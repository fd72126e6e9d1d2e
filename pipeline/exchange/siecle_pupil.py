"""One pupil of a SIECLE export, from its element to a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.domain.mef import Mef
from pipeline.exchange.values import date_of, name_of, siecle_id_of, text_of

FAKE_DIVISION = "inactifs"
_NAME_TAGS = ("NOM_DE_FAMILLE", "NOM_USAGE", "NOM")  # NOM before the summer of 2016


@dataclass(frozen=True, slots=True)
class SieclePupil:
    """One pupil; `mef` is the reference MEF, `None` when `mef_code`, as written, is none.

    The hash is of what his own element says: his division stands elsewhere in the file.
    """

    siecle_id: int
    ine: str | None
    last_name: str
    first_name: str
    mef: Mef | None
    mef_code: str
    status_code: str
    left_on: dt.date | None
    division_code: str | None = field(default=None, hash=False)


def id_of(element: etree._Element) -> int | None:
    """The SIECLE id that an element names, or `None` if it names none."""
    return siecle_id_of(element.get("ELEVE_ID") or "")


def pupil_of(element: etree._Element, siecle_id: int) -> SieclePupil:
    """What an `ELEVE` says of its pupil; his division comes later in the file."""
    mef_code = text_of(element, "CODE_MEF")
    return SieclePupil(
        siecle_id=siecle_id,
        ine=text_of(element, "ID_NATIONAL").upper() or None,
        last_name=name_of(element, *_NAME_TAGS),
        first_name=name_of(element, "PRENOM"),
        mef=Mef.parse(mef_code),
        mef_code=mef_code,
        status_code=text_of(element, "CODE_STATUT").upper(),
        left_on=date_of(text_of(element, "DATE_SORTIE")),
    )


def division_codes_of(element: etree._Element) -> Iterator[str]:
    """The divisions that a `STRUCTURES_ELEVE` names, the fake one too; groups are none."""
    for structure in element.findall("STRUCTURE"):
        code = text_of(structure, "CODE_STRUCTURE")
        if code and text_of(structure, "TYPE_STRUCTURE") == "D":
            yield code
