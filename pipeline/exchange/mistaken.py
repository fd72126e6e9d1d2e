"""A file given in place of one for LSL: what it is, and which command takes it."""

from __future__ import annotations

import io
import re
import zipfile

from pipeline.domain.sheet import KEY
from pipeline.exchange.roots import KNOWN, LSL_FILE, told
from pipeline.exchange.source import OF_ARCHIVES
from pipeline.exchange.tables import FRAMEWORK_COLUMNS

_HEAD_BYTES = 4_096
_BOM = b"\xef\xbb\xbf"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_SHEET = "« lslpro import booklets »"
_WORKBOOK = f"c'est un classeur. Une feuille de saisie remplie se donne à {_SHEET}."
_ZIP = "c'est une archive ZIP. Un fichier SIECLE zippé se donne à « lslpro import siecle »."
_REPORT = "Le bilan de LSL se donne à « lslpro sent DIVISION VERSION --report »"
_STARTS = {
    b"\xd0\xcf\x11\xe0": f"c'est un ancien classeur (.xls) ou un document d'Office. {_REPORT}.",
    b"%PDF": f"c'est un document PDF. {LSL_FILE.advice}",
    b"{\\rtf": f"c'est un document RTF. {LSL_FILE.advice}",
}


def what_takes(raw: bytes) -> str | None:
    """What the file is, and which command takes it; `None` for what only LSL's reader can judge.

    That is XML of an unknown root, malformed or in an encoding of two bytes, and nothing at all.
    """
    for start, what in _STARTS.items():
        if raw.startswith(start):
            return what
    if raw.startswith(b"PK"):
        return _WORKBOOK if _is_workbook(raw) else _ZIP
    head = raw[:_HEAD_BYTES].removeprefix(_BOM).lstrip()
    if not head or b"\0" in head:
        return None
    return _of_xml(head) if head.startswith(b"<") else _of_text(head)


def _is_workbook(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except OF_ARCHIVES:
        return False


def _of_xml(head: bytes) -> str | None:
    found = _ROOT.search(head)
    root = found[1].decode() if found else ""
    if root.lower() == "html":
        return f"c'est une page web. {LSL_FILE.advice}"
    return told(root) if root in KNOWN and root != LSL_FILE.root else None


def _of_text(head: bytes) -> str:
    columns = set(re.split(rb"[;,\t]", head.splitlines()[0].replace(b'"', b"")))
    if {name.encode() for name in FRAMEWORK_COLUMNS} <= columns:
        return "c'est un référentiel. Il se donne à « lslpro import frameworks »."
    if KEY.encode() in columns:
        return f"c'est une table de livrets. Elle se donne à {_SHEET}."
    if len(columns) > 1:
        return f"c'est un tableau (CSV), pas du XML. Une feuille de saisie se donne à {_SHEET}."
    return f"ce n'est pas du XML. {LSL_FILE.advice}"
