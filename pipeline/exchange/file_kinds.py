"""What a file is that is no table, told from its first bytes or its parts, in words."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.exchange.roots import told

_SAVE_AS = "Enregistrez-le en classeur Excel (.xlsx) ou en « CSV UTF-8 »."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)[\s/>]")
_STARTS = {
    b"%PDF": f"c'est un document PDF. {_SAVE_AS}",
    b"{\\rtf": f"c'est un document RTF. {_SAVE_AS}",
}
_PARTS = {
    "word/document.xml": "c'est un document Word (.docx), pas un classeur.",
    "ppt/presentation.xml": "c'est une présentation (.pptx), pas un classeur.",
    "xl/workbook.bin": f"c'est un classeur binaire (.xlsb). {_SAVE_AS}",
}
_WEB_PAGE = f"c'est une page web. {_SAVE_AS}"
_OPEN_DOCUMENT = f"c'est un document OpenDocument (.ods, .odt). {_SAVE_AS}"
_SIECLE_ZIP = "c'est une archive ZIP. Un fichier SIECLE s'importe avec « lslpro import siecle »."


def kind_of_bytes(raw: bytes) -> str | None:
    """What a file is that is neither a workbook nor a table of text, or `None`."""
    if raw.startswith(_OLE):
        if _ENCRYPTED in raw:
            return "il est protégé par un mot de passe : enregistrez-le sans mot de passe."
        return f"c'est un ancien classeur Excel (.xls) ou un document d'Office. {_SAVE_AS}"
    head = raw[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, what in _STARTS.items():
        if head.startswith(start):
            return what
    if head.startswith(b"<"):
        found = _ROOT.search(head)
        root = found[1].decode("ascii", "replace") if found else ""
        return _WEB_PAGE if root == "html" else f"{told(root)} Ce n'est pas un tableau."
    return None


def kind_of_parts(names: Collection[str]) -> str | None:
    """What an archive is that is no workbook, from the names of its parts; `None` for one."""
    for part, what in _PARTS.items():
        if part in names:
            return what
    if "mimetype" in names:
        return _OPEN_DOCUMENT
    if any(name.endswith("vbaProject.bin") for name in names):
        return "il contient des macros (.xlsm), refusées : enregistrez-le en .xlsx."
    if any("/externalLinks/" in f"/{name}" for name in names):
        return "il a des liens vers d'autres classeurs, refusés : rompez-les, collez les valeurs."
    if "xl/workbook.xml" not in names:
        return _SIECLE_ZIP
    return None
