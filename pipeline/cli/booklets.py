"""Commands about levels, lights and booklets."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer

from pipeline import booklets as use_case
from pipeline import levels as level_use_case
from pipeline.cli.common import (
    JsonOption,
    actor,
    as_dict,
    console,
    emit,
    find_division,
    lit,
    show,
    wiring,
)
from pipeline.domain.entry import Edit, parse_average
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import InvalidEntry, NotFound
from pipeline.labels import LIGHTS, gap_label
from pipeline.store import facts, reports

levels = typer.Typer(help="Périodicité et choix par niveau.", no_args_is_help=True)
booklet = typer.Typer(help="Un livret.", no_args_is_help=True)
WORDS = {
    "trimestre": Periodicity.TRIMESTER,
    "semestre": Periodicity.SEMESTER,
    "première": Level.PREMIERE,
}


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.command("status")(status)
    app.add_typer(levels, name="levels")
    app.add_typer(booklet, name="booklet")


def status(
    division: Annotated[str | None, typer.Argument(help="Pour voir ses élèves.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Les voyants par division, ou les élèves d'une division et ce qui leur manque."""
    if division is not None:
        _division_status(division, as_json=as_json)
        return
    with wiring().store.reading() as connection:
        rows = reports.divisions(connection)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = [
        (row.code, row.diploma_code, row.level, lit("red", str(row.red)),
         lit("orange", str(row.orange)), lit("green", str(row.green)), row.pending or "")
        for row in rows
    ]  # fmt: skip
    columns = ("Division", "Diplôme", "Niveau", "Rouge", "Orange", "Vert", "En calcul")
    show("Divisions", columns, cells)


def _gaps(row: Any) -> list[Gap]:
    return [Gap(GapCode(c), Severity(s), subject) for c, s, subject in row.gaps or []]


def _division_status(name: str, *, as_json: bool) -> None:
    with wiring().store.reading() as connection:
        rows = reports.pupils(connection, find_division(name).id)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = []
    for row in rows:
        light = lit(row.light, LIGHTS[row.light]) if row.light else "en calcul"
        missing = "\n".join(gap_label(gap) for gap in _gaps(row)[:6])
        cells.append((row.id, row.siecle_id, f"{row.last_name} {row.first_name}", light, missing))
    show(f"Division {name}", ("Livret", "SIECLE", "Élève", "Voyant", "Ce qui manque"), cells)


@levels.command("list")
def list_levels(as_json: JsonOption = False) -> None:
    """Les niveaux, leur périodicité et ce qu'ils exportent."""
    rows = level_use_case.listed(wiring().store)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = [
        (r.school_uai, r.start_year, r.diploma_code, r.level, r.periodicity or "à choisir",
         "oui" if r.exports_pfmp else "non", "oui" if r.exports_project else "non")
        for r in rows
    ]  # fmt: skip
    columns = ("UAI", "Année", "Diplôme", "Niveau", "Périodicité", "PFMP", "Projet")
    show("Niveaux", columns, cells)


@levels.command("set")
def set_level(
    diploma: Annotated[str, typer.Argument(help="Code à 5 caractères, ou « tous ».")],
    level: Annotated[str, typer.Argument(help="premiere ou terminale.")],
    periodicity: Annotated[str | None, typer.Option(help="trimestre ou semestre.")] = None,
    pfmp: Annotated[bool | None, typer.Option("--pfmp/--no-pfmp")] = None,
    project: Annotated[bool | None, typer.Option("--project/--no-project")] = None,
) -> None:
    """Choisir la périodicité d'un niveau et ce qu'il exporte."""
    chosen = _word(periodicity, Periodicity) if periodicity else None
    wanted = _word(level, Level)
    w = wiring()
    rows = [
        row
        for row in level_use_case.listed(w.store)
        if row.level == wanted and diploma in (row.diploma_code, "tous")
    ]
    if not rows:
        raise NotFound("Niveau", f"{diploma} {level}", "« lslpro levels list » les donne.")
    for row in rows:
        level_use_case.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, wanted,
            periodicity=chosen, exports_pfmp=pfmp, exports_project=project,
            actor=actor(), now=w.now(),
        )  # fmt: skip
    console.print(f"{len(rows)} niveau(x) réglé(s).")


def _word(text: str, kind: type[StrEnum]) -> Any:
    word = text.strip().lower()
    try:
        return WORDS.get(word) or kind(word)
    except ValueError:
        known = ", ".join([*kind] + [fr for fr, en in WORDS.items() if isinstance(en, kind)])
        raise InvalidEntry([f"« {text} » : attendu {known}."]) from None


@booklet.command("show")
def show_booklet(booklet_id: int, as_json: JsonOption = False) -> None:
    """Un livret tel qu'il est enregistré."""
    with wiring().store.reading() as connection:
        found = facts.read_booklets(connection, booklet_ids=[booklet_id])
    if not found:
        raise NotFound("Livret", booklet_id, "« lslpro status DIVISION » donne les livrets.")
    one = found[0].facts
    speciality = one.speciality
    view = {
        "booklet_id": one.booklet_id,
        "siecle_id": one.siecle_id,
        "appreciation": speciality.appreciation,
        "averages": {str(k): str(v) for k, v in speciality.averages.items()},
        "ratings": dict(speciality.ratings),
        "teachers": [[t.last_name, t.first_name] for t in speciality.teachers],
        "pfmp_synthesis": one.pfmp.synthesis if one.pfmp else None,
    }
    if as_json:
        emit(view)
    else:
        show(f"Livret {booklet_id}", ("Champ", "Valeur"), list(view.items()))


@booklet.command("set")
def set_booklet(
    booklet_id: int,
    average: Annotated[
        list[str] | None, typer.Option(help="PÉRIODE=MOYENNE, par exemple 1=12,50 ; vide efface.")
    ] = None,
    rating: Annotated[
        list[str] | None, typer.Option(help="CODE=DEGRÉ, par exemple 9001=3.")
    ] = None,
    appreciation: Annotated[str | None, typer.Option()] = None,
    based_on: Annotated[int | None, typer.Option(help="Révision lue avant.")] = None,
) -> None:
    """Modifier un livret ; le voyant suit en arrière-plan."""
    edit = Edit(
        appreciation=appreciation,
        averages={int(k): _average(v) for k, v in map(_pair, average or [])},
        ratings={k: _mastery(v) for k, v in map(_pair, rating or [])},
    )
    w = wiring()
    result = use_case.edit(
        w.store, booklet_id, edit, based_on=based_on, actor=actor(), limits=w.limits, now=w.now()
    )
    changed = ", ".join(result.changed) or "rien à changer"
    console.print(f"Livret {booklet_id}, révision {result.revision} : {changed}.")
    for note in result.notes:
        console.print(f"  {note}")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InvalidEntry([f"« {text} » : attendu CLÉ=VALEUR."])
    return key.strip(), value.strip()


def _average(text: str) -> Decimal | None:
    return parse_average(text) if text else None


def _mastery(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise InvalidEntry([f"Degré de maîtrise « {text} » : attendu 1, 2, 3 ou 4."])
    return int(text)
