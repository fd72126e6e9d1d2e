"""What an administrator looks at: schools, frameworks, the audit, health."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from pipeline.desk import (
    admin_frameworks,
    admin_schools,
)
from pipeline.domain.periods import Level
from pipeline.errors import InvalidEntry
from web.api.answers import problems
from web.api.kinds import (
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
from web.api.listing import Listed, Windowed, listed, part
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Administration")


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


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise InvalidEntry(list(faults.values()), {name: [one] for name, one in faults.items()})
