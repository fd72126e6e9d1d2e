"""The cookies: the session's, the log-in form's and the flash message's, all signed."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from pipeline.settings import Settings
from web.carried import carried

SESSION, VISIT, FLASH = "lslpro_session", "lslpro_visit", "lslpro_flash"
LONGEST_S = {SESSION: 12 * 3600, VISIT: 24 * 3600, FLASH: 300}
_LARGEST = 3500  # characters; a browser drops a cookie of more than 4096


def name(settings: Settings, kind: str) -> str:
    """The cookie's name; over https its prefix lets no other host of the domain set it."""
    return f"__Host-{kind}" if is_secure(settings) else kind


def is_secure(settings: Settings) -> bool:
    """Whether people reach the pages over https."""
    return settings.public_url.startswith("https:")


def header(settings: Settings, kind: str, value: object | None) -> str:
    """A Set-Cookie header; None takes the cookie away."""
    content = "" if value is None else _signer(settings, kind).dumps(value)
    text = content if isinstance(content, str) else content.decode()
    age = 0 if value is None or len(text) > _LARGEST else LONGEST_S[kind]
    flags = "; Secure" if is_secure(settings) else ""
    shown = text if age else ""
    full = f"{name(settings, kind)}={shown}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax"
    return full + flags


def read(request: Request, settings: Settings, kind: str) -> object | None:
    """What the cookie holds, if we signed it and it is not too old."""
    given = request.cookies.get(name(settings, kind), "")
    try:
        return _signer(settings, kind).loads(given, max_age=LONGEST_S[kind])  # type: ignore[no-any-return]
    except BadSignature:  # too old included
        return None


def give(request: Request, kind: str, value: object | None) -> None:
    """Have the answer to this request set the cookie, whatever answer it is."""
    carried(request.scope).cookies[kind] = value


def visit_csrf(request: Request, settings: Settings) -> str:
    """The value of forms shown before there is a session; it goes with a cookie of its own."""
    found = read(request, settings, VISIT)
    nonce = found if isinstance(found, str) else secrets.token_urlsafe(24)
    if found is None:
        give(request, VISIT, nonce)
    return _mark(settings, nonce)


def is_of_visit(request: Request, settings: Settings, given: str) -> bool:
    """Whether the value is the one that goes with the visitor's cookie."""
    nonce = read(request, settings, VISIT)
    return isinstance(nonce, str) and same(_mark(settings, nonce), given)


def same(one: str, other: str) -> bool:
    """Whether both texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))


def _mark(settings: Settings, nonce: str) -> str:
    key = settings.secret_key.encode()
    return hmac.new(key, f"visit:{nonce}".encode(), hashlib.sha256).hexdigest()


def _signer(settings: Settings, kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings.secret_key, salt=kind, signer_kwargs={"digest_method": hashlib.sha256}
    )
