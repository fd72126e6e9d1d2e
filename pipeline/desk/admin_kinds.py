"""The kinds of files that an administrator imports; any other is called by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import imports
from pipeline.errors import UnreadableFile
from pipeline.exchange.lsl_nomenclature import read_lsl_nomenclature
from pipeline.exchange.nomenclature import read_nomenclature
from pipeline.exchange.recognise import KindCode, recognise
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.structures import read_structures
from pipeline.exchange.sts import read_sts
from pipeline.exchange.tables import FRAMEWORK_COLUMNS, read_frameworks

Run = Callable[..., Any]  # (store, path, origin, by): the use case on the file's reader


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of file; `of_school`: it is one school's and one year's."""

    code: str
    what: str  # follows « c'est »
    run: Run
    of_school: bool = True
    changes: bool = True  # else it is compared, and nothing is written


def _siecle(store: Any, path: Any, origin: Mapping[str, Any], by: Mapping[str, Any]) -> Any:
    return imports.import_siecle(store, read_siecle(path), **origin, **by)


def _nomenclature(store: Any, path: Any, origin: Mapping[str, Any], by: Mapping[str, Any]) -> Any:
    return imports.import_nomenclature(store, read_nomenclature(path), **origin, **by)


def _structures(store: Any, path: Any, origin: Mapping[str, Any], _by: Mapping[str, Any]) -> Any:
    return imports.check_structures(store, read_structures(path), **origin)


def _sts(store: Any, path: Any, origin: Mapping[str, Any], by: Mapping[str, Any]) -> Any:
    return imports.import_sts(store, read_sts(path), **origin, **by)


def _lsl(store: Any, path: Any, _origin: Mapping[str, Any], by: Mapping[str, Any]) -> Any:
    return imports.import_lsl_nomenclature(store, read_lsl_nomenclature(path), **by)


def _frameworks(store: Any, path: Any, _origin: Mapping[str, Any], by: Mapping[str, Any]) -> Any:
    return imports.import_frameworks(store, read_frameworks(path), **by)


KINDS = {
    one.code: one
    for one in (
        ImportKind("siecle", "le fichier des élèves de SIECLE", _siecle),
        ImportKind("nomenclature", "la nomenclature de SIECLE", _nomenclature),
        ImportKind("structures", "le fichier des structures de SIECLE", _structures, changes=False),
        ImportKind("sts", "l’export des services de STS", _sts),
        ImportKind("lsl-nomenclature", "la nomenclature LSL", _lsl, of_school=False),
        ImportKind("frameworks", "un tableau de référentiels", _frameworks, of_school=False),
    )
}
EXPECTED = (
    "Ici s’importent les fichiers de SIECLE (ElevesSansAdresses.xml, Nomenclature.xml, "
    "Structures.xml), l’export de STS, la nomenclature LSL et les référentiels (CSV)."
)
_SHEET = "Une feuille de saisie ne se dépose pas ici : qui a installé l’application l’importe."
_COLUMNS = f"Un référentiel a les colonnes {', '.join(FRAMEWORK_COLUMNS)}."
_HINTS = {
    KindCode.BOOKLETS: _SHEET,
    KindCode.WORKBOOK: f"{_SHEET} Un référentiel se donne en « CSV UTF-8 ».",
    KindCode.CSV: _COLUMNS,
    KindCode.TEXT: _COLUMNS,
}


def kind_of(first_bytes: bytes, name: str) -> ImportKind:
    """Which kind a file is, from its first bytes. Raises UnreadableFile, saying what it is."""
    found = recognise(first_bytes, name)
    if found.taken_by in KINDS:
        return KINDS[found.taken_by]
    root = f" (racine {found.root[:40]})" if found.root else ""
    hint = f" {_HINTS[found.code]}" if found.code in _HINTS else ""
    raise UnreadableFile(name, f"c’est {found.what}{root}.{hint} {EXPECTED}")
