"""What a new password may be (NIST SP 800-63B, ANSSI): its length counts, not its composition."""

from __future__ import annotations

import unicodedata

SHORTEST = 12
LONGEST = 200
# Of twelve characters and more, in lower case, spaces and marks left out.
COMMONEST = frozenset({
    "123456789012", "1234567890123", "012345678901", "123123123123", "121212121212",
    "112233445566", "987654321098", "azertyuiopqs", "azertyuiopqsdf", "azertyuiop123",
    "azertyuiop1234", "azertyazerty", "qwertyuiopas", "qwertyuiop123", "qwertyqwerty",
    "qwerty123456", "azerty123456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "motdepasse12",
    "motdepasse123", "motdepasse1234", "motdepassemotdepasse", "monmotdepasse", "password1234",
    "password12345", "password123456", "passwordpassword", "mypassword123", "administrateur",
    "administrator", "administrateur1", "changeme1234", "changezmoi123", "lyceeprofessionnel",
    "livretscolaire", "livretscolaire1", "educationnationale", "bonjourbonjour", "bienvenue123",
    "bienvenue1234", "jetaimejetaime", "iloveyou1234", "loulouloulou", "doudoudoudou",
})  # fmt: skip


def normalised(password: str) -> str | None:
    """The password as it is hashed, in NFKC; nothing for what no password can be.

    A NUL ends a text elsewhere, and half of a surrogate pair has no bytes.
    """
    if len(password) > LONGEST:
        return None
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in password):
        return None
    return unicodedata.normalize("NFKC", password)


def faults_of(password: str, login: str, name: str) -> list[str]:
    """What forbids a new password, in French; never the password."""
    text = normalised(password)
    if text is None or len(text) > LONGEST:
        return [f"Le mot de passe a {LONGEST} caractères au plus, tous imprimables."]
    if len(text) < SHORTEST:
        return [f"Le mot de passe a {SHORTEST} caractères au moins : une phrase convient."]
    plain = _plain(text)
    if plain in {_plain(login), _plain(login.partition("@")[0]), _plain(name)}:
        return ["Le mot de passe ne peut être ni votre adresse ni votre nom."]
    if plain in COMMONEST or len(set(plain)) < 4:  # noqa: PLR2004 - « aaaabbbbcccc »
        return ["Ce mot de passe est trop courant : choisissez-en un autre."]
    return []


def _plain(text: str) -> str:
    """Letters and figures only, without capitals: « Mot-de-passe 123 » is a common one too."""
    return "".join(each for each in text.casefold() if each.isalnum())
