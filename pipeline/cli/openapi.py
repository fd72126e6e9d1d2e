"""The command `openapi`: the document of the JSON API, for those who write programs for it."""

from __future__ import annotations

import typer

from pipeline.cli.common import emit


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("openapi")(openapi)


def openapi() -> None:
    """Écrire le document OpenAPI de l'API JSON, celui que sert /api/v1/openapi.json."""
    from web.api.document import document

    emit(document())
