"""What an administrator does: schools, accounts, frameworks, the journal, how the whole stands."""

from __future__ import annotations

import ast
import csv
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW, a_school

from pipeline import accounts, invitations
from pipeline.desk import (
    admin_accounts,
    admin_frameworks,
    admin_health,
    admin_home,
    admin_journal,
    admin_schools,
)
from pipeline.desk.admin_accounts import Filters, Form
from pipeline.desk.admin_words import ACTIONS
from pipeline.domain.accounts import AccountState, Principal, Role, Scope
from pipeline.domain.periods import Level
from pipeline.errors import AccountRefused, Forbidden, NotFound
from pipeline.store import audit
from pipeline.store import rows as t
from pipeline.watch import Room, Seen
from pipeline.wiring import Wiring
from tests.house.source import dotted_of, product, text_of
from tests.usecases.exporting import Clock

PASSWORD = "quatre mots sans suite"
HOSTILE = {
    "balise": "<script>alert(1)</script>",
    "sens": "\u202eelarutnec\u202c",
    "long": "é" * 1_000,
    "nul": "a\0b",
    "lignes": "un\r\nSet-Cookie: deux",
}


@pytest.fixture
def me(w: Wiring) -> Principal:
    """An administrator with a password."""
    return an_administrator(w, "admin@exemple.fr")


def an_administrator(w: Wiring, login: str) -> Principal:
    made = accounts.add(w, by="cli", login=login, name="Ada MIN", role=Role.ADMINISTRATOR)
    invitations.accept(w, made.token, PASSWORD)
    return Principal(made.account_id, login, "Ada MIN", Role.ADMINISTRATOR)


def a_head(w: Wiring, login: str = "chef@exemple.fr") -> Principal:
    made = accounts.add(
        w, by="cli", login=login, name="Zoé ROUX", role=Role.HEAD, schools=["0999999Z"]
    )
    schools = frozenset({"0999999Z"})
    return Principal(made.account_id, login, "Zoé ROUX", Role.HEAD, schools)


def form(**changed: object) -> Form:
    typed = {
        "login": "lea@exemple.fr", "name": "Léa DUPONT", "role": "teacher", "schools": ["0999999Z"],
    }  # fmt: skip
    return Form(**(typed | changed))  # type: ignore[arg-type]


def actions(w: Wiring) -> list[str]:
    with w.store.reading() as connection:
        found = sa.select(t.audit_event.c.action).order_by(t.audit_event.c.id)
        return list(connection.execute(found).scalars())


ASKED = {
    "home": admin_home.counts,
    "schools": admin_schools.listed,
    "add_school": lambda w, me: admin_schools.add(w, me, uai="0750655E", name="X"),
    "rename": lambda w, me: admin_schools.rename(w, me, "0999999Z", "X"),
    "accounts": lambda w, me: admin_accounts.listed(w, me, Filters(), 1),
    "account": lambda w, me: admin_accounts.find(w, me, me.account_id),
    "choices": admin_accounts.choices,
    "add": lambda w, me: admin_accounts.add(w, me, form()),
    "reach": lambda w, me: admin_accounts.change_reach(w, me, me.account_id, form()),
    "disable": lambda w, me: admin_accounts.disable(w, me, me.account_id),
    "reopen": lambda w, me: admin_accounts.reopen(w, me, me.account_id),
    "invite": lambda w, me: admin_accounts.invite_again(w, me, me.account_id),
    "frameworks": lambda w, me: admin_frameworks.listed(w, me, year=None, diploma=""),
    "journal": lambda w, me: admin_journal.page(w, me, admin_journal.wanted(w)),
    "csv": lambda w, me: admin_journal.as_csv(w, me, admin_journal.wanted(w)),
    "health": lambda w, me: admin_health.look(w, me, FakeWatch(Seen(broker_answers=False))),
}


@pytest.mark.parametrize("name", ASKED)
def test_only_an_administrator_may_ask(w: Wiring, name: str) -> None:
    a_school(w.store)
    head = a_head(w)
    before = actions(w)
    with pytest.raises(Forbidden):
        ASKED[name](w, head)
    assert actions(w) == before


@pytest.mark.parametrize("name", ASKED)
def test_a_token_without_the_scope_may_not(w: Wiring, me: Principal, name: str) -> None:
    reading = Principal(me.account_id, me.login, me.name, me.role, scopes=frozenset({Scope.READ}))
    with pytest.raises(Forbidden):
        ASKED[name](w, reading)


