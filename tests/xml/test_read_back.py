"""Reading files of any origin: what was written comes back, and nothing else comes in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.domain.carried import carried
from pipeline.domain.document import Document, GroupStatistics
from pipeline.domain.facts import Teacher
from pipeline.domain.periods import Periodicity
from pipeline.errors import InvalidFile, UnreadableFile
from pipeline.xml.profiles import load_profiles
from pipeline.xml.read_back import LARGEST_BYTES, Read, read_back
from pipeline.xml.render import render
from tests.xml import documents as built
from tests.xml import test_schema_rows as rows
from tests.xml.generated import documents

PROFILES = load_profiles()
STRICT, DRAFT = PROFILES["lsl-1.0"], PROFILES["lslpro-draft-1"]
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
HUNDREDS = settings(SLOW, max_examples=200)
NAME = "file.xml"


def read(data: bytes) -> Read:
    return read_back(data, NAME, PROFILES)


def strict(text: str) -> bytes:
    return text.replace("NAMESPACE", rows.NAMESPACES["lsl-1.0"]).encode()


@HUNDREDS
@given(documents())
def test_what_the_draft_writes_comes_back(document: Document) -> None:
    assert read(render(document, DRAFT)) == Read(document, DRAFT)


@HUNDREDS
@given(documents())
def test_what_lsl_1_0_writes_comes_back_as_far_as_it_carries(document: Document) -> None:
    found = read(render(document, STRICT))
    assert found == Read(carried(document, pfmp=False, project=False), STRICT)


def shuffled(data: bytes, encoding: str) -> bytes:
    """The same file as another program would write it."""
    root = etree.fromstring(data)
    for parent in [root.find("entete"), *root.iter("evaluation")]:
        parent[:] = reversed(list(parent))
    for element in root.iter("annuelle", "competence"):
        element.append(etree.Comment("note"))
    root.insert(0, etree.ProcessingInstruction("autre", "logiciel"))
    return etree.tostring(root, encoding=encoding, xml_declaration=True)


@pytest.mark.parametrize("encoding", ["ISO-8859-15", "ISO-8859-1", "UTF-8", "UTF-16"])
@pytest.mark.parametrize("profile", [STRICT, DRAFT], ids=lambda one: one.name)
def test_order_encoding_comments_and_instructions_change_nothing(profile, encoding) -> None:
    data = render(built.with_evaluation(appreciation="Œuvré à l’œil, 12 €"), profile)
    other = shuffled(data, encoding)
    assert other != data
    assert read(other) == read(data)


@SLOW
@given(documents(most=1))
def test_any_document_may_come_in_another_order_and_encoding(document: Document) -> None:
    data = render(document, DRAFT)
    # not in ISO-8859-15: the C library's writer drops the tag characters from U+E0000 on
    assert read(shuffled(data, "UTF-16")).document == document


@pytest.mark.parametrize("edit", rows.ACCEPTED)
def test_all_that_the_schema_takes_is_read(edit: rows.Edit) -> None:
    assert read(strict(edit(rows.FILE))).document.pupils


@pytest.mark.parametrize("edit", rows.REFUSED)
def test_all_that_the_schema_refuses_is_refused_with_codes(edit: rows.Edit) -> None:
    with pytest.raises((InvalidFile, UnreadableFile)) as refused:
        read(strict(edit(rows.FILE)))
    if isinstance(refused.value, InvalidFile):
        assert all(" : " in problem for problem in refused.value.problems)


def one_evaluation(edit: rows.Edit):
    return read(strict(edit(rows.FILE))).document.pupils[0].years[0].evaluations[0]


def test_what_the_schema_lets_be_absent_is_absent() -> None:
    bare = one_evaluation(
        lambda text: (
            text.replace(rows.STRUCTURE, "<structure/>")
            .replace(rows.YEARLY + rows.PERIODS + rows.COMPETENCES, "")
            .replace(' nom="DURAND" prenom="Inès"', "")
        )
    )
    assert (bare.group, bare.appreciation, bare.averages, bare.ratings, bare.teachers) == (
        GroupStatistics(), None, (), (), (Teacher("", ""),)
    )  # fmt: skip


def test_each_figure_of_the_group_may_be_absent_by_itself() -> None:
    found = one_evaluation(rows.swap(rows.STRUCTURE, '<structure repar-huit-douze="40"/>'))
    assert found.group == GroupStatistics(from_8_to_12=Decimal(40))


MARKS = {"-1": None, "-1.00": None, "0": "0", " +7.5 ": "7.5", ".5": "0.5", "25": "25"}


@pytest.mark.parametrize("written", MARKS)
def test_a_mark_is_read_as_a_number_and_minus_one_as_none(written) -> None:
    found = one_evaluation(rows.value("moyenne", "11.50", written))
    mark = MARKS[written]
    assert found.averages == ((1, None if mark is None else Decimal(mark)),)


@pytest.mark.parametrize(
    ("written", "mastery"), [("1", 1), ("4", 4), ("0", 0), ("NE", "NE"), ("B2", "B2")]
)
def test_every_mastery_of_the_schema_is_read(written, mastery) -> None:
    found = one_evaluation(rows.swap(">3</competence>", f">{written}</competence>"))
    assert found.ratings == (("9001", mastery),)


def test_numbers_may_have_signs_blanks_and_zeros() -> None:
    edited = rows.FILE.replace('id="1234567"', 'id=" +0007 "').replace('"T"', '" T"')
    assert read(strict(edited)).document.pupils[0].siecle_id == 7


def test_the_periodicity_is_that_of_the_year() -> None:
    data = render(built.with_year(periodicity=Periodicity.TRIMESTER), STRICT)
    assert read(data).document.pupils[0].years[0].periodicity is Periodicity.TRIMESTER


@pytest.mark.faults
@pytest.mark.parametrize(
    "data",
    [b"", b"SECRET", b"<a>SECRET", b"<a>&SECRET;</a>", b"<a>SECRET\xff</a>", b"<a>\x0bSECRET</a>"],
)
def test_what_is_no_xml_is_refused_with_its_code_and_without_its_content(data) -> None:
    with pytest.raises(InvalidFile, match=r"XML 1\.0") as refused:
        read(data)
    assert refused.value.problems
    assert "SECRET" not in f"{refused.value} {refused.value.problems}"


@pytest.mark.faults
@pytest.mark.parametrize("data", [b"<SECRET/>", b'<lsl xmlns="urn:SECRET"/>', b"<BEE_ELEVES/>"])
def test_a_file_of_another_kind_is_refused_and_the_profiles_are_named(data) -> None:
    with pytest.raises(UnreadableFile, match=r"lsl-1\.0, lslpro-draft-1") as refused:
        read(data)
    assert "SECRET" not in str(refused.value)


@pytest.mark.faults
def test_a_document_type_is_refused_whatever_it_declares() -> None:
    data = render(built.DOCUMENT, STRICT)
    start = data.index(b"<lsl:lsl")
    for declared in (b"", b' [<!ENTITY x "y">]', b' SYSTEM "file:///etc/passwd"'):
        with pytest.raises(InvalidFile) as refused:
            read(data[:start] + b"<!DOCTYPE lsl" + declared + b">" + data[start:])
        assert refused.value.problems == ["ERR_DOCTYPE : déclaration DOCTYPE refusée"]


@pytest.mark.faults
def test_an_entity_bomb_is_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "x">{levels}]><a b="&e11;">&e11;</a>'
    with pytest.raises((InvalidFile, UnreadableFile)):
        read(bomb.encode())


@pytest.mark.faults
@pytest.mark.parametrize(
    "edit",
    [
        rows.value("id", "1234567", "1" * 5_000),
        rows.value("effectif", "24", "2" * 5_000),
        rows.value("numero", "1", "0" * 5_000 + "1"),
    ],
)
def test_a_number_beyond_reason_is_a_refusal_with_its_place(edit) -> None:
    with pytest.raises(InvalidFile) as refused:
        read(strict(edit(rows.FILE)))
    (problem,) = refused.value.problems
    assert problem.startswith("NUMBER_TOO_LONG : nombre démesuré (/lsl:lsl/donnees")


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-06-01", dt.date(2026, 6, 1)), ("2026-06-01Z", dt.date(2026, 6, 1)), (None, None)],
)
def test_the_day_of_an_evaluation_is_kept_without_its_zone(written, day) -> None:
    new = "" if written is None else f' date="{written}"'
    found = one_evaluation(rows.swap(' date="2026-06-01"', new))
    assert found.validated_on == day


@pytest.mark.faults
def test_a_day_beyond_the_calendar_is_a_refusal_with_its_place() -> None:
    with pytest.raises(InvalidFile) as refused:
        read(strict(rows.value("date", "2026-06-01", "12026-06-01")(rows.FILE)))
    (problem,) = refused.value.problems
    assert problem.startswith("DATE_BEYOND_REASON : date démesurée (/lsl:lsl/donnees")
    assert "evaluation/@date" in problem


@pytest.mark.faults
def test_every_fault_is_named_by_place_and_code_and_no_value_is_quoted() -> None:
    secret = "SECRETDUPONT"
    spoiled = built.with_evaluation(
        subject_code=secret, teachers=(Teacher(secret * 9, secret * 9),)
    )
    with pytest.raises(InvalidFile, match=r"le profil lsl-1\.0") as refused:
        read(render(spoiled, STRICT))
    assert len(refused.value.problems) == 2
    assert secret not in f"{refused.value} {refused.value.problems}"


@pytest.mark.faults
@pytest.mark.parametrize(("size", "refused"), [(-1, False), (0, False), (1, True)])
def test_a_file_is_read_up_to_a_size(size, refused) -> None:
    data = render(built.DOCUMENT, STRICT)
    blanks, rest = divmod(LARGEST_BYTES + size - len(data), 1024)
    data += b"<!--%s-->" % (b" " * 1017) * blanks + b" " * rest
    assert len(data) == LARGEST_BYTES + size
    if refused:
        with pytest.raises(UnreadableFile, match="20 Mo"):
            read(data)
    else:
        assert read(data).document == carried(built.DOCUMENT, pfmp=False, project=False)


@pytest.mark.faults
@SLOW
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=3)), min_size=1, max_size=4))
def test_whatever_bytes_change_a_file_is_read_or_refused(spoilt) -> None:
    data = bytearray(render(built.DOCUMENT, DRAFT))
    for position, new in spoilt:
        start = position % len(data)
        data[start : start + 1] = new
    try:
        assert read(bytes(data)).document.pupils
    except (InvalidFile, UnreadableFile) as refused:
        assert "DURAND" not in f"{refused} {getattr(refused, 'problems', '')}"  # noqa: PT017


def test_the_same_pupil_may_stand_twice_as_the_schema_lets_it() -> None:
    twice = built.with_pupils(built.PUPIL, replace(built.PUPIL))
    assert len(read(render(twice, DRAFT)).document.pupils) == 2
