"""From a document to the bytes of its file. No clock and no order of its own: same in, same out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template, TemplateError, UndefinedError

from pipeline.domain.document import Document
from pipeline.errors import Defect
from pipeline.xml.profiles import Profile

_CENT = Decimal("0.01")


def render(document: Document, profile: Profile) -> bytes:
    """The file of `document` in UTF-8; the same bytes each time.

    What the profile does not carry is left out. Raises `Defect` rather than write a value that
    is missing; rules and schema are checked elsewhere.
    """
    try:
        return _compiled(profile).render(document=document).encode("utf-8")
    except UndefinedError as error:
        raise Defect(f"Modèle XML {profile.name} : il nomme une valeur inconnue.") from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        why = type(error).__name__  # the text may quote a value
        raise Defect(f"Modèle XML {profile.name} : il est faux ({why}).") from None


@lru_cache(maxsize=32)
def _compiled(profile: Profile) -> Template:
    # select_autoescape() overlooks *.xml.j2: it only reads the last extension.
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_present,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["mark"] = _mark
    return environment.from_string(profile.template)


def _present(value: object) -> object:
    if value is None:
        raise Defect("Modèle XML : une valeur obligatoire est absente du document.")
    return value


def _mark(value: Decimal | None) -> str:
    """Two decimals and a point, half up, whatever the exponent of `value`."""
    if value is None:
        raise Defect("Modèle XML : une moyenne ou une part obligatoire est absente du document.")
    return f"{value.quantize(_CENT, rounding=ROUND_HALF_UP):f}"
