"""A refused import says which file it was about, of which school and which year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rowsbuilder import NOW, START_YEAR, UAI

from pipeline import imports
from pipeline.domain.facts import Limits
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.booklet_table import read_booklet_table
from pipeline.exchange.lsl_nomenclature import read_lsl_nomenclature
from pipeline.exchange.nomenclature import read_nomenclature
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.structures import read_structures
from pipeline.exchange.sts import read_sts
from pipeline.store.unit import Store
from tests.exchange import builders, exports

SISTER = "0999998A"
YEAR = f"{START_YEAR}-{START_YEAR + 1}"
Run = Callable[..., Any]


def wanted(**changes: Any) -> dict[str, Any]:
    return {"expected_uai": None, "expected_year": START_YEAR, "now": NOW, "actor": "a"} | changes


def a_siecle(store: Store, folder: Path, **changes: Any) -> Any:
    return imports.import_siecle(store, read_siecle(builders.siecle(folder)), **wanted(**changes))


def a_nomenclature(store: Store, folder: Path, **changes: Any) -> Any:
    path = exports.write(folder, "Nomenclature.xml", exports.nomenclature())
    return imports.import_nomenclature(store, read_nomenclature(path), **wanted(**changes))


def an_sts(store: Store, folder: Path, **changes: Any) -> Any:
    path = exports.write(folder, "sts_emp.xml", exports.sts())
    return imports.import_sts(store, read_sts(path), **wanted(**changes))


def a_check(store: Store, folder: Path, **changes: Any) -> Any:
    path = exports.write(folder, "Structures.xml", exports.structures_file(exports.division()))
    given = {k: v for k, v in wanted(**changes).items() if k.startswith("expected")}
    return imports.check_structures(store, read_structures(path), **given)


RUNS = {
    "ElevesSansAdresses.xml": a_siecle,
    "Nomenclature.xml": a_nomenclature,
    "sts_emp.xml": an_sts,
    "Structures.xml": a_check,
}


@pytest.mark.parametrize("name", RUNS)
def test_another_school_or_year_is_told_with_the_file_its_school_and_its_year(
    store: Store, tmp_path: Path, name: str
) -> None:
    about = f"Fichier {name} (établissement {UAI}, année {YEAR}) : "
    with pytest.raises(WrongSchool) as school:
        RUNS[name](store, tmp_path, expected_uai=SISTER)
    assert str(school.value) == (
        f"{about}il n'est pas de l'établissement {SISTER}, rien n'a été importé. "
        f"Exportez-le depuis la base de l'établissement {SISTER} ; si c'est bien l'autre que "
        f"vous voulez, précisez-le (commande : --school {UAI})."
    )
    with pytest.raises(WrongYear) as year:
        RUNS[name](store, tmp_path, expected_year=START_YEAR + 1)
    assert str(year.value).startswith(f"{about}l'année en cours est {START_YEAR + 1}-")
    assert f"--year {START_YEAR}" in str(year.value)
    RUNS[name](store, tmp_path)


def test_errors_are_told_with_the_file_its_school_and_its_year(
    store: Store, tmp_path: Path
) -> None:
    twice = builders.document(builders.pupil(1) + builders.pupil(1))
    with pytest.raises(ImportRefused) as caught:
        imports.import_siecle(store, read_siecle(builders.siecle(tmp_path, twice)), **wanted())
    assert str(caught.value) == (
        f"Fichier ElevesSansAdresses.xml (établissement {UAI}, année {YEAR}) : "
        "une erreur, rien n'a été importé. Exportez le fichier de SIECLE à nouveau, sans le réunir "
        "à un autre : chaque élève n'y est qu'une fois."
    )
    assert str(caught.value.named("mes élèves.xml")).startswith("Fichier mes élèves.xml (établ")


def test_a_sheet_is_told_with_the_school_and_year_it_was_given_for(
    store: Store, tmp_path: Path
) -> None:
    table = read_booklet_table(builders.table(tmp_path, "siecle_id;moyenne_1", "7;12", "8;12"))
    with pytest.raises(ImportRefused) as caught:
        imports.import_booklets(
            store, table, uai=UAI, start_year=START_YEAR, limits=Limits(), actor="a", now=NOW
        )
    assert str(caught.value) == (
        f"Fichier tableau.csv (établissement {UAI}, année {YEAR}) : "
        "2 erreurs, rien n'a été importé. Corrigez le tableau, puis importez-le à nouveau."
    )


def test_a_nomenclature_of_lsl_is_told_by_its_name(store: Store, tmp_path: Path) -> None:
    path = exports.write(tmp_path, "nomenclature-lsl.xml", "<nomenclaturesLsl/>")
    with pytest.raises(ImportRefused, match=r"^Fichier nomenclature-lsl\.xml : une erreur, rien"):
        imports.import_lsl_nomenclature(store, read_lsl_nomenclature(path), now=NOW, actor="a")
