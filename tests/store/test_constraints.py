"""What the database itself refuses, whoever writes."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW, a_school
from sqlalchemy.exc import IntegrityError, StatementError

from pipeline.domain.states import JobKind, JobState
from pipeline.store import rows as t

PROFILE = "lslpro-draft-1"
OF_ONE = "WHERE booklet_id = {booklet}"


@pytest.fixture
def ids(store):
    return a_school(store, pupil_count=1)


@pytest.fixture
def execute(store, ids):
    """Run one raw statement in a transaction of its own."""

    def run(statement):
        names = {"booklet": ids.booklet_ids[0], "division": ids.division_id}
        with store.writing() as unit:
            return unit.connection.execute(sa.text(statement.format(**names))).rowcount

    return run


def job(division_id, **changes):
    row = {
        "id": str(uuid4()), "division_id": division_id, "profile": PROFILE,
        "kind": JobKind.ON_DEMAND, "state": JobState.QUEUED, "requested_by": "a.martin",
        "requested_at": NOW, "attempt_count": 0, "done_count": 0,
    }  # fmt: skip
    return row | changes


def version(division_id, job_id, **changes):
    row = {
        "division_id": division_id, "profile": PROFILE, "version": 1, "sha256": "a" * 64,
        "size": 10, "fingerprint": "b" * 64, "file_name": "one.xml", "job_id": job_id,
        "created_at": NOW, "manifest": {},
    }  # fmt: skip
    return row | changes


def insert(store, table, *rows):
    for row in rows:
        with store.writing() as unit:
            unit.connection.execute(sa.insert(table).values(**row))


def count(store, table):
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


AVERAGE = f"UPDATE period_average SET average = {{value}} {OF_ONE}"
PROJECT = "INSERT INTO project (booklet_id, average) VALUES ({booklet}, {value})"
PERIOD = f"UPDATE period_average SET period = {{value}} {OF_ONE} AND period = 2"
MASTERY = f"UPDATE rating SET mastery = {{value}} {OF_ONE}"
SIECLE = "UPDATE student SET siecle_id = {value}"


@pytest.mark.parametrize(
    ("statement", "value"),
    [(AVERAGE, 0), (AVERAGE, 1), (AVERAGE, 1999), (AVERAGE, 2000), (PROJECT, 0), (PROJECT, 2000),
     (PROJECT, "NULL"), (PERIOD, 2), (MASTERY, 1), (MASTERY, 2), (MASTERY, 3), (MASTERY, 4),
     (SIECLE, 1), (SIECLE, "NULL")],
)  # fmt: skip
def test_a_value_within_its_range_is_taken(execute, statement, value):
    assert execute(statement.replace("{value}", str(value))) > 0


@pytest.mark.parametrize(
    ("statement", "value", "name"),
    [(AVERAGE, -1, "average_range"), (AVERAGE, 2001, "average_range"),
     (PROJECT, -1, "project_average_range"), (PROJECT, 2001, "project_average_range"),
     (PERIOD, 0, "period_range"), (PERIOD, 4, "period_range"),
     (MASTERY, 0, "mastery_range"), (MASTERY, 5, "mastery_range"),
     (SIECLE, 0, "siecle_id_positive"), (SIECLE, -1, "siecle_id_positive")],
)  # fmt: skip
def test_a_value_beyond_its_range_is_refused(execute, statement, value, name):
    with pytest.raises(IntegrityError, match=name):
        execute(statement.replace("{value}", str(value)))


def test_the_first_and_last_periods_are_taken(execute):
    execute(f"DELETE FROM period_average {OF_ONE}")
    for period in (1, 3):
        insert = f"INSERT INTO period_average VALUES ({{booklet}}, '071100', {period}, 1000)"
        assert execute(insert) == 1


@pytest.mark.parametrize("uai", ["099999Z", ""])
def test_a_uai_that_is_too_short_is_refused(execute, uai):
    with pytest.raises(IntegrityError, match="uai_length"):
        execute(f"INSERT INTO school VALUES ('{uai}', '')")


@pytest.mark.parametrize("code", ["900", ""])
def test_a_competence_code_that_is_too_short_is_refused(execute, code):
    with pytest.raises(IntegrityError, match="competence_code_length"):
        execute(f"INSERT INTO competence VALUES (2025, '{code}', '', 'x')")


@pytest.mark.parametrize(
    ("statement", "name"),
    [("UPDATE completeness SET light = 'blue'", "light"),
     ("UPDATE completeness SET light = 'RED'", "light"),
     ("UPDATE division SET level = 'seconde'", "division_level"),
     ("UPDATE level_settings SET level = 'seconde'", "settings_level"),
     ("UPDATE level_settings SET periodicity = 'month'", "periodicity"),
     ("UPDATE framework_competence SET level = 'seconde'", "framework_level"),
     ("UPDATE export_job SET state = 'busy'", "job_state"),
     ("UPDATE export_job SET state = 'QUEUED'", "job_state"),
     ("UPDATE export_job SET kind = 'weekly'", "job_kind"),
     ("UPDATE export_job SET outcome = 'perhaps'", "outcome")],
)  # fmt: skip
def test_a_word_that_is_not_in_the_vocabulary_is_refused(store, ids, execute, statement, name):
    insert(store, t.export_job, job(ids.division_id))
    with pytest.raises(IntegrityError, match=name):
        execute(statement)


@pytest.mark.parametrize("state", JobState)
def test_every_state_of_a_job_is_taken_and_read_back(store, ids, state):
    insert(store, t.export_job, job(ids.division_id, state=state))
    with store.reading() as connection:
        assert connection.execute(sa.select(t.export_job.c.state)).scalar() is state


def test_one_job_waits_for_a_division_and_profile(store, ids):
    insert(store, t.export_job, job(ids.division_id))
    with pytest.raises(IntegrityError):
        insert(store, t.export_job, job(ids.division_id))


def test_a_job_waits_beside_running_and_ended_ones_and_other_profiles(store, ids):
    ended = [job(ids.division_id, state=s) for s in JobState if s is not JobState.QUEUED]
    others = [job(ids.division_id), job(ids.division_id, profile="lslpro-draft-2")]
    insert(store, t.export_job, *ended, *ended_again(ended), *others)
    assert count(store, t.export_job) == 2 * len(ended) + 2


def ended_again(jobs):
    return [one | {"id": str(uuid4())} for one in jobs]


def test_a_running_job_is_not_put_back_beside_a_waiting_one(store, ids, execute):
    running = job(ids.division_id, state=JobState.RUNNING)
    insert(store, t.export_job, running, job(ids.division_id))
    with pytest.raises(IntegrityError):
        execute("UPDATE export_job SET state = 'queued'")


def test_an_idempotency_key_makes_one_job_per_user(store, ids):
    keyed = {"idempotency_key": "k1", "state": JobState.READY}
    insert(store, t.export_job, job(ids.division_id, **keyed))
    insert(store, t.export_job, job(ids.division_id, **keyed, requested_by="b.roux"))
    with pytest.raises(IntegrityError):
        insert(store, t.export_job, job(ids.division_id, **keyed))


def test_jobs_without_a_key_are_as_many_as_wanted(store, ids):
    ready = {"state": JobState.READY, "idempotency_key": None}
    insert(store, t.export_job, *(job(ids.division_id, **ready) for _ in range(3)))
    assert count(store, t.export_job) == 3


def test_a_division_is_exported_once_a_night(store, ids):
    nightly = {"kind": JobKind.NIGHTLY, "state": JobState.READY}
    first, second = dt.date(2026, 5, 20), dt.date(2026, 5, 21)
    insert(store, t.export_job, job(ids.division_id, **nightly, business_date=first))
    insert(store, t.export_job, job(ids.division_id, **nightly, business_date=second))
    with pytest.raises(IntegrityError):
        insert(store, t.export_job, job(ids.division_id, **nightly, business_date=first))


def test_a_night_runs_once(store):
    night = {
        "business_date": dt.date(2026, 5, 20), "profile": PROFILE,
        "started_at": NOW, "division_count": 0,
    }  # fmt: skip
    insert(store, t.nightly_run, night)
    with pytest.raises(IntegrityError):
        insert(store, t.nightly_run, night)


@pytest.fixture
def exported(store, ids):
    """A first version of the division's file, made by a job."""
    made = job(ids.division_id, state=JobState.READY)
    insert(store, t.export_job, made)
    insert(store, t.artifact, version(ids.division_id, made["id"]))
    return made["id"]


