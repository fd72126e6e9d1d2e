"""A file is known by its first bytes: plain, zipped, in any encoding, cut off."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from openpyxl import Workbook

from pipeline.exchange.mistaken import not_for_lsl
from pipeline.exchange.recognise import FRAMEWORK_COLUMNS, HEAD_BYTES, KindCode, recognise
from pipeline.exchange.roots import KNOWN
from tests.house.commands import command

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FRAMEWORK = ";".join(FRAMEWORK_COLUMNS).encode() + b"\n2025;25520;x\n"


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


FILES = [
    (b"", KindCode.EMPTY),
    (b"\xef\xbb\xbf \r\n", KindCode.EMPTY),
    (b"%PDF-1.7", KindCode.PDF),
    (b"{\\rtf1", KindCode.RTF),
    (OLE, KindCode.OLD_OFFICE),
    (OLE + "EncryptedPackage".encode("utf-16-le"), KindCode.PROTECTED),
    (b"<!DOCTYPE html><HTML>", KindCode.WEB_PAGE),
    (b"<a>", KindCode.XML),
    (FRAMEWORK, KindCode.FRAMEWORKS),
    (FRAMEWORK.replace(b";", b",").replace(b"annee", b'"annee"'), KindCode.FRAMEWORKS),
    (b"siecle_id;moyenne_1\r\n7;12", KindCode.BOOKLETS),
    ("siecle_id\n7".encode("utf-16"), KindCode.BOOKLETS),
    (b"a;b", KindCode.CSV),
    (b"bonjour", KindCode.TEXT),
    (workbook(), KindCode.WORKBOOK),
    (zipped({"word/document.xml": b"<w/>"}), KindCode.WORD),
    (zipped({"ppt/presentation.xml": b"<p/>"}), KindCode.SLIDES),
    (zipped({"xl/workbook.bin": b"x"}), KindCode.BINARY_WORKBOOK),
    (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
     KindCode.OPEN_DOCUMENT),
    (zipped({"photo.jpg": b"<BEE_ELEVES/>"}), KindCode.ARCHIVE),
    (b"PK\x03\x04", KindCode.ARCHIVE),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "code"), FILES)
def test_a_file_is_known_by_its_first_bytes(raw: bytes, code: KindCode) -> None:
    assert recognise(raw).code is code


@pytest.mark.parametrize("root", KNOWN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15", "utf-16"])
def test_an_export_is_known_by_its_root_in_any_encoding(root: str, encoding: str) -> None:
    text = f"<?xml version='1.0'?>\n<!-- <b> é -->\n<n:{root} VERSION='2'>"
    kind = recognise(text.encode(encoding))
    assert (kind.root, kind.what, kind.is_zipped) == (root, KNOWN[root].what, False)
    assert not kind.taken_by or command("import", kind.taken_by)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zipped_export_is_known_though_only_its_beginning_is_there(method: int) -> None:
    raw = zipped({"Eleves.xml": b"<BEE_ELEVES>" + bytes(range(256)) * 2_000}, method)
    for given in (raw, raw[:HEAD_BYTES], raw[:500]):
        kind = recognise(given)
        assert (kind.taken_by, kind.is_zipped) == ("siecle", True)


def test_a_workbook_cut_off_before_its_parts_is_known_by_its_name() -> None:
    assert recognise(b"PK\x03\x04", "Livrets.XLSX").code is KindCode.WORKBOOK
    assert recognise(b"PK\x03\x04", "Livrets.zip").code is KindCode.ARCHIVE


def test_an_archive_that_would_burst_is_only_opened_a_little() -> None:
    bomb = zipped({"a.xml": b"<BEE_ELEVES>" + b"0" * 50_000_000})
    assert recognise(bomb).taken_by == "siecle"


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_no_cut_makes_it_stumble(cut: int) -> None:
    for raw in (zipped({"a.xml": b"<BEE_ELEVES/>"}), workbook()):
        assert recognise(raw[:cut]).code in KindCode


def test_a_file_for_lsl_in_an_archive_is_to_be_given_without_it() -> None:
    told = not_for_lsl(zipped({"a.xml": b"<lsl/>"}))
    assert told
    assert "sans archive" in told
