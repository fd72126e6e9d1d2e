"""What an administrator looks at: schools, frameworks, the audit, health."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from pipeline.desk import (
    admin_frameworks,
    admin_health,
    admin_journal,
    admin_schools,
    admin_windows,
)
from pipeline.desk.admin_words import about, action_label
from pipeline.domain.periods import Level
from pipeline.errors import InvalidEntry
from web.api.answers import problems
from web.api.kinds import (
    LARGEST,
    Answer,
    Body,
    Flag,
    PathDiploma,
    PathLevel,
    PathUai,
    PathYear,
    QueryDiploma,
    QueryYear,
    UaiText,
    text,
)  # fmt: skip
from web.api.listing import UNUSABLE, Listed, Windowed, cursor, listed, part
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired
from web.world import watch_of

routes = router("Administration")
Who = Annotated[
    str | None, Query(pattern="^[A-Za-z0-9:._-]{1,80}$", description="De qui : `user:12`, `cli:…`.")
]
What = Annotated[str | None, Query(pattern="^[a-z_]{1,40}$", description="Une action.")]
First = Annotated[dt.date | None, Query(description="Depuis ce jour.")]
Last = Annotated[dt.date | None, Query(description="Jusqu'à ce jour.")]
Booklet = Annotated[int | None, Query(ge=1, le=LARGEST, description="Sur un livret.")]
Division = Annotated[int | None, Query(ge=1, le=LARGEST, description="Sur une division.")]


class AdminSchool(Answer):
    """Un établissement."""

    uai: str = Field(description="UAI.")
    name: str = Field(description="Nom.")
    year_count: int = Field(description="Années qui ont des divisions.")
    newest_year: int | None = Field(description="La plus récente.")
    division_count: int = Field(description="Divisions, toutes années.")


class SchoolName(Body):
    """Le nom d'un établissement."""

    name: Annotated[str, text(120, 1)] = Field(description="Nom.")


class SchoolWanted(SchoolName):
    """Un établissement à ajouter."""

    uai: UaiText = Field(description="UAI.")
    sure: Flag = Field(default=False, description="Prendre un UAI dont la clé est douteuse.")


class FrameworkAnswer(Answer):
    """Un référentiel : les compétences attendues d'un niveau, une année."""

    start_year: int = Field(description="Année de rentrée.")
    diploma_code: str = Field(description="Code du diplôme.")
    diploma_label: str = Field(description="Libellé du diplôme.")
    level: Level = Field(description="Niveau.")
    competence_count: int = Field(description="Nombre de compétences.")


class CompetenceAnswer(Answer):
    """Une compétence attendue."""

    position: int = Field(description="Rang.")
    code: str = Field(description="Code LSL.")
    reference_code: str = Field(description="Repère du référentiel.")
    label: str = Field(description="Libellé.")


class FrameworkDetail(FrameworkAnswer):
    """Un référentiel et ses compétences."""

    competences: list[CompetenceAnswer] = Field(description="Dans leur ordre.")


class EventAnswer(Answer):
    """Qui a fait quoi ; jamais une valeur d'un élève."""

    id: int = Field(description="Identifiant de l'événement.")
    at: dt.datetime = Field(description="Quand.")
    actor: str = Field(description="Qui.")
    action: str = Field(description="Code de l'action.")
    label: str = Field(description="La même, en français.")
    booklet_id: int | None = Field(description="Livret.")
    revision: int | None = Field(description="Sa révision.")
    about: str = Field(description="L'objet, en français.")
    details: dict[str, Any] = Field(description="L'objet, par identifiants et codes.")


class SignAnswer(Answer):
    """Une chose regardée."""

    name: str = Field(description="Quoi.")
    state: str = Field(description="`good`, `attention` ou `down`.")
    found: str = Field(description="Ce qui a été vu.")
    advice: str = Field(description="Que faire ; vide si tout va bien.")


class HealthAnswer(Answer):
    """Comment va l'ensemble."""

    state: str = Field(description="Le plus grave des états.")
    signs: list[SignAnswer] = Field(description="Chaque chose regardée.")