def test_the_next_version_and_another_profile_are_taken(store, ids, exported):
    insert(
        store,
        t.artifact,
        version(ids.division_id, exported, version=2, file_name="two.xml"),
        version(ids.division_id, exported, profile="lslpro-draft-2", file_name="other.xml"),
    )
    assert count(store, t.artifact) == 3


@pytest.mark.parametrize(
    "spoiled",
    [{"version": 1, "file_name": "two.xml"}, {"version": 2, "file_name": "one.xml"},
     {"version": 0, "file_name": "two.xml"}, {"version": -1, "file_name": "two.xml"},
     {"version": 2, "file_name": "two.xml", "job_id": "no such job"},
     {"version": 2, "file_name": "two.xml", "division_id": 999_999}],
    ids=["number twice", "name twice", "zero", "negative", "no job", "no division"],
)  # fmt: skip
def test_a_version_with_one_thing_wrong_is_refused(store, ids, exported, spoiled):
    with pytest.raises(IntegrityError):
        insert(store, t.artifact, version(ids.division_id, exported) | spoiled)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO school VALUES ('0999999Z', 'again')",
     "INSERT INTO diploma VALUES ('25520', 'again')",
     "INSERT INTO competence VALUES (2025, '9001', '', 'again')",
     "INSERT INTO framework_competence VALUES (2025, '25520', 'premiere', '9001', 7)",
     "INSERT INTO evaluation VALUES ({booklet}, '071100', 'S', NULL)",
     "INSERT INTO period_average VALUES ({booklet}, '071100', 1, 1000)",
     "INSERT INTO rating VALUES ({booklet}, '071100', '9001', 1)",
     "INSERT INTO teacher VALUES ({booklet}, '071100', 1, 'ROUX', 'Zoé')",
     "INSERT INTO pfmp (booklet_id) VALUES ({booklet})",
     "INSERT INTO completeness (booklet_id) VALUES ({booklet})",
     ("INSERT INTO division (school_uai, start_year, diploma_code, level, code, label) "
     "VALUES ('0999999Z', 2025, '25520', 'premiere', '1MELEC1', 'another label')"),
     ("INSERT INTO division (school_uai, start_year, diploma_code, level, code, label) "
     "VALUES ('0999999Z', 2025, '25520', 'premiere', 'another code', '1MELEC1')"),
     ("INSERT INTO student (school_uai, siecle_id, last_name, first_name) "
     "SELECT school_uai, siecle_id, 'X', 'Y' FROM student"),
     ("INSERT INTO student (school_uai, ine, last_name, first_name) "
     "SELECT school_uai, ine, 'X', 'Y' FROM student"),
     ("INSERT INTO booklet (student_id, start_year, mef_code, status_code) "
     "SELECT student_id, start_year, mef_code, status_code FROM booklet")],
)  # fmt: skip
def test_a_key_is_taken_once(execute, statement):
    with pytest.raises(IntegrityError):
        execute(statement)


