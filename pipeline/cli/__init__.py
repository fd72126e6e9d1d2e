"""The command `lslpro`."""

from __future__ import annotations

import logging
import sys

import structlog
import typer

from pipeline.cli import booklets, exports, imports, operations
from pipeline.cli.common import exit_code
from pipeline.errors import PipelineError

app = typer.Typer(
    help="LSL Pro : voyants des livrets et fichiers XML versionnés pour SIECLE LSL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for module in (operations, imports, booklets, exports):
    module.register(app)


def main() -> None:
    """Run the command; a refusal is one line on standard error and an exit code."""
    structlog.configure(
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
