"""SIECLE files and tables, complete by default: a test shows only what it spoils."""

from __future__ import annotations

import zipfile
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="{}"?>'
PARAMETERS = (
    "<PARAMETRES><UAJ>0999999Z</UAJ><ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE>"
    "<DATE_EXPORT>15/09/2025</DATE_EXPORT></PARAMETRES>"
)
LAST_YEAR = (
    "<SCOLARITE_AN_DERNIER><CODE_STRUCTURE>2ANCIEN</CODE_STRUCTURE>"
    "<CODE_MEF>24725520310</CODE_MEF></SCOLARITE_AN_DERNIER>"
)


def pupil(siecle_id: int | str | None = 1234567, *, before: str = "", **spoiled: str | None) -> str:
    """An `ELEVE`; a tag given as None is left out, `before` comes first among the children."""
    texts = {
        "ID_NATIONAL": f"INE{siecle_id}",
        "NOM_DE_FAMILLE": "EXEMPLE",
        "PRENOM": "Camille",
        "DATE_NAISS": "01/02/2009",
        "CODE_STATUT": "ST",
        "CODE_MEF": "24725520320",
    } | spoiled
    key = "" if siecle_id is None else f' ELEVE_ID="{siecle_id}"'
    children = "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items() if text is not None)
    return f"<ELEVE{key}>{before}{children}</ELEVE>\n"


def structures(siecle_id: int = 1234567, *codes: tuple[str, str]) -> str:
    """A `STRUCTURES_ELEVE`: pairs of code and type, a division and a group by default."""
    pairs = codes or (("1MELEC1", "D"), ("1MELECG1", "G"))
    inside = "".join(
        f"<STRUCTURE><CODE_STRUCTURE>{code}</CODE_STRUCTURE>"
        f"<TYPE_STRUCTURE>{kind}</TYPE_STRUCTURE></STRUCTURE>"
        for code, kind in pairs
    )
    return f'<STRUCTURES_ELEVE ELEVE_ID="{siecle_id}">{inside}</STRUCTURES_ELEVE>\n'


def document(
    pupils: str | None = None,
    places: str | None = None,
    *,
    root: str = "BEE_ELEVES",
    parameters: str = PARAMETERS,
    doctype: str = "",
    declared: str = "ISO-8859-15",
) -> str:
    """A whole file as text."""
    eleves = pupil() if pupils is None else pupils
    where = structures() if places is None else places
    return (
        f'{HEAD.format(declared)}\n{doctype}<{root} VERSION="2.1">\n{parameters}<DONNEES>\n'
        f"<ELEVES>\n{eleves}</ELEVES>\n<OPTIONS/><STRUCTURES>\n{where}</STRUCTURES></DONNEES>"
        f"</{root}>\n"
    )


def siecle(folder: Path, text: str | None = None, *, encoding: str = "iso-8859-15") -> Path:
    """Write the document, the default one if none is given."""
    path = folder / "ElevesSansAdresses.xml"
    path.write_bytes((document() if text is None else text).encode(encoding))
    return path


def zipped(folder: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write an archive as SIECLE gives it."""
    path = folder / "ExportXML_ElevesSansAdresses.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def table(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """Write a CSV of these lines."""
    path = folder / "tableau.csv"
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path