@routes.get("/admin/schools", response_model=Listed[AdminSchool], responses=problems())
def list_all_schools(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response
) -> object:
    """Tous les établissements."""
    rows, following = part(window, admin_schools.listed(wiring, me), lambda row: row.uai)
    return listed(request, response, rows, following)


@routes.post("/admin/schools", status_code=201, responses=problems(415), dependencies=JSON_BODY)
def add_school(wiring: Wired, me: ApiMe, wanted: SchoolWanted) -> AdminSchool:
    """Ajouter un établissement."""
    _refuse(admin_schools.add(wiring, me, uai=wanted.uai, name=wanted.name, sure=wanted.sure))
    return AdminSchool.model_validate(admin_schools.find(wiring, me, wanted.uai))


@routes.put("/admin/schools/{uai}", responses=problems(404, 415), dependencies=JSON_BODY)
def rename_school(wiring: Wired, me: ApiMe, uai: PathUai, wanted: SchoolName) -> AdminSchool:
    """Renommer un établissement."""
    _refuse(admin_schools.rename(wiring, me, uai, wanted.name))
    return AdminSchool.model_validate(admin_schools.find(wiring, me, uai))


@routes.get("/admin/frameworks", response_model=Listed[FrameworkAnswer], responses=problems())
def list_frameworks(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    start_year: QueryYear = None, diploma_code: QueryDiploma = None,
) -> object:  # fmt: skip
    """Les référentiels, l'année la plus récente d'abord."""
    found = admin_frameworks.listed(wiring, me, year=start_year, diploma=diploma_code or "")
    rows, following = part(
        window, found, lambda row: f"{row.start_year}/{row.diploma_code}/{row.level}"
    )
    return listed(request, response, rows, following)


@routes.get("/admin/frameworks/{start_year}/{diploma_code}/{level}", responses=problems(404))
def show_framework(
    wiring: Wired, me: ApiMe, start_year: PathYear, diploma_code: PathDiploma, level: PathLevel
) -> FrameworkDetail:
    """Un référentiel et ses compétences."""
    found = admin_frameworks.find(wiring, me, start_year, diploma_code, level)
    rows = [CompetenceAnswer.model_validate(row) for row in found.competences]
    return FrameworkDetail(
        start_year=found.start_year, diploma_code=found.diploma_code, level=found.level,
        diploma_label=found.diploma_label, competence_count=len(rows), competences=rows,
    )  # fmt: skip


@routes.get("/admin/audit", response_model=Listed[EventAnswer], responses=problems())
def list_events(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    actor: Who = None, action: What = None, first: First = None, last: Last = None,
    booklet_id: Booklet = None, division_id: Division = None,
) -> object:  # fmt: skip
    """Le journal, le plus récent d'abord."""
    what = admin_journal.wanted(
        wiring, actor=actor or "", action=action or "", first=first, last=last,
        booklet_id=booklet_id, division_id=division_id,
    )  # fmt: skip
    before = admin_journal.key_of(window.after) if window.after is not None else None
    if window.after is not None and before is None:
        raise InvalidEntry([UNUSABLE])
    rows = admin_windows.events(wiring, me, what, window.limit + 1, before)
    items = [_event(row) for row in rows[: window.limit]]
    more = len(rows) > window.limit
    following = cursor(f"{items[-1].at.isoformat()}~{items[-1].id}") if more else None
    return listed(request, response, items, following)


@routes.get("/admin/health", responses=problems())
def show_health(wiring: Wired, me: ApiMe) -> HealthAnswer:
    """Comment va l'ensemble : base, courtier, ouvriers, voyants, disque, dernière nuit."""
    signs = admin_health.look(wiring, me, watch_of(wiring))
    told = [SignAnswer.model_validate(one) for one in signs]
    return HealthAnswer(state=admin_health.worst(signs), signs=told)


def _event(row: Any) -> EventAnswer:
    return EventAnswer(
        id=row.id, at=row.at, actor=row.actor, action=row.action, label=action_label(row.action),
        booklet_id=row.booklet_id, revision=row.revision, about=about(row.details),
        details=row.details,
    )  # fmt: skip


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise InvalidEntry(list(faults.values()), {name: [one] for name, one in faults.items()})
