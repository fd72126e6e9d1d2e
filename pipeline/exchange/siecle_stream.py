"""A SIECLE XML file as a stream of elements: zipped or not, bounded, no DTD, freed as it goes."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lxml import etree

from pipeline.errors import UnreadableFile

LARGEST_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 200  # deflate goes up to 1032; SIECLE exports stay under 50
_FREE_OF_RATIO_BYTES = 1024 * 1024  # a tiny file may shrink as it likes
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ROOT = "BEE_ELEVES"
_KNOWN_ROOTS = {
    "EDT_STS": "un emploi du temps destiné à STS",
    "STS_EDT": "l'export STS des services (sts_emp)",
    "BEE_NOMENCLATURES": "Nomenclature.xml",
    "BEE_STRUCTURES": "Structures.xml",
    "BEE_RESPONSABLES": "un fichier des responsables",
}
_ADVICE = "Fournissez ElevesSansAdresses.xml, exporté de SIECLE, sans l'ouvrir ni le modifier."
_BAD_ENCODING = frozenset({31, 32, 81})  # xmlerror.h: unknown, unsupported, invalid encoding
_TOO_MUCH = frozenset({89, 114})  # entity loop, resource limit


def elements(
    path: Path, *, largest_bytes: int = LARGEST_BYTES
) -> Iterator[tuple[str, etree._Element]]:
    """Yield `PARAMETRES` and each child of a section of `DONNEES`, with its path, then free it.

    Memory does not grow with the file. Raises UnreadableFile: absent, not XML, truncated, wrong
    encoding, another root, a DTD, a zip that holds no or several XML files or inflates too much.
    """
    with _opened(path, largest_bytes) as source:
        events = etree.iterparse(
            source, events=("start", "end"), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            yield from _walk(path.name, events)
        except etree.XMLSyntaxError as error:
            raise UnreadableFile(path.name, _why(error)) from None


def _walk(
    name: str, events: Iterator[tuple[str, etree._Element]]
) -> Iterator[tuple[str, etree._Element]]:
    path: list[str] = []
    for event, element in events:
        if event == "start":
            path.append(str(element.tag))
            if len(path) == 1:
                _check_root(name, element)
            continue
        section_or_item = len(path) in (3, 4) and path[1] == "DONNEES"
        if len(path) == 2 or section_or_item:  # noqa: PLR2004 - depth under the root
            yield "/".join(path[1:]), element
            _free(element)
        path.pop()


def _free(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _check_root(name: str, root: etree._Element) -> None:
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise UnreadableFile(name, f"il déclare une DTD (DOCTYPE), refusée. {_ADVICE}")
    tag = etree.QName(root).localname
    if tag != _ROOT:
        what = _KNOWN_ROOTS.get(tag, "un autre fichier XML")
        raise UnreadableFile(name, f"c'est {what} (racine {tag[:40]}, attendu {_ROOT}). {_ADVICE}")


def _why(error: etree.XMLSyntaxError) -> str:
    line = max(error.lineno or 0, 1)
    code = getattr(error, "code", 0)
    if code in _BAD_ENCODING:
        return f"ligne {line} : l'encodage déclaré n'est pas celui du fichier. {_ADVICE}"
    if code in _TOO_MUCH:
        return f"ligne {line} : il déclare des entités (DOCTYPE), refusées. {_ADVICE}"
    return f"ligne {line} : ce n'est pas du XML complet et bien formé. {_ADVICE}"


class _Bounded:
    """A source that refuses to give more than `limit` bytes, whatever a header promises."""

    def __init__(self, name: str, source: IO[bytes], limit: int) -> None:
        self._name, self._source, self._left = name, source, limit

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        chunk = self._source.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise UnreadableFile(self._name, f"trop volumineux une fois ouvert. {_ADVICE}")
        return chunk


@contextmanager
def _opened(path: Path, largest_bytes: int) -> Iterator[_Bounded]:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"PK"
            file.seek(0)
            if not zipped:
                yield _Bounded(path.name, file, largest_bytes)
                return
            with zipfile.ZipFile(file) as archive:
                member = _only_xml(path.name, archive)
                by_ratio = max(member.compress_size * LARGEST_RATIO, _FREE_OF_RATIO_BYTES)
                with archive.open(member) as inside:
                    yield _Bounded(path.name, inside, min(largest_bytes, by_ratio))
    except OSError as error:
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(path.name, f"archive ZIP abîmée ou incomplète. {_ADVICE}") from error


def _only_xml(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    found = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(".xml") and not member.filename.startswith("__MACOSX/")
    ]
    if len(found) != 1:
        raise UnreadableFile(name, f"l'archive contient {len(found)} fichiers XML, attendu un.")
    if found[0].flag_bits & 1 or found[0].compress_type not in _METHODS:
        raise UnreadableFile(name, f"archive chiffrée ou d'un format inconnu. {_ADVICE}")
    return found[0]
