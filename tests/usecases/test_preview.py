"""What LSL would do with a file, compared with what was recorded as sent; on both databases."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from rowsbuilder import MEF, START_YEAR, a_school

from pipeline import sent, upkeep
from pipeline.domain.faults import FaultCode
from pipeline.domain.programme import ProgrammeSource
from pipeline.errors import InvalidFile
from pipeline.preview import preview
from pipeline.receiver import Fate, Refusal, RefusalCode
from pipeline.store import rows as t
from pipeline.store import versions
from pipeline.upkeep import GRACE_S
from tests.usecases.exporting import PLAIN, a_wiring, data_of, execute, exported, set_marks

NAME = "fichier.xml"


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=3)


def produced(w, school, mark=None):
    """A new version, after giving the first pupil that mark; its row."""
    if mark is not None:
        set_marks(w.store, school.booklet_ids[:1], mark)
    exported(w, school.division_id, PLAIN)
    with w.store.reading() as connection:
        return versions.listed(connection, division_id=school.division_id)[0]


def sending(w, version, clock):
    clock.move(60)
    sent.record(w, version, by="tests")


def of_version(w, version):
    return preview(w, version.file_name, data_of(w, version))


def fates(found):
    return {one.siecle_id: one.fate for one in found.report.pupils}


def test_with_nothing_sent_everything_is_new(w, school):
    found = of_version(w, produced(w, school))
    assert set(fates(found).values()) == {Fate.NEW}
    assert (found.report.progress, found.uploads, found.absent) == ("3 / 3 (100 %)", (), ())


def test_a_file_that_was_sent_would_change_nothing(w, school, clock):
    version = produced(w, school)
    sending(w, version, clock)
    found = of_version(w, version)
    assert set(fates(found).values()) == {Fate.UNCHANGED}
    assert [(one.division, one.version, one.unusable) for one in found.uploads] == [
        ("1MELEC1", 1, None)
    ]


def test_a_version_that_was_not_sent_is_not_compared_with(w, school):
    produced(w, school)
    assert set(fates(of_version(w, produced(w, school, 1_550))).values()) == {Fate.NEW}


def test_the_fields_that_change_are_told(w, school, clock):
    sending(w, produced(w, school), clock)
    found = of_version(w, produced(w, school, 1_550))
    own = {
        one.siecle_id: [str(c.after) for c in one.changes if c.place.name == "average"]
        for one in found.report.pupils
    }
    assert own == {1001: ["15.50"] * 3, 1002: [], 1003: []}


def test_uploads_count_in_the_order_in_which_they_were_sent(w, school, clock):
    first, second = produced(w, school), produced(w, school, 1_550)
    sending(w, second, clock)
    sending(w, first, clock)
    assert set(fates(of_version(w, first)).values()) == {Fate.UNCHANGED}
    assert fates(of_version(w, second))[1001] is Fate.CHANGED


def test_what_is_no_longer_in_the_file_is_kept_and_told(w, store, school, clock):
    sending(w, produced(w, school), clock)
    first, _, third = school.booklet_ids
    execute(store, "UPDATE evaluation SET appreciation = NULL WHERE booklet_id = :id", id=first)
    execute(store, "DELETE FROM rating WHERE booklet_id = :id", id=third)
    found = of_version(w, produced(w, school))
    kept = {one.siecle_id: [place.name for place in one.kept] for one in found.report.pupils}
    assert kept == {1001: ["appreciation"], 1002: []}
    assert found.absent == (1003,)


def test_pupils_of_another_division_are_not_missed(w, store, school, clock):
    other = a_school(store, pupil_count=1, division_code="1B")
    sending(w, produced(w, other), clock)
    found = of_version(w, produced(w, school))
    assert (found.absent, set(fates(found).values())) == ((), {Fate.NEW})


def test_a_pupil_whom_siecle_did_not_give_is_refused(w, school):
    version = produced(w, school)
    data = data_of(w, version).replace(b'id="1002"', b'id="9999"')
    found = preview(w, NAME, data)
    assert [one.refusals for one in found.report.pupils if one.siecle_id == 9999] == [
        (Refusal(RefusalCode.PUPIL_UNKNOWN),)
    ]
    assert found.report.progress == "2 / 3 (66 %)"


def test_a_file_of_a_school_that_is_none_of_ours_is_refused_whole(w, school):
    data = data_of(w, produced(w, school)).replace(b"0999999Z", b"0999998Y")
    found = preview(w, NAME, data)
    assert found.report.refusal == Refusal(RefusalCode.WRONG_SCHOOL, "0999998Y")
    assert (found.report.pupils, found.schools) == ((), ("0999999Z",))


def test_uploads_of_another_school_do_not_count(w, store, school, clock):
    sister = a_school(store, pupil_count=1, uai="0999998Y")
    sending(w, produced(w, sister), clock)
    assert of_version(w, produced(w, school)).uploads == ()


def programme(store, source, *subjects, start_year=START_YEAR):
    """What that source says of the division's MEF: subjects as `071100-S`."""
    with store.writing() as unit:
        for subject, modality in (one.split("-") for one in subjects):
            unit.connection.execute(
                sa.insert(t.programme).values(
                    source=source, start_year=start_year, mef_code=MEF, subject_code=subject,
                    modality=modality,
                )
            )  # fmt: skip


