"""Schools and diplomas in reach, and how the levels of a diploma are set."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import Field

from pipeline.desk import configuration, diplomas
from pipeline.desk.configuration import LevelDesk
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import InvalidEntry, NotFound
from pipeline.levels import Choices
from web.api.answers import problems
from web.api.kinds import Answer, Body, Flag, PathDiploma, PathLevel, PathUai, PathYear
from web.api.listing import Listed, Windowed, listed, part
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Établissements et niveaux")
ONLY_TERMINALE = "En terminale seulement."
DIPLOMA = "/schools/{uai}/years/{start_year}/diplomas/{diploma_code}"


class SchoolAnswer(Answer):
    """Un établissement à portée."""

    uai: str = Field(description="UAI.")
    name: str = Field(description="Nom ; vide s'il n'est pas connu.")


class DiplomaAnswer(Answer):
    """Un diplôme d'un établissement et d'une année, à portée."""

    uai: str = Field(description="UAI.")
    school_name: str = Field(description="Nom de l'établissement.")
    start_year: int = Field(description="Année de rentrée.")
    diploma_code: str = Field(description="Code du diplôme.")
    diploma_label: str = Field(description="Libellé du diplôme.")
    division_count: int = Field(description="Nombre de divisions à portée.")


class LevelSettings(Body):
    """Ce qui se règle d'un niveau."""

    periodicity: Periodicity = Field(description="Périodicité.")
    exports_pfmp: Flag = Field(description="Exporter la synthèse de PFMP.")
    exports_project: Flag = Field(description="Exporter le projet.")
    exports_previous_year: Flag = Field(
        description="Joindre à la terminale la première de l'année précédente."
    )


class LevelAnswer(Answer):
    """Un niveau tel qu'il est réglé."""

    level: Level = Field(description="Niveau.")
    periodicity: Periodicity | None = Field(description="Périodicité ; rien : à choisir.")
    exports_pfmp: bool = Field(description="Exporte la synthèse de PFMP.")
    exports_project: bool = Field(description="Exporte le projet.")
    exports_previous_year: bool = Field(description="Joint la première de l'année précédente.")
    pupil_count: int = Field(description="Élèves du niveau.")
    held_count: int = Field(description="Livrets qui contiennent des données.")
    is_locked: bool = Field(description="La périodicité ne peut plus changer.")


class Levels(Answer):
    """Les niveaux d'un diplôme."""

    items: list[LevelAnswer] = Field(description="La première, puis la terminale.")


@routes.get("/schools", response_model=Listed[SchoolAnswer], responses=problems())
def list_schools(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response
) -> object:
    """Les établissements à portée qui ont une division."""
    found = {one.uai: one.school_name for one in diplomas.choices(wiring, me)}
    schools = [SchoolAnswer(uai=uai, name=name) for uai, name in sorted(found.items())]
    rows, following = part(window, schools, lambda one: one.uai)
    return listed(request, response, rows, following)


@routes.get("/diplomas", response_model=Listed[DiplomaAnswer], responses=problems())
def list_diplomas(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response
) -> object:
    """Les diplômes à portée : par établissement, l'année la plus récente d'abord."""
    rows, following = part(window, diplomas.choices(wiring, me), _key)
    return listed(request, response, rows, following)


def _key(one: diplomas.Choice) -> str:
    return f"{one.uai}/{one.start_year}/{one.diploma_code}"


@routes.get(f"{DIPLOMA}/levels", responses=problems(404))
def list_levels(
    wiring: Wired, me: ApiMe, uai: PathUai, start_year: PathYear, diploma_code: PathDiploma
) -> Levels:
    """Comment les niveaux d'un diplôme sont réglés."""
    found = configuration.look(wiring, me, (uai, start_year, diploma_code))
    return Levels(items=[_level(one) for one in found.levels])


@routes.put(f"{DIPLOMA}/levels/{{level}}", responses=problems(404, 409, 415),
            dependencies=JSON_BODY)  # fmt: skip
def set_level(
    wiring: Wired, me: ApiMe, uai: PathUai, start_year: PathYear, diploma_code: PathDiploma,
    level: PathLevel, settings: LevelSettings,
) -> LevelAnswer:  # fmt: skip
    """Régler un niveau. La périodicité ne change plus dès qu'un livret contient des données."""
    if settings.exports_previous_year and level is Level.PREMIERE:
        raise InvalidEntry([ONLY_TERMINALE], {"exports_previous_year": [ONLY_TERMINALE]})
    key = (uai, start_year, diploma_code)
    wanted = Choices(**settings.model_dump())
    configuration.save(wiring, me, key, shown={}, wanted={level: wanted})
    for one in configuration.look(wiring, me, key).levels:
        if one.level == level:
            return _level(one)
    raise NotFound("Niveau", level)


def _level(one: LevelDesk) -> LevelAnswer:
    return LevelAnswer(
        level=one.level, pupil_count=one.pupil_count, held_count=one.held_count,
        is_locked=one.is_locked, **one.set_._asdict(),
    )  # fmt: skip
