"""The command `lslpro`."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
import typer

from pipeline.cli import (
    artifacts,
    booklets,
    compare,
    exports,
    imports,
    jobs,
    levels,
    life,
    nights,
    openapi,
    operations,
    preflight,
    preview,
    sent,
    sheets,
    teachers,
    users,
    verify,
)
from pipeline.cli.common import exit_code
from pipeline.errors import PipelineError

app = typer.Typer(
    help="LSL Pro : voyants des livrets et fichiers XML versionnés pour SIECLE LSL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for module in (
    operations, imports, levels, sheets, booklets, life, teachers, preflight, exports, jobs,
    artifacts, verify, compare, preview, sent, nights, users,
    openapi,
):  # fmt: skip
    module.register(app)


SENTENCES = {
    "nudge_not_sent": "Courtier injoignable : c'est enregistré, et sera traité à son retour.",
}


def _sentence(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> str:
    """A log line as a person at a terminal reads it."""
    name = str(event.pop("event"))
    return SENTENCES.get(name) or f"{name} {event}"


def main() -> None:
    """Run the command; a refusal is one line on standard error and an exit code."""
    structlog.configure(
        processors=[_sentence],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        app()
    except PipelineError as error:
        typer.echo(f"lslpro : {error}", err=True)
        for detail in getattr(error, "problems", None) or []:
            typer.echo(f"  - {detail}", err=True)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
