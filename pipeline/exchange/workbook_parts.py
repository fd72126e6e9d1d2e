"""The parts of a workbook, streamed: bounded in bytes and elements, without any DTD.

Only the parts that are asked for are inflated, so that a bomb elsewhere never bursts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipeline.errors import UnreadableFile
from pipeline.exchange.mistaken import not_a_workbook
from pipeline.exchange.source import METHODS, OF_ARCHIVES, Bounded
from pipeline.exchange.xml_stream import declares_dtd, events_of, free, local_name

LARGEST_PART_BYTES = 30 * 1024 * 1024
MOST_ELEMENTS = 500_000  # a school of 1,500 pupils needs 200,000
_MOST_PARTS = 2_000
_DAMAGED = "classeur abîmé ou incomplet. Ouvrez-le dans le tableur et enregistrez-le à nouveau."
_TOO_LARGE = "classeur démesuré : gardez une seule feuille, avec les lignes des élèves."


class Parts:
    """An open workbook. Raises UnreadableFile for what is none, and says what it is."""

    def __init__(self, name: str, raw: bytes) -> None:
        self.name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(raw))
        except OF_ARCHIVES as error:
            raise self.unreadable(_DAMAGED) from error
        members = self._archive.infolist()
        if len(members) > _MOST_PARTS:
            raise self.unreadable(_TOO_LARGE)
        self._members = {one.filename: one for one in members}
        if what := not_a_workbook(self._members):
            raise self.unreadable(what)

    def unreadable(self, why: str = _DAMAGED) -> UnreadableFile:
        """The refusal of this file."""
        return UnreadableFile(self.name, why)

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._members

    def elements(self, part: str, *tags: str) -> Iterator[etree._Element]:
        """Yield each element of these local names, whatever its namespace, then free it.

        Tags must not lie in one another.
        """
        member = self._members.get(part)
        if member is None or member.flag_bits & 1 or member.compress_type not in METHODS:
            raise self.unreadable()
        try:
            source = self._archive.open(member)
        except OF_ARCHIVES as error:
            raise self.unreadable() from error
        with source:
            large, damaged = self.unreadable(_TOO_LARGE), self.unreadable()
            bounded = Bounded(source, LARGEST_PART_BYTES, too_large=large, damaged=damaged)
            try:
                yield from self._walk(bounded, set(tags))
            except etree.XMLSyntaxError:
                raise damaged from None

    def _walk(self, source: Bounded, tags: set[str]) -> Iterator[etree._Element]:
        count, inside = 0, 0
        for event, element in events_of(source):
            wanted = local_name(element) in tags
            if event == "start":
                inside += wanted
                count += 1
                self._check(element, count)
                continue
            if wanted:
                yield element
                inside -= 1
            if not inside:
                free(element)

    def _check(self, element: etree._Element, count: int) -> None:
        if count == 1 and declares_dtd(element):
            raise self.unreadable(
                "il déclare une DTD (DOCTYPE), refusée. Enregistrez-le à nouveau depuis le tableur."
            )
        if count > MOST_ELEMENTS:
            raise self.unreadable(_TOO_LARGE)