def test_a_school_is_added_and_named(w: Wiring, me: Principal) -> None:
    assert admin_schools.add(w, me, uai=" 0750655e ", name="LP Jean Rostand") == {}
    assert admin_schools.rename(w, me, "0750655E", "LP Marie Curie") == {}
    assert admin_schools.rename(w, me, "0750655E", "LP Marie Curie") == {}
    (found,) = admin_schools.listed(w, me)
    assert (found.uai, found.name, found.year_count) == ("0750655E", "LP Marie Curie", 0)
    assert actions(w)[-2:] == ["school_added", "school_renamed"]


def test_a_school_has_its_years_and_divisions_counted(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    a_school(w.store, division_code="1MELEC2")
    a_school(w.store, start_year=2024)
    found = admin_schools.find(w, me, "0999999Z")
    assert (found.year_count, found.division_count, found.newest_year) == (2, 3, 2025)


@pytest.mark.parametrize("uai", ["", "075065E", "0750655", "07506550", "O750655E", "٠٧٥٠٦٥٥E"])
def test_what_is_no_uai_is_refused(w: Wiring, me: Principal, uai: str) -> None:
    assert "uai" in admin_schools.add(w, me, uai=uai, name="LP")
    assert admin_schools.listed(w, me) == []


def test_a_uai_of_another_letter_asks_to_be_sure(w: Wiring, me: Principal) -> None:
    assert set(admin_schools.add(w, me, uai="0750655A", name="LP")) == {"uai", "sure"}
    assert admin_schools.listed(w, me) == []
    assert admin_schools.add(w, me, uai="0750655A", name="LP", sure=True) == {}


def test_a_school_is_added_once(w: Wiring, me: Principal) -> None:
    def add(_: int) -> dict[str, str]:
        return admin_schools.add(w, me, uai="0750655E", name="LP")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(add, range(4)))
    assert found.count({}) == 1
    assert actions(w).count("school_added") == 1


@pytest.mark.parametrize("name", ["", "   ", *(HOSTILE[one] for one in ("sens", "long", "nul"))])
def test_a_school_has_a_plain_name(w: Wiring, me: Principal, name: str) -> None:
    assert "name" in admin_schools.add(w, me, uai="0750655E", name=name)
    assert admin_schools.listed(w, me) == []


def test_no_school_that_is_not_there_is_named(w: Wiring, me: Principal) -> None:
    with pytest.raises(NotFound):
        admin_schools.rename(w, me, "0750655E", "LP")


def test_an_account_is_made_with_its_reach(w: Wiring, me: Principal) -> None:
    ids = a_school(w.store)
    made = admin_accounts.add(w, me, form(divisions=[ids.division_id]))
    assert isinstance(made, invitations.Invitation)
    one = admin_accounts.find(w, me, made.account_id)
    assert one.row.state == AccountState.INVITED
    assert one.reach.schools == ("0999999Z",)
    assert one.reach.divisions == ((ids.division_id, "1MELEC1"),)
    with w.store.reading() as connection:
        told = str(connection.execute(sa.select(t.audit_event)).all())
    assert made.token not in told
    assert "DUPONT" not in told


def test_an_administrator_is_given_no_school(w: Wiring, me: Principal) -> None:
    ids = a_school(w.store)
    made = admin_accounts.add(w, me, form(role="administrator", divisions=[ids.division_id]))
    assert isinstance(made, invitations.Invitation)
    assert admin_accounts.find(w, me, made.account_id).reach == admin_accounts.Reach()