def test_pupils_without_siecle_id_or_ine_are_as_many_as_wanted(store, execute):
    for name in ("A", "B"):
        execute(
            "INSERT INTO student (school_uai, last_name, first_name) "
            f"VALUES ('0999999Z', '{name}', 'Y')"
        )
    assert count(store, t.student) == 3


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO evaluation VALUES (999999, '071100', 'S', NULL)",
     "INSERT INTO period_average VALUES ({booklet}, '030201', 1, 1000)",
     "INSERT INTO rating VALUES ({booklet}, '030201', '9001', 1)",
     "INSERT INTO teacher VALUES ({booklet}, '030201', 1, 'ROUX', 'Zoé')",
     "INSERT INTO pfmp (booklet_id) VALUES (999999)",
     "INSERT INTO project (booklet_id) VALUES (999999)",
     "INSERT INTO completeness (booklet_id) VALUES (999999)",
     "INSERT INTO framework_competence VALUES (2025, '25520', 'premiere', '9999', 7)",
     "UPDATE framework_competence SET diploma_code = '00000'",
     "UPDATE level_settings SET diploma_code = '00000'",
     "UPDATE booklet SET division_id = 999999",
     "UPDATE booklet SET student_id = 999999",
     "UPDATE student SET school_uai = '0000000A'",
     "UPDATE division SET school_uai = '0000000A'",
     "UPDATE division SET diploma_code = '00000'",
     "UPDATE export_job SET division_id = 999999",
     "DELETE FROM division",
     "DELETE FROM school",
     "DELETE FROM diploma",
     "DELETE FROM competence",
     "UPDATE competence SET code = '9999' WHERE code = '9001'"],
)  # fmt: skip
def test_what_a_row_points_at_is_there(store, ids, execute, statement):
    insert(store, t.export_job, job(ids.division_id))
    with pytest.raises(IntegrityError):
        execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE export_job SET requested_by = NULL", "UPDATE export_job SET requested_at = NULL",
     "UPDATE export_job SET state = NULL", "UPDATE student SET last_name = NULL",
     "UPDATE booklet SET mef_code = NULL", "UPDATE booklet SET student_id = NULL",
     "UPDATE period_average SET average = NULL", "UPDATE rating SET mastery = NULL",
     "UPDATE completeness SET wanted_revision = NULL"],
)  # fmt: skip
def test_what_must_be_known_is_not_null(store, ids, execute, statement):
    insert(store, t.export_job, job(ids.division_id))
    with pytest.raises(IntegrityError):
        execute(statement)


