"""What forms and scripts of entry pages send, as texts by input; never trusted further."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from pipeline.desk.entry_weighing import Written
from pipeline.desk.grid_fill import Cell
from pipeline.domain.ids import LARGEST_ID
from pipeline.errors import InvalidEntry

BookletId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
DivisionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
CHOICE, THEIRS, MINE = "choix-", "autre-lu-", "mienne"
SEVERAL = "engagements"  # one name for several boxes
MOST_CHOICES = 100  # a booklet has fewer fields
TOO_MANY = "Formulaire incomplet : rechargez la page."


class Changes(BaseModel):
    """What a script sends: the inputs of the fields that changed, and what was read of them."""

    values: dict[str, str] = Field(max_length=200)
    read: dict[str, str] = Field(default_factory=dict, max_length=200)


def written_of(form: FormData) -> Written:
    """What a booklet's form says, with what was chosen where two had changed a field."""
    values, read = texts_of(form), digests(str(form.get("lu", "")))
    keys = [name.removeprefix(CHOICE) for name in values if name.startswith(CHOICE)]
    if len(keys) > MOST_CHOICES:
        raise InvalidEntry([TOO_MANY])
    mine = [key for key in keys if values[CHOICE + key] == MINE]
    read |= {key: values.get(THEIRS + key, "") for key in mine}
    theirs = set(keys) - set(mine)
    values = {n: text for n, text in values.items() if not any(_is_of(key, n) for key in theirs)}
    return Written(values, read, number(form.get("revision")))


def _is_of(key: str, name: str) -> bool:
    """Whether an input belongs to a field: `enseignants` has `enseignant-1-nom`."""
    stem = key.removesuffix("s") if key == "enseignants" else key
    return name == key or name.startswith(f"{stem}-")


def texts_of(form: FormData) -> dict[str, str]:
    """The text of each input, the last one where a name comes twice; boxes are joined."""
    values = {name: text for name, text in form.multi_items() if isinstance(text, str)}
    if SEVERAL in values:
        values[SEVERAL] = " ".join(filter(None, (str(one) for one in form.getlist(SEVERAL))))
    return values


def digests(text: str) -> dict[str, str]:
    """The digests that a page carries; none when they are unreadable: then any change counts."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: one for key, one in found.items() if isinstance(one, str)}


def number(text: Any) -> int:
    """A revision; 0 for anything else, as if nothing had been read."""
    plain = isinstance(text, str) and text.isascii() and text.isdecimal()
    return int(text) if plain and len(text) < len(str(LARGEST_ID)) else 0


def cells_of(form: FormData) -> Mapping[int, Cell]:
    """The rows of a grid's form; a row where another's value was preferred is left out."""
    values = texts_of(form)
    found = {}
    for name in values:
        start, _, rest = name.rpartition("-")
        if start != "valeur" or not (row := number(rest)):
            continue
        chosen, read = values.get(f"{CHOICE}{row}"), values.get(f"lu-{row}")
        if chosen not in {None, MINE}:
            continue
        seen = values.get(f"{THEIRS}{row}") if chosen == MINE else read
        found[row] = Cell(values[name].strip(), seen, number(values.get(f"revision-{row}")))
    return found
