"""What an office does: imports, exports, and reads what LSL would be given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from lxml import etree

from pipeline.domain.document import Document, Pupil
from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from pipeline.xml.read_back import read_back
from tests.cli.conftest import Answer, Command
from tests.exchange.builders import document, siecle, structures
from tests.usecases.exporting import PLAIN, data_of, exported, versions_of

YEAR = ("--year", "2025")
STRICT = ("--profile", PLAIN)


def import_siecle(
    office: Command, folder: Path, pupils: dict[int, str], divisions: dict[int, str] | None = None
) -> Answer:
    """Give pupils (`ELEVE` by SIECLE id) to the real command; all in 1MELEC1 unless said."""
    places = {key: (divisions or {}).get(key, "1MELEC1") for key in pupils}
    where = "".join(structures(key, (code, "D")) for key, code in places.items())
    path = siecle(folder, document("".join(pupils.values()), where))
    return office("import", "siecle", str(path), *YEAR, "--json")


def division_ids(w: Wiring) -> dict[str, int]:
    """The id of each division of the year by its code."""
    d = t.division.c
    with w.store.reading() as connection:
        found = connection.execute(sa.select(d.code, d.id).where(d.start_year == 2025))
        return {row.code: row.id for row in found}


def newest(w: Wiring, division_id: int) -> Any:
    """The version of a new export, which must end well."""
    assert exported(w, division_id, PLAIN).state is JobState.READY
    return [one for one in versions_of(w, division_id) if one.profile == PLAIN][-1]


def file_of(w: Wiring, division_id: int) -> bytes:
    """The bytes that LSL would be given of a division."""
    return data_of(w, newest(w, division_id))


def document_of(w: Wiring, division_id: int) -> Document:
    """What those bytes say, read as LSL reads them."""
    return read_back(file_of(w, division_id), "x.xml", w.profiles).document


def pupils_of(w: Wiring, division_id: int) -> dict[int, Pupil]:
    """The pupils of the file of a division by SIECLE id."""
    return {one.siecle_id: one for one in document_of(w, division_id).pupils}


def root_of(w: Wiring, division_id: int) -> Any:
    """The file of a division as elements."""
    return etree.fromstring(file_of(w, division_id))


def got(office: Command, folder: Path, division: str, version: int = 1) -> Path:
    """A version written out by the real command."""
    answer = office("artifacts", "get", division, str(version), *STRICT, "--to", str(folder))
    assert answer.code == 0, answer.err
    return folder / answer.out.strip().rsplit("/", 1)[-1]
