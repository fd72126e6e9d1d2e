"""What a file is, told from its first bytes and its name; nothing in it is believed or kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.domain.sheet import KEY
from pipeline.exchange.roots import KNOWN, Export
from pipeline.exchange.source import OF_ARCHIVES, head_inside

HEAD_BYTES = 65_536  # of the file: enough to know it
FRAMEWORK_COLUMNS = (
    "annee", "diplome", "libelle_diplome", "niveau", "position", "code", "reference", "libelle",
)  # fmt: skip
_READ_BYTES = 4_096  # of a text
_BOM = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OLE = b"\xd0\xcf\x11\xe0"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")


class KindCode(StrEnum):
    """Kinds of files. Codes are API: added, never renamed."""

    XML = "xml"  # `root` says which
    FRAMEWORKS = "frameworks"
    BOOKLETS = "booklets"
    WORKBOOK = "workbook"  # a sheet of booklets, as far as the outside tells
    CSV = "csv"  # with other columns
    BINARY_WORKBOOK = "binary_workbook"
    OLD_OFFICE = "old_office"  # .xls, .doc; LSL's own report is one
    PROTECTED = "protected"
    OPEN_DOCUMENT = "open_document"
    WORD = "word"
    SLIDES = "slides"
    PDF = "pdf"
    RTF = "rtf"
    WEB_PAGE = "web_page"
    ARCHIVE = "archive"  # a ZIP whose first file is not XML
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is; `what` follows « c'est ».

    `taken_by` names the import that takes it (`siecle`, `nomenclature`, `booklets`, …), blank
    for none; `hint` is what to do instead, where something is known.
    """

    code: KindCode
    what: str
    taken_by: str = ""
    hint: str = ""
    root: str = ""  # of XML, as the file has it
    is_zipped: bool = False


_KINDS = {
    KindCode.FRAMEWORKS: ("un référentiel", "frameworks"),
    KindCode.BOOKLETS: ("une table de livrets", "booklets"),
    KindCode.WORKBOOK: ("un classeur", "booklets"),
    KindCode.CSV: ("un tableau (CSV) dont les colonnes sont inconnues", ""),
    KindCode.BINARY_WORKBOOK: ("un classeur binaire (.xlsb)", ""),
    KindCode.OLD_OFFICE: ("un ancien classeur Excel (.xls) ou un document d'Office", ""),
    KindCode.PROTECTED: ("un document protégé par un mot de passe", ""),
    KindCode.OPEN_DOCUMENT: ("un document OpenDocument (.ods, .odt)", ""),
    KindCode.WORD: ("un document Word (.docx)", ""),
    KindCode.SLIDES: ("une présentation (.pptx)", ""),
    KindCode.PDF: ("un document PDF", ""),
    KindCode.RTF: ("un document RTF", ""),
    KindCode.WEB_PAGE: ("une page web", ""),
    KindCode.ARCHIVE: ("une archive ZIP", ""),
    KindCode.TEXT: ("un texte", ""),
    KindCode.EMPTY: ("un fichier vide", ""),
}
_STARTS = {b"%PDF": KindCode.PDF, b"{\\rtf": KindCode.RTF}
_PARTS = {
    "word/document.xml": KindCode.WORD,
    "ppt/presentation.xml": KindCode.SLIDES,
    "xl/workbook.bin": KindCode.BINARY_WORKBOOK,
    "mimetype": KindCode.OPEN_DOCUMENT,
    "xl/workbook.xml": KindCode.WORKBOOK,
}

NEVER_XML = frozenset({*_PARTS.values(), KindCode.WEB_PAGE})  # though it may look like it


def recognise(first_bytes: bytes, name: str = "") -> Kind:
    """What a file is, from its first `HEAD_BYTES` or from all of it.

    The name counts only for an archive whose parts are not in sight.
    """
    if first_bytes.startswith(_OLE):
        return _kind(KindCode.PROTECTED if _PROTECTED in first_bytes else KindCode.OLD_OFFICE)
    if first_bytes.startswith(b"PK"):
        return _of_archive(first_bytes, name.lower())
    return _of_text(first_bytes)


def kind_of_parts(names: Collection[str]) -> Kind:
    """What an archive is, from the names of its parts."""
    found = (code for part, code in _PARTS.items() if part in names)
    return _kind(next(found, KindCode.ARCHIVE))


def _kind(code: KindCode) -> Kind:
    what, taken_by = _KINDS[code]
    return Kind(code, what, taken_by)


def _of_archive(raw: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except OF_ARCHIVES:  # damaged, or its list is not among the first bytes
        names = {part for part in _PARTS if part.encode() in raw}
        if not names and name.endswith(".xlsx"):
            return _kind(KindCode.WORKBOOK)
    kind = kind_of_parts(names)
    inside = head_inside(raw, _READ_BYTES) if kind.code is KindCode.ARCHIVE else b""
    found = _of_text(inside) if inside.lstrip(_BOM).startswith(b"<") else kind
    return replace(found, is_zipped=found.code is KindCode.XML)


def _of_text(raw: bytes) -> Kind:
    head = raw[:_READ_BYTES].removeprefix(_BOM)
    if encoding := _WIDE.get(head[:2]):
        head = head[2:].decode(encoding, "ignore").encode()
    head = head.lstrip()
    for start, code in _STARTS.items():
        if head.startswith(start):
            return _kind(code)
    if head.startswith(b"<"):
        return _of_xml(_COMMENT.sub(b"", head))
    columns = set(re.split(rb"[;,\t]", head.partition(b"\n")[0].strip().replace(b'"', b"")))
    if {name.encode() for name in FRAMEWORK_COLUMNS} <= columns:
        return _kind(KindCode.FRAMEWORKS)
    if KEY.encode() in columns:
        return _kind(KindCode.BOOKLETS)
    return _kind(KindCode.CSV if len(columns) > 1 else KindCode.TEXT if head else KindCode.EMPTY)


def _of_xml(head: bytes) -> Kind:
    found = _ROOT.search(head)
    root = found[1].decode("ascii", "replace") if found else ""
    if root.lower() == "html":
        return _kind(KindCode.WEB_PAGE)
    known = KNOWN.get(root, Export(root, "un autre fichier XML"))
    return Kind(KindCode.XML, known.what, known.taken_by, known.hint, root)
