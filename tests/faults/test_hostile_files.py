"""Hostile files through every import: a coded refusal, and a database as it was."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from pipeline import imports, levels, sheets
from pipeline.demo_school import write_demo_files
from pipeline.domain.periods import Periodicity
from pipeline.errors import PipelineError, Refused
from pipeline.exchange.lsl_nomenclature import read_lsl_nomenclature
from pipeline.exchange.nomenclature import read_nomenclature
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.structures import read_structures
from pipeline.exchange.sts import read_sts
from pipeline.exchange.tables import read_booklets, read_frameworks
from pipeline.exchange.workbook_writer import workbook_of
from pipeline.store import reports
from tests.exchange import exports
from tests.usecases.exporting import Clock, a_wiring

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
YEAR = 2026
BOMB = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


@pytest.fixture
def w(store, tmp_path):
    return a_wiring(store, tmp_path / "home", Clock())


@pytest.fixture
def files(tmp_path):
    return write_demo_files(tmp_path / "demo", YEAR)


def siecle(w, path):
    return imports.import_siecle(
        w.store, read_siecle(path), expected_uai=None, expected_year=YEAR, now=w.now(), actor="t"
    )


def frameworks(w, path):
    return imports.import_frameworks(w.store, read_frameworks(path), now=w.now(), actor="t")


def sheet(w, path):
    return imports.import_booklets(
        w.store,
        read_booklets(path),
        uai="0999999Z",
        start_year=YEAR,
        limits=w.limits,
        now=w.now(),
        actor="t",
    )


def of_school(use_case, read):
    def door(w, path):
        return use_case(
            w.store, read(path), expected_uai=None, expected_year=YEAR, now=w.now(), actor="t"
        )

    return door


def lsl_nomenclature(w, path):
    return imports.import_lsl_nomenclature(
        w.store, read_lsl_nomenclature(path), now=w.now(), actor="t"
    )


def structures(w, path):
    return imports.check_structures(
        w.store, read_structures(path), expected_uai=None, expected_year=YEAR
    )


def workbook(w, folder):
    """The sheet of a division, as the product writes it."""
    for row in levels.listed(w.store):
        levels.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, row.level,
            periodicity=Periodicity.SEMESTER, exports_pfmp=None, exports_project=None,
            actor="t", now=w.now(),
        )  # fmt: skip
    with w.store.reading() as connection:
        (division, *_) = reports.divisions(connection)
    path = folder / "model.xlsx"
    path.write_bytes(workbook_of(sheets.prepare(w.store, division, w.limits).sheet))
    return path


def everything(store):
    """All rows of all tables."""
    with store.reading() as connection:
        return {
            name: sorted(map(str, connection.execute(sa.select(table))))
            for name, table in SQLModel.metadata.tables.items()
        }


def zipped(data, name="eleves.xml", times=1):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"{number}{name}", data)
    return out.getvalue()


def attacks(data, seed):
    """The file spoiled in every way we know, by name."""
    draw = random.Random(seed)
    head, _, body = data.partition(b"?>")
    root = body.lstrip()[1:].partition(b">")[0].split(b" ")[0]
    entity = body.replace(b"</", b"&e;</", 1)
    yield "nothing", b""
    yield "NULs", b"\0" * 1_000
    yield "noise", draw.randbytes(5_000)
    yield "XXE", head + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + entity
    yield "billion laughs", head + b"?>" + BOMB.encode() + body.replace(b"</", b"&a9;</", 1)
    yield "UTF-16 unsaid", data.decode("latin-1").encode("utf-16")
    yield "an encoding unknown", head.replace(b"encoding=", b"encoding='zorglub' x=") + b"?>" + body
    yield "a zip of two", zipped(data, times=2)
    yield "a zip bomb", zipped(b"<" + root + b">" + b" " * 100_000_000)
    yield "half a zip", zipped(data)[: len(zipped(data)) // 2]
    yield "a zip in a zip", zipped(zipped(data), "x.zip")
    for number in range(12):
        yield f"cut {number}", data[: draw.randrange(len(data) * 9 // 10)]
    for number in range(12):
        spoiled = bytearray(data)
        for _ in range(40):
            spoiled[draw.randrange(len(spoiled))] = draw.randrange(256)
        yield f"spoiled {number}", bytes(spoiled)


def error_of(door, w, path):
    """The product's error, if the file was not taken; any other one rises."""
    try:
        door(w, path)
    except PipelineError as error:
        return error
    return None


DOORS = {
    "siecle": siecle,
    "frameworks": frameworks,
    "booklets": sheet,
    "workbook": sheet,
    "nomenclature": of_school(imports.import_nomenclature, read_nomenclature),
    "sts": of_school(imports.import_sts, read_sts),
    "structures": structures,
    "lsl": lsl_nomenclature,
}
TEXTS = {
    "nomenclature": exports.nomenclature(),
    "sts": exports.sts(year=str(YEAR)),
    "structures": exports.structures_file(),
    "lsl": exports.lsl(),
}


@pytest.fixture
def samples(files, tmp_path):
    """A sound file for each door."""
    texts = {door: text.replace(">2025<", f">{YEAR}<") for door, text in TEXTS.items()}
    written = {door: exports.write(tmp_path, f"{door}.xml", text) for door, text in texts.items()}
    own = {"siecle": files.siecle, "frameworks": files.frameworks, "booklets": files.booklets}
    return own | written


@pytest.mark.parametrize("door", DOORS)
def test_a_hostile_file_is_refused_with_a_code_and_changes_nothing(
    w, store, samples, door, tmp_path
):
    siecle(w, samples["siecle"])
    frameworks(w, samples["frameworks"])
    samples["workbook"] = workbook(w, tmp_path)
    path = tmp_path / f"hostile-{samples[door].name}"
    refused = {}
    for name, data in attacks(samples[door].read_bytes(), 20261124):
        before = everything(store)
        path.write_bytes(data)
        if (error := error_of(DOORS[door], w, path)) is None:
            continue
        told = str(error) + "".join(getattr(error, "problems", []))
        assert isinstance(error, Refused), name
        assert error.code, name
        assert told.isprintable(), name
        assert "root:" not in told
        assert everything(store) == before, name
        refused[name] = told
    assert len(refused) >= 10
    if samples[door].suffix == ".xml":
        assert {"half a zip", "a zip in a zip", "an encoding unknown", "cut 0"} <= set(refused)
        assert "DOCTYPE" in refused["XXE"]
        assert "DOCTYPE" in refused["billion laughs"]
        assert "trop volumineux" in refused["a zip bomb"]


@pytest.mark.parametrize("door", TEXTS)
def test_the_file_that_is_attacked_is_sound(w, files, samples, door):
    siecle(w, files.siecle)
    frameworks(w, files.frameworks)
    assert error_of(DOORS[door], w, samples[door]) is None


@pytest.mark.parametrize("door", TEXTS)
def test_every_other_export_is_refused_with_the_command_that_takes_it(w, samples, door):
    for other in {"siecle", *TEXTS} - {door}:
        told = str(error_of(DOORS[door], w, samples[other]))
        assert "« lslpro import " in told, other
