"""What forms of pages send: whole, where the fields depend on what is shown; keys used once."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.datastructures import FormData

from web.deps import MOST_FIELDS, MOST_FILES


async def _sent(request: Request) -> FormData:
    return await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)


Sent = Annotated[FormData, Depends(_sent)]
OneTimeKey = Annotated[str, Form(alias="cle", pattern=r"^[A-Za-z0-9_-]{8,64}$")]
ProfileName = Annotated[str, Form(alias="profil", max_length=40)]


def new_key() -> str:
    """The key of one form: sent twice, it makes one job."""
    return secrets.token_urlsafe(18)
