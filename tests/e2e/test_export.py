"""The demo school, exported by real workers in both profiles, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from lxml import etree

from pipeline import booklets, export, imports, levels, nightly
from pipeline.demo_school import write_demo_files
from pipeline.domain.entry import Edit
from pipeline.domain.periods import Level, Periodicity, school_year_of
from pipeline.domain.states import JobState, Outcome
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_booklets, read_frameworks
from pipeline.queue import NIGHTLY
from pipeline.store import reports, versions
from pipeline.store import rows as t
from pipeline.xml.validate import schema_faults
from tests.ledger import assert_at_rest
from tests.polling import wait_until
from tests.running import running, wait_ended, wait_settled

pytestmark = [pytest.mark.xdist_group("exports"), pytest.mark.timeout(300)]
ALL_RED = "1AGORA É&2"


@pytest.fixture(scope="module")
def tree(module_database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("exports")
    with running(home, module_database_url) as made:
        made.start_broker()
        made.start("recompute")
        made.start("export")
        load_demo_school(made.wiring, home / "import")
        yield made


@pytest.fixture
def w(tree):
    return tree.wiring


def load_demo_school(w, folder):
    files = write_demo_files(folder)
    siecle = read_siecle(files.siecle)
    who = {"now": w.now(), "actor": "tests"}
    imports.import_frameworks(w.store, read_frameworks(files.frameworks), **who)
    imports.import_siecle(
        w.store, siecle, expected_uai=None, expected_year=siecle.start_year, **who
    )
    for row in levels.listed(w.store):
        levels.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, row.level,
            periodicity=Periodicity.SEMESTER, exports_pfmp=row.level == Level.TERMINALE,
            exports_project=None, **who,
        )  # fmt: skip
    imports.import_booklets(
        w.store, read_booklets(files.booklets), uai=siecle.uai, start_year=siecle.start_year,
        limits=w.limits, **who,
    )  # fmt: skip
    wait_settled(w)


def divisions(w):
    with w.store.reading() as connection:
        return reports.divisions(connection)


def export_all(w):
    ids = [
        export.request(w.store, row.id, profile, by="tests", now=w.now())
        for row in divisions(w)
        for profile in sorted(w.profiles)
    ]
    return wait_ended(w, ids)


def stored(w):
    """(division, profile, version) to the bytes of every version."""
    with w.store.reading() as connection:
        rows = versions.listed(connection)
    return {
        (row.code, row.profile, row.version): w.artifacts.read(row.sha256, row.file_name)
        for row in rows
    }


def parsed(data):
    return etree.fromstring(data, etree.XMLParser(remove_blank_text=True))


def as_lsl(draft, namespace):
    """A draft file minus what it adds, its root renamed."""
    root = parsed(draft)
    for added in root.findall(".//pfmp") + root.findall(".//projet"):
        added.getparent().remove(added)
    renamed = etree.Element(f"{{{namespace}}}lsl", root.attrib, nsmap={"lsl": namespace})
    renamed.extend(list(root))
    return etree.tostring(renamed)


def test_the_main_job(tree, w):
    assert {row.code: bool(row.red) for row in divisions(w)}[ALL_RED]
    first = export_all(w)
    by_code = {row.id: row.code for row in divisions(w)}
    refused = {by_code[row.division_id] for row in first if row.state == JobState.REFUSED}
    assert refused == {ALL_RED}
    for row in first:
        left_out = row.report["left_out"]
        assert left_out
        assert all(one["gaps"] for one in left_out)
    files = stored(w)
    assert len(files) == 4
    for (_, profile, version), data in files.items():
        assert schema_faults(data, w.profiles[profile]) == []
        assert version == 1

    again = export_all(w)
    assert {row.outcome for row in again} == {Outcome.UNCHANGED, None}
    assert stored(w) == files

    division = next(row for row in divisions(w) if row.green)
    with w.store.reading() as connection:
        pupil = next(p for p in reports.pupils(connection, division.id) if p.light == "green")
    edit = Edit(averages={1: Decimal("0.01")})
    booklets.edit(
        w.store, pupil.id, edit, based_on=None, actor="tests", limits=w.limits, now=w.now()
    )
    third = export_all(w)
    changed = {by_code[r.division_id] for r in third if r.outcome == Outcome.NEW_VERSION}
    assert changed == {division.code}
    assert set(stored(w)) - set(files) == {
        (division.code, profile, 2) for profile in sorted(w.profiles)
    }
    wait_settled(w)
    assert_at_rest(w)


def test_a_draft_file_minus_what_it_adds_is_an_lsl_file(tree, w):
    export_all(w)
    files = stored(w)
    drafts = {key: data for key, data in files.items() if key[1] == "lslpro-draft-1"}
    assert any(b"<pfmp" in data for data in drafts.values())
    lsl = w.profiles["lsl-1.0"]
    for (code, _, version), draft in drafts.items():
        twin = files[code, lsl.name, version]
        made = as_lsl(draft, etree.QName(parsed(twin)).namespace)
        assert schema_faults(made, lsl) == []
        assert etree.tostring(parsed(made), method="c14n") == etree.tostring(
            parsed(twin), method="c14n"
        )


def test_the_night_queues_every_division_of_the_year_once(tree, w):
    for _ in range(5):
        tree.send(NIGHTLY)
    n, j = t.nightly_run.c, t.export_job.c

    def nights():
        with w.store.reading() as connection:
            return connection.execute(sa.select(n.business_date, n.division_count)).all()

    wait_until(nights, 60, "the night's row")
    ((date, count),) = nights()
    expected = school_year_of(date)
    assert count == len([row for row in divisions(w) if row.start_year == expected]) > 0
    with w.store.reading() as connection:
        ids = list(connection.execute(sa.select(j.id).where(j.business_date == date)).scalars())
    assert len(ids) == count
    wait_ended(w, ids)
    (summary,) = nightly.status(w)
    assert summary.open_count == 0
    assert summary.new_count + summary.unchanged_count + summary.refused_count == count
    assert_at_rest(w)
