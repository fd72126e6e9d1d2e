"""Who did something, in the words of the pages: an account's name, the night, the command."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pipeline.domain.accounts import account_of
from pipeline.store import desk_names

COMMAND, NIGHT = "cli", "nightly"
NIGHT_LABEL, COMMAND_LABEL, GONE = "Nuit", "Commande", "Compte supprimé"


def named(connection: Any, actors: Collection[str]) -> dict[str, str]:
    """The word for each actor that jobs, uploads and the audit hold, in one statement."""
    ids = {one: number for one in actors if (number := account_of(one)) is not None}
    names = desk_names.account_names(connection, set(ids.values())) if ids else {}
    return {one: names.get(ids[one], GONE) if one in ids else _word(one) for one in actors}


def _word(actor: str) -> str:
    if actor == NIGHT:
        return NIGHT_LABEL
    return COMMAND_LABEL if actor.startswith(COMMAND) else actor
