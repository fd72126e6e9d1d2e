"""Whoever changes a source, by whatever statement, the booklets it concerns become dirty."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from rowsbuilder import SchoolIds, a_school
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from pipeline.store import rows as t
from pipeline.store.migrations import triggers_0001, triggers_0003
from pipeline.store.migrations.triggers_0001 import EVENTS, SQLITE_UPDATE_OF

SCOPES = triggers_0001.SCOPES | triggers_0003.SCOPES

# Every table is either a source of the lights or, for the reason given, none.
NO_SOURCES = {
    "school": "its UAI is a key that cannot change; its name is not exported",
    "diploma": "its code is a key that cannot change; its label is not exported",
    "mef": "read at imports only; a booklet's own MEF code is what counts",
    "subject": "labels for people",
    "programme": "kept for the rules to come; no rule reads it yet",
    "sts_teacher": "a name offered; what was entered is in the booklet",
    "sts_service": "the same",
    "completeness": "the light itself",
    "export_job": "made from lights",
    "artifact": "made from lights",
    "nightly_run": "made from lights",
    "audit_event": "tells of changes",
    "account": "who may look, not what is in a booklet",
    "account_school": "the same",
    "account_division": "the same",
    "invitation": "the same",
    "login_session": "the same",
    "api_token": "the same",
    "login_failures": "the same",
    "sent": "tells where a version went",
    "sent_report": "tells what came back",
}
ONE, CLASS, LEVEL, NONE = "one", "class", "level", "none"
LEVEL_KEY = "start_year = 2025 AND diploma_code = '25520' AND level = 'premiere'"
NEW_EVALUATION = "INSERT INTO evaluation VALUES ({booklet}, '030201', 'S', NULL)"
NEW_PROJECT = "INSERT INTO project (booklet_id) VALUES ({booklet})"
NEW_COMPETENCE = "INSERT INTO competence VALUES (2025, '9004', 'C4', 'Communiquer')"
NEW_OPINION = "INSERT INTO opinion VALUES ({booklet}, 'head', 'Bien.', 'ROUX', 'Zoé', NULL)"
NEW_COMMITMENT = "INSERT INTO commitment VALUES ({booklet}, 'C')"
NEW_LIFE = "INSERT INTO school_life VALUES ({booklet}, 'Pompier', 'T')"
NEW_STUDENT = """INSERT INTO student (id, school_uai, last_name, first_name)
  VALUES (900, '0999999Z', 'NOUVEAU', 'Ana')"""
NEW_BOOKLET = """INSERT INTO booklet
    (id, student_id, start_year, division_id, mef_code, status_code)
  VALUES (901, {student}, 2024, {division}, '2472552032', 'ST')"""
NEW_DIVISION = """INSERT INTO division VALUES
  (902, '0999999Z', 2025, '25520', 'premiere', '1MELEC9', '1MELEC9')"""
SETTINGS = f"level_settings WHERE school_uai = '0999999Z' AND {LEVEL_KEY}"

# (table, event, statement, booklets concerned, what was there before)
CASES = [
    ("booklet", "insert", NEW_BOOKLET, NONE, ()),
    ("booklet", "update",
     "UPDATE booklet SET left_on = '2026-01-10' WHERE id = {booklet}", ONE, ()),
    ("booklet", "delete", "DELETE FROM booklet WHERE id = 901", NONE, (NEW_BOOKLET,)),
    ("student", "insert", NEW_STUDENT, NONE, ()),
    ("student", "update", "UPDATE student SET siecle_id = NULL WHERE id = {student}", ONE, ()),
    ("student", "delete", "DELETE FROM student WHERE id = 900", NONE, (NEW_STUDENT,)),
    ("evaluation", "insert", NEW_EVALUATION, ONE, ()),
    ("evaluation", "update",
     "UPDATE evaluation SET appreciation = NULL WHERE booklet_id = {booklet}", ONE, ()),
    ("evaluation", "delete", "DELETE FROM evaluation WHERE booklet_id = {booklet}", ONE, ()),
    ("period_average", "insert",
     "INSERT INTO period_average VALUES ({booklet}, '030201', 1, 1150)", ONE, (NEW_EVALUATION,)),
    ("period_average", "update",
     "UPDATE period_average SET average = 0 WHERE booklet_id = {booklet} AND period = 1", ONE, ()),
    ("period_average", "delete",
     "DELETE FROM period_average WHERE booklet_id = {booklet} AND period = 1", ONE, ()),
    ("rating", "insert",
     "INSERT INTO rating VALUES ({booklet}, '030201', '9001', 3)", ONE, (NEW_EVALUATION,)),
    ("rating", "update", "UPDATE rating SET mastery = 4 WHERE booklet_id = {booklet}", ONE, ()),
    ("rating", "delete", "DELETE FROM rating WHERE booklet_id = {booklet}", ONE, ()),
    ("teacher", "insert",
     "INSERT INTO teacher VALUES ({booklet}, '071100', 2, 'ROUX', 'Zoé')", ONE, ()),
    ("teacher", "update",
     "UPDATE teacher SET first_name = '' WHERE booklet_id = {booklet}", ONE, ()),
    ("teacher", "delete", "DELETE FROM teacher WHERE booklet_id = {booklet}", ONE, ()),
    ("pfmp", "insert", "INSERT INTO pfmp (booklet_id) VALUES ({booklet})", ONE,
     ("DELETE FROM pfmp WHERE booklet_id = {booklet}",)),
    ("pfmp", "update", "UPDATE pfmp SET synthesis = NULL WHERE booklet_id = {booklet}", ONE, ()),
    ("pfmp", "delete", "DELETE FROM pfmp WHERE booklet_id = {booklet}", ONE, ()),
    ("project", "insert", NEW_PROJECT, ONE, ()),
    ("project", "update",
     "UPDATE project SET average = 1400 WHERE booklet_id = {booklet}", ONE, (NEW_PROJECT,)),
    ("project", "delete",
     "DELETE FROM project WHERE booklet_id = {booklet}", ONE, (NEW_PROJECT,)),
    ("division", "insert", NEW_DIVISION, NONE, ()),
    ("division", "update",
     "UPDATE division SET level = 'terminale' WHERE id = {division}", CLASS, ()),
    ("division", "delete", "DELETE FROM division WHERE id = 902", NONE, (NEW_DIVISION,)),
    ("level_settings", "insert",
     """INSERT INTO level_settings VALUES
       ('0999999Z', 2025, '25520', 'premiere', 'semester', false, false, false)""",
     CLASS, (f"DELETE FROM {SETTINGS}",)),
    ("level_settings", "update",
     f"UPDATE {SETTINGS}".replace("WHERE", "SET exports_pfmp = true WHERE"), CLASS, ()),
    ("level_settings", "delete", f"DELETE FROM {SETTINGS}", CLASS, ()),
    ("framework_competence", "insert",
     "INSERT INTO framework_competence VALUES (2025, '25520', 'premiere', '9004', 4)",
     LEVEL, (NEW_COMPETENCE,)),
    ("framework_competence", "update",
     f"UPDATE framework_competence SET position = 9 WHERE competence_code = '9001' AND {LEVEL_KEY}",
     LEVEL, ()),
    ("framework_competence", "delete",
     f"DELETE FROM framework_competence WHERE competence_code = '9001' AND {LEVEL_KEY}",
     LEVEL, ()),
    ("competence", "insert", NEW_COMPETENCE, NONE, ()),
    ("competence", "update",
     "UPDATE competence SET label = 'Autre' WHERE start_year = 2025 AND code = '9001'", LEVEL, ()),
    ("competence", "delete",
     "DELETE FROM competence WHERE start_year = 2025 AND code = '9004'", NONE, (NEW_COMPETENCE,)),
    ("opinion", "insert", NEW_OPINION, ONE, ()),
    ("opinion", "update",
     "UPDATE opinion SET text = 'Autre' WHERE booklet_id = {booklet}", ONE, (NEW_OPINION,)),
    ("opinion", "delete",
     "DELETE FROM opinion WHERE booklet_id = {booklet}", ONE, (NEW_OPINION,)),
    ("commitment", "insert", NEW_COMMITMENT, ONE, ()),
    ("commitment", "update",
     "UPDATE commitment SET code = 'V' WHERE booklet_id = {booklet}", ONE, (NEW_COMMITMENT,)),
    ("commitment", "delete",
     "DELETE FROM commitment WHERE booklet_id = {booklet}", ONE, (NEW_COMMITMENT,)),
    ("school_life", "insert", NEW_LIFE, ONE, ()),
    ("school_life", "update",
     "UPDATE school_life SET exam_opinion = 'F' WHERE booklet_id = {booklet}", ONE, (NEW_LIFE,)),
    ("school_life", "delete",
     "DELETE FROM school_life WHERE booklet_id = {booklet}", ONE, (NEW_LIFE,)),
]  # fmt: skip


@dataclass
class World:
    """A class, one of another school at the same level, and one of another year."""

    store: object
    here: SchoolIds
    neighbour: SchoolIds

    def run(self, *statements):
        names = {
            "booklet": self.here.booklet_ids[0],
            "other": self.here.booklet_ids[1],
            "student": self.here.student_ids[0],
            "division": self.here.division_id,
            "elsewhere": self.neighbour.division_id,
        }
        for statement in statements:
            with self.store.writing() as unit:
                unit.connection.execute(sa.text(statement.format(**names)))

    def wanted(self):
        c = t.completeness.c
        with self.store.reading() as connection:
            found = connection.execute(sa.select(c.booklet_id, c.wanted_revision))
            return {row.booklet_id: row.wanted_revision for row in found}

    def marked_by(self, *statements):
        """The booklets whose wanted revision the statements raised."""
        before = self.wanted()
        self.run(*statements)
        after = self.wanted()
        assert all(after[key] >= before[key] for key in after.keys() & before.keys())
        return {key for key in after.keys() & before.keys() if after[key] > before[key]}

    def concerned(self, scope):
        return {
            NONE: set(),
            ONE: {self.here.booklet_ids[0]},
            CLASS: set(self.here.booklet_ids),
            LEVEL: {*self.here.booklet_ids, *self.neighbour.booklet_ids},
        }[scope]


@pytest.fixture
def world(store):
    here = a_school(store, pupil_count=2)
    neighbour = a_school(store, pupil_count=2, uai="0999998A")
    a_school(store, pupil_count=2, start_year=2024)
    return World(store, here, neighbour)


def test_every_table_is_decided_to_be_a_source_or_not():
    assert set(SCOPES) | set(NO_SOURCES) == set(SQLModel.metadata.tables)
    assert not set(SCOPES) & set(NO_SOURCES)


def test_every_column_of_a_booklet_is_decided_to_be_a_source_or_not():
    sources = set(SQLITE_UPDATE_OF["booklet"].removeprefix(" OF ").split(", "))
    keys_and_counter = {"id", "start_year", "revision"}
    assert sources | keys_and_counter == set(t.booklet.c.keys())
    assert not sources & keys_and_counter


def test_the_cases_below_are_every_source_and_event():
    assert [case[:2] for case in CASES] == [(table, event) for table in SCOPES for event in EVENTS]


@pytest.mark.parametrize(
    ("statement", "scope", "before"),
    [case[2:] for case in CASES],
    ids=[f"{case[0]}-{case[1]}" for case in CASES],
)
def test_a_change_marks_exactly_the_booklets_concerned(world, statement, scope, before):
    world.run(*before)
    assert world.marked_by(statement) == world.concerned(scope)


@pytest.mark.parametrize(
    "change",
    ["division_id = NULL", "mef_code = '2472552033'", "status_code = 'AP'",
     "left_on = '2026-02-01'", "student_id = (SELECT max(id) FROM student)"],
)  # fmt: skip
def test_each_source_column_of_a_booklet_marks_it(world, change):
    world.run("UPDATE booklet SET start_year = 2030 WHERE id = {booklet}")
    marked = world.marked_by(f"UPDATE booklet SET {change} WHERE id = {{booklet}}")
    assert marked == world.concerned(ONE)


def test_raising_a_booklets_own_revision_does_not_mark_it(world):
    bump = "UPDATE booklet SET revision = revision + 1 WHERE id = {booklet}"
    assert world.marked_by(bump) == set()


def test_one_statement_on_a_class_marks_each_of_its_booklets(world):
    update = """UPDATE rating SET mastery = 1 WHERE booklet_id IN
      (SELECT id FROM booklet WHERE division_id = {division})"""
    assert world.marked_by(update) == world.concerned(CLASS)


def test_a_row_that_moves_marks_where_it_was_and_where_it_is(world):
    world.run("DELETE FROM pfmp WHERE booklet_id = {other}")
    move = "UPDATE pfmp SET booklet_id = {other} WHERE booklet_id = {booklet}"
    assert world.marked_by(move) == world.concerned(CLASS)


def test_a_setting_that_moves_to_another_level_marks_the_level_it_left(world):
    move = f"UPDATE {SETTINGS}".replace("WHERE", "SET level = 'terminale' WHERE")
    assert world.marked_by(move) == world.concerned(CLASS)


def test_an_upsert_marks_like_an_update(world):
    upsert = """INSERT INTO rating VALUES ({booklet}, '071100', '9001', 4)
      ON CONFLICT (booklet_id, subject_code, competence_code) DO UPDATE SET mastery = 4"""
    assert world.marked_by(upsert) == world.concerned(ONE)


def test_a_statement_that_hits_no_row_marks_nothing(world):
    assert world.marked_by("UPDATE rating SET mastery = 1 WHERE booklet_id = -1") == set()


def _run_all(connection, *statements):
    for statement in statements:
        connection.execute(sa.text(statement))


def test_what_is_rolled_back_marks_nothing(world):
    before = world.wanted()
    with pytest.raises(IntegrityError), world.store.writing() as unit:
        _run_all(unit.connection, "UPDATE rating SET mastery = 1", "UPDATE rating SET mastery = 5")
    assert world.wanted() == before


def test_a_new_booklet_has_its_row_of_completeness_and_is_dirty(world):
    world.run(NEW_BOOKLET)
    c = t.completeness.c
    with world.store.reading() as connection:
        row = connection.execute(sa.select(t.completeness).where(c.booklet_id == 901)).one()
    assert (row.wanted_revision, row.computed_revision, row.nudged_revision) == (1, 0, 0)
    assert (row.light, row.due_at, row.attempt_count) == (None, None, 0)


def test_many_booklets_in_one_statement_have_a_row_each(world):
    before = len(world.wanted())
    world.run(
        """INSERT INTO booklet (student_id, start_year, mef_code, status_code)
        SELECT id, 2031, '2472552032', 'ST' FROM student WHERE school_uai = '0999998A'"""
    )
    assert len(world.wanted()) == before + 2


def test_a_student_takes_his_booklet_and_its_light_along(world):
    world.run("DELETE FROM student WHERE id = {student}")
    assert world.here.booklet_ids[0] not in world.wanted()
    with world.store.reading() as connection:
        for table in (t.evaluation, t.average, t.rating, t.teacher, t.pfmp):
            of_booklet = table.c.booklet_id == world.here.booklet_ids[0]
            assert connection.execute(sa.select(table).where(of_booklet)).first() is None
