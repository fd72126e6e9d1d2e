"""A file given in place of another: in words what it is, and which command takes it."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.exchange.recognise import KindCode, kind_of_parts, recognise
from pipeline.exchange.roots import KNOWN, LSL_FILE, told

_SAVE_AS = "Enregistrez-le en classeur Excel (.xlsx) ou en « CSV UTF-8 »."
_PROTECTED = "il est protégé par un mot de passe : enregistrez-le sans mot de passe."
_SHEET = "« lslpro import booklets »"
_FOR_LSL = {
    KindCode.XML: "",  # an unknown root is for LSL's reader to judge
    KindCode.EMPTY: "",
    KindCode.OLD_OFFICE: (
        "c'est un ancien classeur (.xls) ou un document d'Office. "
        "Le bilan de LSL se donne à « lslpro sent DIVISION VERSION --report »."
    ),
    KindCode.WORKBOOK: f"c'est un classeur. Une feuille de saisie remplie se donne à {_SHEET}.",
    KindCode.FRAMEWORKS: "c'est un référentiel. Il se donne à « lslpro import frameworks ».",
    KindCode.BOOKLETS: f"c'est une table de livrets. Elle se donne à {_SHEET}.",
    KindCode.CSV: (
        f"c'est un tableau (CSV), pas du XML. Une feuille de saisie se donne à {_SHEET}."
    ),
    KindCode.ARCHIVE: (
        "c'est une archive ZIP. Un fichier SIECLE zippé se donne à « lslpro import siecle », "
        "un fichier produit pour LSL se donne sans archive."
    ),
    KindCode.TEXT: f"ce n'est pas du XML. {LSL_FILE.advice}",
}
_NO_TABLES = {KindCode.OLD_OFFICE, KindCode.PDF, KindCode.RTF, KindCode.WEB_PAGE}
_TABLES = {KindCode.FRAMEWORKS, KindCode.BOOKLETS}
_NO_WORKBOOKS = {
    KindCode.WORD: "c'est un document Word (.docx), pas un classeur.",
    KindCode.SLIDES: "c'est une présentation (.pptx), pas un classeur.",
    KindCode.BINARY_WORKBOOK: f"c'est un classeur binaire (.xlsb). {_SAVE_AS}",
    KindCode.OPEN_DOCUMENT: f"c'est un document OpenDocument (.ods, .odt). {_SAVE_AS}",
    KindCode.ARCHIVE: (
        "c'est une archive ZIP. Un fichier SIECLE s'importe avec « lslpro import siecle »."
    ),
}


def not_for_lsl(raw: bytes) -> str | None:
    """What a file is that is none for LSL; `None` for what only LSL's reader can judge.

    That is XML of an unknown root, malformed or in an encoding of two bytes, and nothing at all.
    """
    kind = recognise(raw)
    if kind.root in KNOWN and kind.root != LSL_FILE.root:
        return told(kind.root)
    if b"\0" in raw[:4_096] and kind.code in {KindCode.TEXT, KindCode.CSV}:
        return None
    code = KindCode.ARCHIVE if kind.is_zipped else kind.code
    what = _FOR_LSL.get(code, f"c'est {kind.what}. {LSL_FILE.advice}")
    return what or None


def not_a_table(raw: bytes, due: KindCode) -> str | None:
    """What a file is that is neither a workbook nor a table of text, or another one than due."""
    kind = recognise(raw)
    if kind.code in _TABLES and kind.code is not due:
        return _FOR_LSL[kind.code]
    if kind.code is KindCode.PROTECTED:
        return _PROTECTED
    if kind.code is KindCode.XML and not kind.is_zipped:
        return f"{told(kind.root)} Ce n'est pas un tableau."
    return f"c'est {kind.what}. {_SAVE_AS}" if kind.code in _NO_TABLES else None


def not_a_workbook(names: Collection[str]) -> str | None:
    """What an archive is that is no workbook of ours, from the names of its parts, or `None`."""
    if what := _NO_WORKBOOKS.get(kind_of_parts(names).code):
        return what
    if any(name.endswith("vbaProject.bin") for name in names):
        return "il contient des macros (.xlsm), refusées : enregistrez-le en .xlsx."
    if any("/externalLinks/" in f"/{name}" for name in names):
        return "il a des liens vers d'autres classeurs, refusés : rompez-les, collez les valeurs."
    return None