def test_a_file_keeps_the_job_that_made_it(exported, execute):
    with pytest.raises(IntegrityError):
        execute("DELETE FROM export_job")


@pytest.mark.parametrize(("computed", "taken"), [(0, True), (1, True), (2, True), (3, False)])
def test_a_light_is_never_ahead_of_its_facts(execute, computed, taken):
    statement = f"UPDATE completeness SET wanted_revision = 2, computed_revision = {computed}"
    if taken:
        execute(statement)
    else:
        with pytest.raises(IntegrityError, match="computed_not_ahead"):
            execute(statement)


@pytest.mark.parametrize("average", ["0", "0.01", "11.5", "20.00"])
def test_an_average_is_kept_exactly(store, ids, average):
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.average).values(average=Decimal(average)))
    with store.reading() as connection:
        assert set(connection.execute(sa.select(t.average.c.average)).scalars()) == {
            Decimal(average)
        }


def test_a_third_decimal_is_refused_rather_than_rounded(store, ids):
    with pytest.raises(StatementError, match="more than two decimals"), store.writing() as unit:
        unit.connection.execute(sa.update(t.average).values(average=Decimal("11.505")))


def test_an_instant_is_kept_in_utc_and_a_naive_one_refused(store, ids):
    paris = NOW.astimezone(dt.timezone(dt.timedelta(hours=2)))
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.completeness).values(due_at=paris))
    with store.reading() as connection:
        held = connection.execute(sa.select(t.completeness.c.due_at)).scalar()
    assert (held, held.tzinfo) == (NOW, dt.UTC)
    with pytest.raises(StatementError, match="naive instant"), store.writing() as unit:
        unit.connection.execute(sa.update(t.completeness).values(due_at=NOW.replace(tzinfo=None)))