SPOILED = {
    "login": ({"login": "lea"}, "login"),
    "blank": ({"login": ""}, "login"),
    "taken": ({"login": "ADMIN@exemple.fr"}, "login"),
    "long": ({"login": f"{'a' * 300}@exemple.fr"}, "login"),
    "name": ({"name": " "}, "name"),
    "longname": ({"name": HOSTILE["long"]}, "name"),
    "direction": ({"name": HOSTILE["sens"]}, "name"),
    "lines": ({"name": HOSTILE["lignes"]}, "name"),
    "role": ({"role": ""}, "role"),
    "unknown": ({"role": "root"}, "role"),
    "nowhere": ({"schools": []}, "schools"),
    "elsewhere": ({"schools": ["0750655E"]}, "schools"),
    "division": ({"divisions": [10_000]}, "divisions"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_wrong_is_named_at_its_field(w: Wiring, me: Principal, name: str) -> None:
    a_school(w.store)
    changed, field = SPOILED[name]
    found = admin_accounts.add(w, me, form(**changed))
    assert isinstance(found, dict)
    assert set(found) == {field}
    assert admin_accounts.listed(w, me, Filters(), 1).count == 1


def test_a_division_of_another_school_is_no_reach(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    other = a_school(w.store, uai="0888888Y")
    found = admin_accounts.add(w, me, form(divisions=[other.division_id]))
    assert isinstance(found, dict)
    assert set(found) == {"divisions"}


def test_accounts_are_filtered_and_paged(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    a_school(w.store, uai="0888888Y")
    for rank in range(admin_accounts.PAGE):
        admin_accounts.add(w, me, form(login=f"p{rank:03}@exemple.fr"))
    admin_accounts.add(w, me, form(login="z@exemple.fr", role="head", schools=["0888888Y"]))
    pages = [admin_accounts.listed(w, me, Filters(), page) for page in (1, 2, 9)]
    assert [(len(one.rows), one.page) for one in pages] == [(50, 1), (2, 2), (2, 2)]
    wanted = {
        Filters(school_uai="0888888Y"): 1,
        Filters(role=Role.TEACHER): 50,
        Filters(state=AccountState.ACTIVE): 1,
        Filters(text="P00"): 10,
        Filters(text="dupont", school_uai="0999999Z"): 50,
        Filters(text="%"): 0,
        Filters(text="_"): 0,
    }
    found = {one: admin_accounts.listed(w, me, one, 1).count for one in wanted}
    assert found == wanted


def test_the_reach_of_an_account_is_changed(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    a_school(w.store, uai="0888888Y")
    made = admin_accounts.add(w, me, form())
    assert isinstance(made, invitations.Invitation)
    wanted = form(role="head", schools=["0888888Y"])
    assert admin_accounts.change_reach(w, me, made.account_id, wanted) == {}
    one = admin_accounts.find(w, me, made.account_id)
    assert (one.row.role, one.reach.schools) == (Role.HEAD, ("0888888Y",))
    assert set(admin_accounts.change_reach(w, me, made.account_id, form(schools=[]))) == {"schools"}


def test_the_last_administrator_stays(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    with pytest.raises(AccountRefused):
        admin_accounts.disable(w, me, me.account_id)
    assert "form" in admin_accounts.change_reach(w, me, me.account_id, form())
    assert admin_accounts.find(w, me, me.account_id).row.state == AccountState.ACTIVE


def test_two_administrators_who_close_each_other_leave_one(w: Wiring, me: Principal) -> None:
    other = an_administrator(w, "autre@exemple.fr")

    def close(who: tuple[Principal, Principal]) -> bool:
        try:
            admin_accounts.disable(w, who[0], who[1].account_id)
        except AccountRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(close, [(me, other), (other, me)]))
    assert sorted(found) == [False, True]
    active = admin_accounts.listed(w, me, Filters(state=AccountState.ACTIVE), 1)
    assert active.count == 1


def test_an_account_is_closed_opened_and_invited_again(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    head = a_head(w)
    admin_accounts.disable(w, me, head.account_id)
    with pytest.raises(AccountRefused):
        admin_accounts.invite_again(w, me, head.account_id)
    admin_accounts.reopen(w, me, head.account_id)
    assert admin_accounts.find(w, me, head.account_id).row.state == AccountState.INVITED
    made = admin_accounts.invite_again(w, me, head.account_id)
    assert invitations.look(w, made.token).login == "chef@exemple.fr"


def test_frameworks_are_listed_and_looked_at(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    (found,) = admin_frameworks.listed(w, me, year=2025, diploma="25520")
    assert (found.level, found.competence_count) == (Level.PREMIERE, 3)
    assert admin_frameworks.years(w, me) == [2025]
    assert admin_frameworks.listed(w, me, year=2024, diploma="") == []
    one = admin_frameworks.find(w, me, 2025, "25520", Level.PREMIERE)
    assert [row.code for row in one.competences] == ["9001", "9002", "9003"]
    with pytest.raises(NotFound):
        admin_frameworks.find(w, me, 2025, "25520", Level.TERMINALE)


def events(w: Wiring, count: int, action: str = "essai", actor: str = "cli") -> None:
    with w.store.writing() as unit:
        for rank in range(count):
            at = NOW + dt.timedelta(minutes=rank)
            audit.record(unit.connection, at, actor, action, {"lines": rank})


def test_the_journal_is_read_a_page_at_a_time(w: Wiring, me: Principal) -> None:
    events(w, 120)
    what = admin_journal.wanted(w, action="essai")
    seen, key, sizes = [], "", []
    while True:
        trail = admin_journal.page(w, me, what, key)
        sizes.append(len(trail.lines))
        seen += [one.about for one in trail.lines]
        if not (key := trail.following):
            break
    assert sizes == [50, 50, 20]
    assert seen == [f"lignes : {rank}" for rank in reversed(range(120))]


def test_events_of_one_instant_are_each_seen_once(w: Wiring, me: Principal) -> None:
    with w.store.writing() as unit:
        for rank in range(70):
            audit.record(unit.connection, NOW, "cli", "essai", {"lines": rank})
    what = admin_journal.wanted(w, action="essai")
    first = admin_journal.page(w, me, what)
    second = admin_journal.page(w, me, what, first.following)
    assert len({one.about for one in (*first.lines, *second.lines)}) == 70


@pytest.mark.parametrize("key", ["x", "2026-05-20~1", "2026-05-20T08:00:00+00:00~x", "~", "é~1"])
def test_a_key_that_is_none_begins_at_the_newest(w: Wiring, me: Principal, key: str) -> None:
    events(w, 2)
    what = admin_journal.wanted(w, action="essai")
    assert len(admin_journal.page(w, me, what, key).lines) == 2


def test_the_journal_names_accounts_and_no_pupil(w: Wiring, me: Principal) -> None:
    admin_schools.add(w, me, uai="0750655E", name="LP")
    (found,) = admin_journal.page(w, me, admin_journal.wanted(w, action="school_added")).lines
    assert (found.who, found.login, found.label) == (
        "Ada MIN", "admin@exemple.fr", "Établissement ajouté",
    )  # fmt: skip
    assert found.about == "UAI : 0750655E"


def test_the_journal_is_filtered(w: Wiring, me: Principal, clock: Clock) -> None:
    events(w, 3)
    clock.move(3 * 86_400)
    admin_schools.add(w, me, uai="0750655E", name="LP")
    day = NOW.date()

    def count(**filters: object) -> int:
        what = admin_journal.wanted(w, **filters)  # type: ignore[arg-type]
        return len(admin_journal.page(w, me, what).lines)

    assert count(actor=str(me.account_id), action="school_added") == 1
    assert count(actor="cli", action="essai") == 3
    assert count(action="essai", first=day, last=day) == 3
    assert count(action="essai", first=day + dt.timedelta(days=1)) == 0
    assert count(action="essai", last=day - dt.timedelta(days=1)) == 0
    assert count(last=dt.date.max, action="essai") == 3


def test_the_days_of_the_journal_are_the_school_s(w: Wiring, me: Principal) -> None:
    with w.store.writing() as unit:
        late = dt.datetime(2026, 5, 20, 22, 30, tzinfo=dt.UTC)  # the 21st in Paris
        audit.record(unit.connection, late, "cli", "essai", {})
    of = {
        day: admin_journal.wanted(
            w, action="essai", first=dt.date(2026, 5, day), last=dt.date(2026, 5, day)
        )
        for day in (20, 21)
    }
    assert [len(admin_journal.page(w, me, one).lines) for one in of.values()] == [0, 1]


def test_the_journal_knows_booklets_and_divisions(w: Wiring, me: Principal) -> None:
    ids = a_school(w.store)
    other = a_school(w.store, division_code="1MELEC2")
    with w.store.writing() as unit:
        for booklet_id in (ids.booklet_ids[0], other.booklet_ids[0]):
            unit.connection.execute(
                sa.insert(t.audit_event).values(
                    at=NOW, actor="cli", action="booklet_edited", booklet_id=booklet_id,
                    revision=1, details={"fields": ["appréciation"]},
                )
            )  # fmt: skip
        said = {"division_id": ids.division_id}
        audit.record(unit.connection, NOW, "cli", "essai", said)
    of_booklet = admin_journal.wanted(w, booklet_id=ids.booklet_ids[0])
    of_division = admin_journal.wanted(w, division_id=ids.division_id)
    assert len(admin_journal.page(w, me, of_booklet).lines) == 1
    assert {one.action for one in admin_journal.page(w, me, of_division).lines} == {
        "booklet_edited", "essai",
    }  # fmt: skip


def test_the_csv_holds_what_the_filters_leave_and_no_formula(w: Wiring, me: Principal) -> None:
    events(w, 1_200)
    events(w, 1, action="=HYPERLINK(1)", actor="@cli")
    raw = b"".join(admin_journal.as_csv(w, me, admin_journal.wanted(w)))
    lines = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(lines) > 1_200
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    some = b"".join(admin_journal.as_csv(w, me, admin_journal.wanted(w, actor="@cli")))
    assert len(some.splitlines()) == 2


class FakeWatch:
    """A world that answers as it is told."""

    def __init__(self, seen: Seen, tick: dt.datetime | None = None, free: int = 2**40) -> None:
        self._seen, self._tick, self._free = seen, tick, free

    def look(self) -> Seen:
        return self._seen

    def last_tick(self) -> dt.datetime | None:
        return self._tick

    def room(self) -> Room | None:
        return Room(self._free, 2**41)


ALL_WELL = Seen(
    broker_answers=True,
    depths={"export": 0, "recompute": 3, "tick": None},
    workers={"export@a": ("export",), "recompute@a": ("recompute", "tick")},
)


def states(w: Wiring, me: Principal, watch: FakeWatch) -> dict[str, str]:
    return {one.name: one.state for one in admin_health.look(w, me, watch)}


def test_what_is_well_is_said_so(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    signs = admin_health.look(w, me, FakeWatch(ALL_WELL, NOW))
    assert {one.word for one in signs if one.name != "File « tick »"} == {"bien"}
    assert admin_health.worst(signs) == "good"
    assert "3 livrets à recalculer" in {one.found for one in signs}


def test_what_cannot_be_seen_from_here_is_unknown_and_no_warning(w: Wiring, me: Principal) -> None:
    signs = admin_health.look(w, me, FakeWatch(ALL_WELL, None))
    found = {one.name: one.word for one in signs}
    assert found["Planificateur"] == found["File « tick »"] == "inconnu"
    assert admin_health.worst(signs) == "good"


@pytest.mark.parametrize(
    ("after_s", "state"), [(29, "good"), (31, "attention"), (119, "attention"), (121, "down")]
)
def test_a_silent_beat_is_seen(w: Wiring, me: Principal, after_s: int, state: str) -> None:
    tick = NOW - dt.timedelta(seconds=after_s)
    assert states(w, me, FakeWatch(ALL_WELL, tick))["Planificateur"] == state


def test_a_broker_that_is_down_is_said_and_nothing_is_guessed(w: Wiring, me: Principal) -> None:
    found = states(w, me, FakeWatch(Seen(broker_answers=False), NOW))
    assert found["Courtier de messages"] == "down"
    assert found["Ouvriers pour les fichiers"] == "unknown"
    assert found["File « export »"] == "unknown"


def test_a_queue_without_worker_is_down(w: Wiring, me: Principal) -> None:
    seen = Seen(
        broker_answers=True, depths=ALL_WELL.depths, workers={"recompute@a": ("recompute", "tick")}
    )
    found = states(w, me, FakeWatch(seen, NOW))
    assert found["Ouvriers pour les fichiers"] == "down"
    assert found["Ouvriers pour les voyants"] == "good"


def test_little_room_is_said(w: Wiring, me: Principal) -> None:
    found = [
        states(w, me, FakeWatch(ALL_WELL, NOW, free))["Disque des fichiers"]
        for free in (2**40, 2**30, 2**20)
    ]
    assert found == ["good", "attention", "down"]


def test_the_home_counts_what_there_is(w: Wiring, me: Principal) -> None:
    a_school(w.store)
    found = admin_home.counts(w, me)
    assert (found.schools, found.divisions, found.frameworks) == (1, 1, 1)
    assert (found.active, found.invited, found.disabled) == (1, 0, 0)


def test_each_action_of_the_audit_has_french_words() -> None:
    found = {
        text_of(node.args[3])
        for one in product()
        for node in one.nodes
        if isinstance(node, ast.Call) and dotted_of(node.func).endswith("audit.record")
        if len(node.args) > 3
    } - {""}
    assert len(found) > 10
    assert found | {"booklet_edited"} <= set(ACTIONS)
