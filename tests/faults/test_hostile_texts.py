"""A thousand hostile strings through every text field: kept faithfully, or refused with a word."""

from __future__ import annotations

import random
import unicodedata
from decimal import Decimal

import pytest
import sqlalchemy as sa
from lxml import etree
from rowsbuilder import a_school, compute_lights

from pipeline import booklets, upkeep
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Teacher
from pipeline.domain.life import Opinion, OpinionKind
from pipeline.errors import InvalidEntry
from pipeline.store import facts
from tests.oracle import version_lines
from tests.usecases.exporting import Clock, a_wiring, exported

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
COUNT, TOGETHER = 1_000, 20
PIECES = [
    *map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff",
    "\ud800", "\udfff", "\u202e", "\u200f", "\u200b", "e\u0301\u0302\u0323", "\U0001f468\u200d",
    "\U0010ffff", "]]>", "<![CDATA[", "<!--", "-->", "<?xml?>", "&amp;", "&#0;", "&lol;", "{{ x }}",
    "{% raw %}", "'; DROP TABLE booklet; --", "%s%n", "../..", "$(id)", "=1+1", "\\u0000", "[bold]",
    "а", "é", "ﬁ", "İ", "ß", "\u00a0", "  ", "\r\n", "\t", "x" * 290, "é" * 66, "y" * 100_000,
]  # fmt: skip
FIELDS = {
    "appreciation": lambda text: {"appreciation": text},
    "teacher's last name": lambda text: {"teachers": (Teacher(text, "Inès"),)},
    "teacher's first name": lambda text: {"teachers": (Teacher("DURAND", text),)},
    "PFMP": lambda text: {"pfmp_synthesis": text},
    "PFMP teacher's last name": lambda text: {"pfmp_teacher_last_name": text},
    "PFMP teacher's first name": lambda text: {"pfmp_teacher_first_name": text},
    "project": lambda text: {"project_appreciation": text},
    "project teacher": lambda text: {"project_teacher_last_name": text},
    "opinion": lambda text: {"opinions": {OpinionKind.HEAD: Opinion(text, "ROUX", "Zoé")}},
    "opinion's author": lambda text: {"opinions": {OpinionKind.HEAD: Opinion("Bien.", text, "Z")}},
    "other commitment": lambda text: {"other_commitment": text},
}


COMPLETE = {
    "appreciation": "Bien.",
    "teachers": (Teacher("DURAND", "Inès"),),
    "pfmp_synthesis": "Bonne intégration.",
    "pfmp_teacher_last_name": "MARTIN",
    "pfmp_teacher_first_name": "Léo",
    "project_average": Decimal(12),
    "project_appreciation": "Abouti.",
    "project_teacher_last_name": "MARTIN",
    "project_teacher_first_name": "Léo",
}


def hostile_strings(seed):
    draw = random.Random(seed)
    for number in range(COUNT):
        parts = [PIECES[number % len(PIECES)], *draw.choices(PIECES[:-3], k=draw.randrange(6))]
        draw.shuffle(parts)
        yield "A" * draw.randrange(2) + "".join(parts)


def values_of(one):
    """Every text the booklet holds."""
    subject, pfmp, project = one.speciality, one.pfmp, one.project
    found = [
        subject.appreciation,
        *(n for t in subject.teachers for n in (t.last_name, t.first_name)),
    ]
    if pfmp:
        found += [pfmp.synthesis, pfmp.teacher_last_name, pfmp.teacher_first_name]
    if project:
        found += [project.appreciation, project.teacher_last_name]
    found.append(one.life.other_commitment)
    for opinion in one.life.opinions.values():
        found += [opinion.text, opinion.last_name, opinion.first_name]
    return {text for text in found if text}


def stored(w, ids):
    with w.store.reading() as connection:
        return {
            one.facts.booklet_id: one.facts
            for one in facts.read_booklets(connection, booklet_ids=ids)
        }


def edit(w, booklet_id, **fields):
    return booklets.edit(
        w.store, booklet_id, Edit(**fields), based_on=None, actor="tests", limits=w.limits,
        now=w.now(),
    )  # fmt: skip


def faults_of(w, booklet_id, fields):
    """What is wrong with the edit; nothing when it was kept."""
    try:
        edit(w, booklet_id, **fields)
    except InvalidEntry as error:
        return error.faults
    return []


def written(w, division_id):
    """Every text of the newest file, as a parser of XML sees it."""
    newest = version_lines(w)[division_id, "lslpro-draft-1"][-1]
    root = etree.fromstring(upkeep.serve(w, newest))
    return {text for one in root.iter() for text in (one.text, *one.attrib.values()) if text}


def test_a_thousand_strings_are_kept_faithfully_or_refused(store, tmp_path):
    w = a_wiring(store, tmp_path, Clock())
    school = a_school(store, pupil_count=TOGETHER, exports_pfmp=True)
    with store.writing() as unit:
        unit.connection.execute(sa.text("UPDATE level_settings SET exports_project = true"))
    fields = list(FIELDS.values())
    kept = refused = files = 0
    for number, text in enumerate(hostile_strings(20261124)):
        booklet_id = school.booklet_ids[number % TOGETHER]
        edit(w, booklet_id, **COMPLETE)
        before = stored(w, [booklet_id])
        faults = faults_of(w, booklet_id, fields[number % len(fields)](text))
        after = stored(w, [booklet_id])
        if faults:
            refused += 1
            assert after == before
            assert all(fault.isprintable() and len(fault) < 300 for fault in faults)
        else:
            kept += 1
            for value in values_of(after[booklet_id]):
                assert value == unicodedata.normalize("NFC", value)
        if number % TOGETHER == TOGETHER - 1:
            compute_lights(store)
            files += assert_file_holds_texts(w, school)
    assert min(kept, refused) > COUNT // 50
    assert files == COUNT // TOGETHER


def assert_file_holds_texts(w, school):
    """Export, and look for every text of every pupil who is not red; counts the file."""
    assert exported(w, school.division_id).version is not None
    found = written(w, school.division_id)
    with w.store.reading() as connection:
        lights = dict(
            connection.execute(sa.text("SELECT booklet_id, light FROM completeness")).all()
        )
    for booklet_id, one in stored(w, school.booklet_ids).items():
        if lights[booklet_id] != "red":
            assert values_of(one) <= found, booklet_id
    return 1
