"""The templates of pages: all escaped, dates in French, files found in wheel and repository."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

import pipeline
from pipeline.desk.figures import clock, counted
from pipeline.domain.given_file import school_year

MACROS = ("breadcrumb", "field", "light", "notice", "pagination")


def templates_folder() -> Path:
    """The wheel's `pipeline/_templates/web` when installed, else the repository's."""
    package = Path(pipeline.__file__).resolve().parent
    installed = package / "_templates" / "web"
    return installed if installed.is_dir() else package.parent / "templates" / "web"


def static_folder() -> Path:
    """The style sheet and the scripts."""
    return Path(__file__).resolve().parent / "static"


@cache
def environment() -> Environment:
    """The templates: all escaped, and nothing undefined passes in silence."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": moment, "day": day, "clock": clock, "school_year": school_year}
    made.globals |= {"csrf_field": csrf_field, "static": static, "counted": counted}
    macros: Any = made.get_template("macros.html").module
    made.globals |= {name: getattr(macros, name) for name in MACROS}
    return made


@pass_context
def csrf_field(context: Context) -> Markup:
    """The hidden field that each form of a page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(context["csrf"])


@pass_context
def moment(context: Context, instant: dt.datetime) -> str:
    """« 24/11/2026 à 13 h 55 », on the clock of the school."""
    local = instant.astimezone(context["zone"])
    return f"{local:%d/%m/%Y} à {clock(local)}"


@pass_context
def day(context: Context, instant: dt.datetime | dt.date) -> str:
    """« 24/11/2026 »."""
    if isinstance(instant, dt.datetime):
        instant = instant.astimezone(context["zone"])
    return instant.strftime("%d/%m/%Y")


@cache
def static(name: str) -> str:
    """The address of a static file, with its digest: a new one is fetched at once."""
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
