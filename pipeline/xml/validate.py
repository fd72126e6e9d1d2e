"""Check bytes against a profile's schema. A fault names a place and a code, never a value."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from lxml import etree

from pipeline.errors import Defect
from pipeline.xml.profiles import Profile

# lxml's messages quote the offending value, a pupil's text or a teacher's name: only its codes
# are used. https://gnome.pages.gitlab.gnome.org/libxml2/html/xmlerror_8h.html
_SENTENCES = {
    "SCHEMAV_ELEMENT_CONTENT": "élément absent, en trop ou mal placé",
    "SCHEMAV_CVC_ELT_1": "élément racine inconnu de ce profil",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "élément qui doit être vide",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "texte non permis entre les éléments",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "attribut non permis",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "attribut obligatoire absent",
    "SCHEMAV_CVC_AU": "valeur différente de la valeur imposée",
    "SCHEMAV_CVC_ATTRIBUTE_4": "valeur différente de la valeur imposée",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "valeur d'un type incorrect",
    "SCHEMAV_CVC_LENGTH_VALID": "longueur incorrecte",
    "SCHEMAV_CVC_MINLENGTH_VALID": "texte trop court",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "texte trop long",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "nombre trop petit",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "nombre trop grand",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "plus de deux décimales",
    "SCHEMAV_CVC_PATTERN_VALID": "valeur hors du format attendu",
    "SCHEMAV_CVC_IDC": "code en double",
}
_SCHEMA_FAULT, _SYNTAX_FAULT = "écart au schéma", "XML mal formé"
_IN_USE = Lock()  # a compiled schema has one error log, shared by all threads


def schema_faults(data: bytes, profile: Profile) -> list[str]:
    """All faults of `data` against the profile's schema, in document order; empty when valid.

    Each is `CODE : phrase (path, ligne n)`. Entities, document types and huge trees are refused;
    the network is never reached.
    """
    parser = _parser()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # its own log is the thread's: it holds other files' faults too
        return _sentences(parser.error_log, _SYNTAX_FAULT) or [f"ERR_DOCUMENT : {_SYNTAX_FAULT}"]
    if root.getroottree().docinfo.internalDTD is not None:
        return ["ERR_DOCTYPE : déclaration DOCTYPE refusée"]
    schema = _compiled(profile)
    with _IN_USE:
        if schema.validate(root):
            return []
        return _sentences(schema.error_log, _SCHEMA_FAULT)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@lru_cache(maxsize=32)
def _compiled(profile: Profile) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.fromstring(profile.schema, _parser()))
    except etree.LxmlError as error:
        raise Defect(f"Schéma XML {profile.name} : il est faux.") from error


def _sentences(log: Any, otherwise: str) -> list[str]:
    return list(dict.fromkeys(_sentence(entry, otherwise) for entry in log))


def _sentence(entry: Any, otherwise: str) -> str:
    place = f"{entry.path}, ligne {entry.line}" if entry.path else f"ligne {entry.line}"
    return f"{entry.type_name} : {_SENTENCES.get(entry.type_name, otherwise)} ({place})"
