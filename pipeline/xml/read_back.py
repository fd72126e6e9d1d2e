"""From the bytes of a file of any origin to its document: ours, PRONOTE's, Gepi's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from pipeline.domain.document import Document
from pipeline.errors import InvalidFile, UnreadableFile
from pipeline.xml.elements import document_of
from pipeline.xml.leaves import BeyondReason
from pipeline.xml.profiles import Profile
from pipeline.xml.validate import schema_faults

LARGEST_BYTES = 20 * 1024 * 1024  # a division's file has tens of kB, a whole school's a few MB
_STRANGER = (
    "ce n'est pas un fichier d'import de LSL (profils connus : {known}). "
    "Donnez le fichier .xml tel qu'il a été produit."
)
TOO_LARGE = "plus de 20 Mo : ce n'est pas le fichier d'une division."


class Read(NamedTuple):
    """What a file holds, and in which profile it is written."""

    document: Document
    profile: Profile


def read_back(data: bytes, name: str, profiles: Mapping[str, Profile]) -> Read:
    """The document of a file that its profile's schema takes, whatever the order and encoding.

    The profile is that of the root's namespace. No DTD, no entity, no network. Raises
    UnreadableFile for what is no file of a profile, and InvalidFile with every fault, by place and
    code, for one that is not valid.
    """
    if len(data) > LARGEST_BYTES:
        raise UnreadableFile(name, TOO_LARGE)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError:
        raise InvalidFile(name, "XML 1.0", _syntax_faults(data, profiles)) from None
    profile = _profile_of(root, profiles)
    if profile is None:
        raise UnreadableFile(name, _STRANGER.format(known=", ".join(sorted(profiles))))
    rules = f"le profil {profile.name}"
    if faults := schema_faults(data, profile):
        raise InvalidFile(name, rules, faults)
    try:
        return Read(document_of(root), profile)
    except BeyondReason as error:
        raise InvalidFile(name, rules, [str(error)]) from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _profile_of(root: etree._Element, profiles: Mapping[str, Profile]) -> Profile | None:
    namespace = etree.QName(root).namespace
    found = (one for one in profiles.values() if _namespace(one) == namespace)
    return next(found, None) if namespace else None


@lru_cache(maxsize=32)
def _namespace(profile: Profile) -> str | None:
    return etree.fromstring(profile.schema, _parser()).get("targetNamespace")


def _syntax_faults(data: bytes, profiles: Mapping[str, Profile]) -> list[str]:
    """Any profile tells them: what is not well formed reaches no schema."""
    return schema_faults(data, next(iter(profiles.values())))
