"""The XML exports of schools by their root: what each is, and which command takes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file; `command` is blank where nothing here takes it, `hint` says what to do."""

    root: str
    what: str
    origin: str = ""
    command: str = ""
    hint: str = ""

    @property
    def taken_by(self) -> str:
        """The name of the import that takes it, as `lslpro import` has it; blank for none."""
        return self.command.removeprefix("lslpro import ")

    @property
    def advice(self) -> str:
        """What to give where this kind is expected."""
        return f"Fournissez {self.what}, {self.origin}, sans l'ouvrir ni le modifier."


_STS_MENU = "Dans STS-web, Mise à jour, Exports, Emplois du temps donne sts_emp_UAI_ANNEE.xml."
PUPILS = Export("BEE_ELEVES", "ElevesSansAdresses.xml", "exporté de SIECLE", "lslpro import siecle")
NOMENCLATURE = Export(
    "BEE_NOMENCLATURES", "Nomenclature.xml", "exporté de SIECLE", "lslpro import nomenclature"
)
STRUCTURES = Export(
    "BEE_STRUCTURES", "Structures.xml", "exporté de SIECLE", "lslpro import structures"
)
STS = Export(
    "STS_EDT", "l'export STS des services (sts_emp_UAI_ANNEE.xml)", "exporté de STS-web",
    "lslpro import sts",
)  # fmt: skip
LSL = Export(
    "nomenclaturesLsl", "la nomenclature LSL", "fournie par le ministère aux éditeurs",
    "lslpro import lsl-nomenclature",
)  # fmt: skip
LSL_FILE = Export(
    "lsl", "un fichier produit pour LSL", "tel que « lslpro artifacts get » le donne",
    hint="« lslpro verify » dit lequel.",
)  # fmt: skip
_WEB_PAGE = Export("html", "une page web")  # of the log-in, when a session has ended
_OTHER = Export("", "un autre fichier XML")
KNOWN = {
    one.root: one
    for one in (
        PUPILS, NOMENCLATURE, STRUCTURES, STS, LSL, LSL_FILE,
        Export("EDT_STS", "un emploi du temps destiné à STS", hint=_STS_MENU),
        Export("BEE_RESPONSABLES", "un fichier des responsables"),
    )
}  # fmt: skip


def why_not(found: str, expected: Export) -> str:
    """What a file of the root `found` is, who takes it, and what was expected."""
    return f"{told(found, f' (racine {found[:40]}, attendu {expected.root})')} {expected.advice}"


def told(root: str, beside: str = "") -> str:
    """What a file of that root is, `beside` behind it, and who takes it."""
    known = KNOWN.get(root, _WEB_PAGE if root.lower() == "html" else _OTHER)
    taken = f" Il se donne à « {known.command} »." if known.command else ""
    hint = f" {known.hint}" if known.hint else ""
    return f"c'est {known.what}{beside}.{taken}{hint}"