SPECIALITY, OPTION = "071100-S", "071100-O"


@pytest.mark.parametrize(
    ("lsl", "siecle", "taken"),
    [
        ((), (), True),
        ((SPECIALITY,), (), True),
        ((OPTION,), (), False),
        ((), (SPECIALITY, "030201-L"), True),
        ((), ("061300-S",), False),
        ((SPECIALITY,), ("061300-S",), True),
        (("061300-S",), (SPECIALITY,), False),
    ],
)
def test_a_subject_outside_the_programme_of_the_pupils_mef_is_refused(
    w, store, school, lsl, siecle, *, taken
):
    programme(store, ProgrammeSource.LSL, *lsl)
    programme(store, ProgrammeSource.SIECLE, *siecle)
    found = of_version(w, produced(w, school))
    reason = Refusal(RefusalCode.NOT_IN_PROGRAMME, f"{START_YEAR}/{SPECIALITY}")
    assert {one.refusals for one in found.report.pupils} == {() if taken else (reason,)}


def test_the_programme_of_another_year_refuses_nothing(w, store, school):
    programme(store, ProgrammeSource.LSL, OPTION, start_year=START_YEAR - 1)
    assert set(fates(of_version(w, produced(w, school))).values()) == {Fate.NEW}


def test_what_the_schema_lets_through_is_told(w, school):
    data = data_of(w, produced(w, school))
    start = data.index(b'<periode numero="3"')
    spoiled = data[:start] + data[start:].replace(b'numero="3"', b'numero="4"', 1)
    (fault,) = preview(w, NAME, spoiled).faults
    assert (fault.code, fault.siecle_id) == (FaultCode.PERIOD_INVALID, 1001)


@pytest.mark.faults
def test_an_upload_whose_file_is_past_its_keeping_is_told_and_not_counted(
    store, tmp_path, clock, school
):
    w = a_wiring(store, tmp_path / "home", clock, retention_days=30)
    first = produced(w, school)
    sending(w, first, clock)
    second = produced(w, school, 1_550)
    path = w.artifacts.path(first.sha256)
    os.utime(path, (path.stat().st_mtime - GRACE_S - 60,) * 2)
    clock.move(31 * 86_400)
    upkeep.purge(w)
    found = of_version(w, second)
    assert set(fates(found).values()) == {Fate.NEW}
    assert "durée de conservation" in found.uploads[0].unusable


@pytest.mark.faults
def test_an_upload_whose_file_is_altered_is_told_and_not_counted(w, school, clock):
    version = produced(w, school)
    data = data_of(w, version)
    sending(w, version, clock)
    w.artifacts.path(version.sha256).write_bytes(data.replace(b"DURAND", b"DURANT"))
    found = preview(w, NAME, data)
    assert set(fates(found).values()) == {Fate.NEW}
    assert "altéré" in found.uploads[0].unusable


@pytest.mark.faults
def test_a_file_that_lsl_would_not_read_is_refused(w, school):
    data = data_of(w, produced(w, school)).replace(b'"071100"', b'"07110"')
    with pytest.raises(InvalidFile):
        preview(w, NAME, data)


@pytest.mark.faults
def test_a_preview_writes_nothing(w, school, clock):
    version = produced(w, school)
    sending(w, version, clock)
    kept = set(w.artifacts.contents())
    before = [one.sha256 for one in sent.reports(w, version)]
    first, second = of_version(w, version), of_version(w, version)
    assert first == second
    assert set(w.artifacts.contents()) == kept
    assert [one.sha256 for one in sent.reports(w, version)] == before
