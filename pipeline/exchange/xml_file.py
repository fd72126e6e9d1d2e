"""Opening an XML file of others: zipped or not, streamed, entities refused, size bounded."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lxml import etree

from pipeline.errors import UnreadableFile

LARGEST_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 200
_HEAD_BYTES = 4_096


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's XML stream. Raises UnreadableFile for a zip bomb, no or several XML inside."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".xml")]
            if len(inside) != 1:
                raise UnreadableFile(path.name, f"l'archive contient {len(inside)} fichiers XML.")
            one = inside[0]
            if (
                one.file_size > LARGEST_BYTES
                or one.file_size > max(one.compress_size, 1) * LARGEST_RATIO
            ):
                raise UnreadableFile(path.name, "archive anormalement compressée, refusée.")
            with archive.open(one) as stream:
                yield stream
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error


def stream(
    path: Path, root: str, tags: tuple[str, ...], take: Callable[[etree._Element], None]
) -> None:
    """Give each closed element of `tags` to `take`, then free it: constant memory.

    Raises UnreadableFile: not XML, truncated, another root, a DTD or an entity.
    """
    with opened(path) as head:
        if b"<!DOCTYPE" in head.read(_HEAD_BYTES):
            raise UnreadableFile(path.name, "déclaration DOCTYPE refusée.")
    with opened(path) as source:
        events = etree.iterparse(
            source, events=("start", "end"), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False,
        )  # fmt: skip
        try:
            _walk(path, root, tags, take, events)
        except etree.XMLSyntaxError as error:
            line = error.lineno or 0
            raise UnreadableFile(
                path.name, f"XML incomplet ou mal formé, ligne {line} : refaites l'extraction."
            ) from None


def _walk(
    path: Path,
    root: str,
    tags: tuple[str, ...],
    take: Callable[[etree._Element], None],
    events: Iterator[tuple[str, etree._Element]],
) -> None:
    seen_root = False
    for event, element in events:
        if not seen_root:
            seen_root = True
            if element.tag != root:
                raise UnreadableFile(
                    path.name,
                    f"ce n'est pas le bon export : racine {element.tag}, attendu {root}.",
                )
            if element.getroottree().docinfo.internalDTD is not None:
                raise UnreadableFile(path.name, "déclaration DOCTYPE refusée.")
        if event == "end" and element.tag in tags:
            take(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    if not seen_root:
        raise UnreadableFile(path.name, "fichier vide.")
