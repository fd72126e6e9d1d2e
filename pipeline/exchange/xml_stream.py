"""An XML export as a stream of the elements wanted: bounded, no DTD, freed as it goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from lxml import etree

from pipeline.errors import UnreadableFile
from pipeline.exchange.recognise import HEAD_BYTES, NEVER_XML, KindCode, recognise
from pipeline.exchange.roots import Export, why_not
from pipeline.exchange.source import LARGEST_BYTES, Bounded, opened

MOST_ELEMENTS = 500_000  # a school's largest file holds a few thousand
MOST_PARTS = 20_000  # of one element, which is held whole
Taker = Callable[[etree._Element], None]  # noqa: SLF001 - lxml's only name for the type
_BAD_ENCODING = frozenset({31, 32, 81})  # xmlerror.h: unknown, unsupported, invalid encoding
_TOO_MUCH = frozenset({89, 114})  # entity loop; resource limit, which a text of 10 MB reaches


def elements(
    path: Path, export: Export, wanted: Collection[str], *, largest_bytes: int = LARGEST_BYTES
) -> Iterator[tuple[str, etree._Element]]:
    """Yield each element at a wanted path under the root, with that path, then free it.

    Memory does not grow with the file. Raises UnreadableFile: absent, not XML, truncated, wrong
    encoding, another root, a DTD, too many elements, a zip that holds no or several XML files
    or inflates too much.
    """
    kind = recognise(_head(path), path.name)
    if kind.code in NEVER_XML:
        raise UnreadableFile(path.name, f"c'est {kind.what}. {export.advice}")
    with opened(path, largest_bytes, export.advice) as source:
        walk = _Walk(path.name, export, frozenset(wanted))
        try:
            for event, element in events_of(source):
                if event == "start":
                    walk.enter(element)
                elif found := walk.leave():
                    yield found, element
                if event == "end" and not walk.depth_inside:
                    free(element)
        except etree.XMLSyntaxError as error:
            is_cut = kind.code in {KindCode.XML, KindCode.ARCHIVE}
            why = _why(error) if is_cut else f"c'est {kind.what}."
            raise UnreadableFile(path.name, f"{why} {export.advice}") from None


def hand_out(path: Path, export: Export, takers: Mapping[str, Taker]) -> None:
    """Give each element at a path to the taker of that path. Raises as `elements` does."""
    for place, element in elements(path, export, takers):
        takers[place](element)


def events_of(source: Bounded) -> Iterator[tuple[str, etree._Element]]:
    """The starts and ends of elements; nothing outside the source is ever read."""
    events: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        source, events=("start", "end"), resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    return events


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def declares_dtd(root: etree._Element) -> bool:
    """Whether the file has a document type, which no file of ours needs."""
    document = root.getroottree().docinfo
    return document.internalDTD is not None or bool(document.doctype)


def free(element: etree._Element) -> None:
    """Forget an element that has ended, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Walk:
    """Where the parser stands; inside an element wanted only its depth counts."""

    def __init__(self, name: str, export: Export, wanted: frozenset[str]) -> None:
        self._name, self._export, self._wanted = name, export, wanted
        self._path: list[str] = []  # to where it stands, or to the element wanted around it
        self.depth_inside = self._part_count = self._element_count = 0

    def enter(self, element: etree._Element) -> None:
        if self.depth_inside:
            self.depth_inside += 1
            self._part_count += 1
            self._check_count(element, self._part_count, MOST_PARTS)
            return
        self._path.append(local_name(element))
        if len(self._path) == 1:
            self._check_root(element)
        elif self._here() in self._wanted:
            self.depth_inside, self._part_count = 1, 0
            self._element_count += 1
            self._check_count(element, self._element_count, MOST_ELEMENTS)

    def leave(self) -> str:
        """The path of the element that ends, if it was wanted."""
        if self.depth_inside > 1:
            self.depth_inside -= 1
            return ""
        found = self._here() if self.depth_inside else ""
        self.depth_inside = 0
        self._path.pop()
        return found

    def _here(self) -> str:
        return "/".join(self._path[1:])

    def _check_count(self, element: etree._Element, count: int, most: int) -> None:
        if count > most:
            why = f"ligne {element.sourceline} : trop d'éléments. {self._export.advice}"
            raise UnreadableFile(self._name, why)

    def _check_root(self, root: etree._Element) -> None:
        if declares_dtd(root):
            why = f"il déclare une DTD (DOCTYPE), refusée. {self._export.advice}"
            raise UnreadableFile(self._name, why)
        if self._path[0] != self._export.root:
            raise UnreadableFile(self._name, why_not(self._path[0], self._export))


def _head(path: Path) -> bytes:
    """What tells the kind of the file; nothing of one that cannot be read, which is told later."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


def _why(error: etree.XMLSyntaxError) -> str:
    line = max(error.lineno or 0, 1)
    code = getattr(error, "code", 0)
    if code in _BAD_ENCODING:
        return f"ligne {line} : l'encodage déclaré n'est pas celui du fichier."
    if code in _TOO_MUCH:
        return f"ligne {line} : texte trop volumineux, ou entités (DOCTYPE), refusés."
    return f"ligne {line} : le fichier n'est pas complet, ou abîmé (XML mal formé)."
