"""What could not be sent is due at the next tick; what was sent waits its turn."""

from __future__ import annotations

import pytest
from rowsbuilder import NOW, a_school, compute_lights

from pipeline import export, recompute
from pipeline.queue import RECOMPUTE_STUDENTS, RUN_EXPORTS
from pipeline.store.unit import Store

pytestmark = pytest.mark.faults
DRAFT = "lslpro-draft-1"


class Post:
    """Takes messages, or hands them back as a broker that does not answer does."""

    def __init__(self) -> None:
        self.is_open, self.taken = True, []

    def send(self, messages):
        if not self.is_open:
            return messages
        self.taken.extend(messages)
        return ()

    def names(self):
        return [message.name for message in self.taken]


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def store(database_url, post):
    made = Store(database_url, post.send)
    yield made
    made.engine.dispose()


def nudge(store, booklet_ids):
    with store.writing() as unit:
        unit.say(recompute.nudges(unit.connection, booklet_ids, NOW))


@pytest.mark.parametrize("is_open", [True, False])
def test_a_light_whose_nudge_could_not_leave_is_swept_at_once(store, post, is_open):
    booklet_ids = a_school(store, pupil_count=2).booklet_ids
    post.is_open = is_open
    nudge(store, booklet_ids)
    post.is_open = True
    assert recompute.sweep(store, NOW) == (0 if is_open else 2)
    assert post.names() == [RECOMPUTE_STUDENTS]


@pytest.mark.parametrize("is_open", [True, False])
def test_a_job_whose_message_could_not_leave_is_rescued_at_once(store, post, is_open):
    division_id = a_school(store).division_id
    post.is_open = is_open
    export.request(store, division_id, DRAFT, by="tests", now=NOW)
    post.is_open = True
    assert export.rescue(store, NOW) == (0 if is_open else 1)
    assert post.names() == [RUN_EXPORTS]


def test_a_light_that_is_computed_meanwhile_stays_done(store, post):
    booklet_ids = a_school(store, pupil_count=1).booklet_ids
    compute_lights(store, NOW)
    post.is_open = False
    store.send(recompute.messages([*booklet_ids, 10**6]))  # one of them is no booklet
    post.is_open = True
    assert recompute.sweep(store, NOW) == 0
