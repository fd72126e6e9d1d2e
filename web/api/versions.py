"""Versions: listed, shown, compared, foretold."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from pipeline.artifacts import digest
from pipeline.desk import recent, versions
from pipeline.desk.versions import VersionDesk
from pipeline.errors import InvalidEntry
from web.api import etags
from web.api.answers import NOT_MODIFIED, problems
from web.api.etags import IfNoneMatch
from web.api.jobs import OfDivision
from web.api.kinds import PathId, QueryProfile
from web.api.listing import UNUSABLE, Listed, Windowed, listed, read_on
from web.api.preview_models import PreviewAnswer, foretold
from web.api.routes import router
from web.api.version_models import (
    DiffAnswer,
    ReportAnswer,
    VersionAnswer,
    VersionDetail,
    diff,
)
from web.deps import ApiMe, Wired

routes = router("Versions")
Against = Annotated[
    str | None,
    Query(
        pattern="^(today|[1-9][0-9]{0,8})$",
        description="Une autre version, ou `today` ; sinon la précédente de la lignée.",
    ),
]
TODAY = "today"
_ID = re.compile("[1-9][0-9]{0,8}")


@routes.get("/versions", response_model=Listed[VersionAnswer], responses=problems(404))
def list_versions(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    division_id: OfDivision = None, profile: QueryProfile = None,
) -> object:  # fmt: skip
    """Les versions des établissements à portée, les plus récentes d'abord."""
    after = window.after
    if after is not None and not _ID.fullmatch(after):
        raise InvalidEntry([UNUSABLE])
    before = None if after is None else int(after)
    rows = recent.versions(
        wiring, me, window.limit + 1, before, division_id=division_id, profile=profile
    )
    chosen, following = read_on(window, rows, lambda row: row.id)
    return listed(request, response, [_row(row) for row in chosen], following)


@routes.get(
    "/versions/{artifact_id}",
    response_model=VersionDetail,
    responses=problems(404) | NOT_MODIFIED,
)
def show_version(
    wiring: Wired, me: ApiMe, artifact_id: PathId, known: IfNoneMatch = None
) -> Response:
    """Une version ; son fichier est relu pour dire s'il est intact."""
    body = _detail(versions.look(wiring, me, artifact_id)).model_dump(mode="json")
    answer = JSONResponse(body)
    etag = etags.tag(digest(bytes(answer.body)))
    if etags.is_known(known, etag):
        return Response(status_code=304, headers={"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


@routes.get("/versions/{artifact_id}/diff", responses=problems(404, 410))
def show_diff(wiring: Wired, me: ApiMe, artifact_id: PathId, against: Against = None) -> DiffAnswer:
    """Ce qui diffère de la version précédente, d'une autre, ou d'ici aux données actuelles."""
    if against not in (None, TODAY):
        return diff(versions.between(wiring, me, int(against), artifact_id))
    found = versions.changes(wiring, me, artifact_id, today=against == TODAY)
    return diff(found.found)


@routes.get("/versions/{artifact_id}/preview", responses=problems(404, 410))
def show_preview(wiring: Wired, me: ApiMe, artifact_id: PathId) -> PreviewAnswer:
    """Ce que LSL ajouterait, remplacerait et refuserait, avant tout envoi."""
    return foretold(versions.foretold(wiring, me, artifact_id).found)


def _row(row: Any) -> dict[str, Any]:
    names = VersionAnswer.model_fields.keys() - {"division"}
    return {"division": row.code} | {name: getattr(row, name) for name in names}


def _detail(desk: VersionDesk) -> VersionDetail:
    return VersionDetail(
        **_row(desk.row),
        changed_since=desk.changed,
        intact=desk.unusable is None,
        why_unusable=desk.unusable and str(desk.unusable),
        manifest=desk.row.manifest,
        reports=[ReportAnswer.model_validate(one) for one in desk.reports],
    )
