"""Imports in two steps, on both databases: the dry run keeps nothing, the import what was tried."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school

from pipeline import accounts
from pipeline.desk import admin_imports
from pipeline.desk.admin_imports import Choice, Import
from pipeline.domain.accounts import Principal, Role
from pipeline.errors import Forbidden, NotFound, UnreadableFile
from pipeline.queue import Message
from pipeline.store import rows as t
from pipeline.waiting import WaitingFiles
from pipeline.wiring import Wiring
from tests.exchange import builders, exports

XML = '<?xml version="1.0" encoding="utf-8"?>\n'
HEADER = "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
FILES = {
    "siecle": builders.document(declared="utf-8"),
    "nomenclature": XML + exports.nomenclature(),
    "sts": XML + exports.sts(),
    "lsl-nomenclature": XML + exports.lsl(),
    "frameworks": f"{HEADER}2025;99999;Essai;premiere;1;9001;C1;Préparer\n",
}
TABLES = ("student", "division", "mef", "programme", "sts_service", "competence", "framework")


@pytest.fixture
def me(w: Wiring) -> Principal:
    made = accounts.add(w, by="cli", login="a@exemple.fr", name="A", role=Role.ADMINISTRATOR)
    return Principal(made.account_id, "a@exemple.fr", "A", Role.ADMINISTRATOR)


@pytest.fixture
def files(tmp_path: Path) -> WaitingFiles:
    return WaitingFiles(tmp_path / "waiting")


def tried(
    w: Wiring, files: WaitingFiles, me: Principal, text: str, uai: str = "0999999Z"
) -> Import:
    arrival = admin_imports.begin(w, files, me)
    try:
        arrival.write(text.encode())
        return admin_imports.try_out(
            w, files, me, arrival, name="fichier", choice=Choice(uai, 2025)
        )
    finally:
        arrival.give_up()


def held(w: Wiring) -> dict[str, int]:
    with w.store.reading() as connection:
        return {
            name: connection.execute(
                sa.select(sa.func.count()).select_from(getattr(t, name))
            ).scalar_one()
            for name in (*TABLES, "audit_event")
        }


@pytest.mark.parametrize("kind", FILES)
def test_the_dry_run_keeps_nothing_and_the_import_does(
    w: Wiring, me: Principal, files: WaitingFiles, sent: list[Message], kind: str
) -> None:
    a_school(w.store)
    before = held(w)
    sent.clear()
    found = tried(w, files, me, FILES[kind])
    assert found.kind.code == kind
    assert found.tried["refusal"] == ""
    assert found.tried["changes"]
    assert (held(w), sent) == (before, [])
    made = admin_imports.confirm(w, files, me, found.reference)
    assert made.made == found.tried
    after = held(w)
    assert after != before
    assert admin_imports.confirm(w, files, me, found.reference).made == made.made
    assert held(w) == after
    again = tried(w, files, me, FILES[kind])
    assert not again.tried["changes"]
    assert again.made is None


def test_the_first_school_is_that_of_the_first_file(
    w: Wiring, me: Principal, files: WaitingFiles
) -> None:
    found = tried(w, files, me, FILES["siecle"], uai="")
    assert found.tried["arrivals"] == [["1MELEC1", 1]]
    a_school(w.store)
    refused = tried(w, files, me, FILES["siecle"], uai="")
    assert "choisissez l’établissement" in refused.tried["refusal"]


def test_another_choice_is_tried_on_the_same_bytes(
    w: Wiring, me: Principal, files: WaitingFiles
) -> None:
    a_school(w.store, uai="0888888Y")
    wrong = tried(w, files, me, FILES["siecle"], uai="0888888Y")
    assert "0999999Z" in wrong.tried["refusal"]
    right = admin_imports.try_again(w, files, me, wrong.reference, Choice("0999999Z", 2025))
    assert right.tried["refusal"] == ""
    late = admin_imports.try_again(w, files, me, wrong.reference, Choice("0999999Z", 2024))
    assert "choisissez son année" in late.tried["refusal"]


def test_nobody_else_imports(w: Wiring, me: Principal, files: WaitingFiles) -> None:
    found = tried(w, files, me, FILES["frameworks"])
    head = Principal(me.account_id, me.login, me.name, Role.HEAD, frozenset({"0999999Z"}))
    other = Principal(me.account_id + 1, "b@exemple.fr", "B", Role.ADMINISTRATOR)
    for act in (admin_imports.find, admin_imports.confirm):
        with pytest.raises(Forbidden):
            act(w, files, head, found.reference)
        with pytest.raises(NotFound):
            act(w, files, other, found.reference)
    with pytest.raises(Forbidden):
        admin_imports.begin(w, files, head)


def test_a_file_of_no_kind_is_not_kept(w: Wiring, me: Principal, files: WaitingFiles) -> None:
    with pytest.raises(UnreadableFile, match="un document PDF"):
        tried(w, files, me, "%PDF-1.7")
    later = admin_imports.begin(w, files, me)
    assert [one for one in later.path.parent.iterdir() if one.suffix == ".bin"] == []
    later.give_up()
