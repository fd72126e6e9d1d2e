"""The demo's ElevesSansAdresses.xml, in the shape and the encoding of SIECLE."""

from __future__ import annotations

import io

from lxml import etree

from pipeline.demo_school.school import UAI, DemoPupil, pupils

_ENCODING = "ISO-8859-15"


def siecle_bytes(start_year: int) -> bytes:
    """The whole file, produced on 15 November of the school year."""
    root = etree.Element("BEE_ELEVES", {"VERSION": "2.1"})
    day = f"15/11/{start_year}"
    settings = {"UAJ": UAI, "ANNEE_SCOLAIRE": str(start_year), "DATE_EXPORT": day}
    _fill(etree.SubElement(root, "PARAMETRES"), settings | {"HORODATAGE": f"{day} 08:00:00"})
    content = etree.SubElement(root, "DONNEES")
    sections = [etree.SubElement(content, tag) for tag in ("ELEVES", "OPTIONS", "STRUCTURES")]
    for pupil in pupils():
        _pupil(sections[0], pupil, start_year)
        _option(sections[1], pupil)
        if pupil.light != "x":
            _structures(sections[2], pupil)
    written = io.BytesIO()
    tree = etree.ElementTree(root)
    tree.write(written, encoding=_ENCODING, xml_declaration=True, pretty_print=True)
    return written.getvalue()


def _fill(parent: etree._Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        etree.SubElement(parent, tag).text = text


def _item(section: etree._Element, tag: str, pupil: DemoPupil) -> etree._Element:
    number = pupil.siecle_id % 10_000
    keys = {"ELEVE_ID": str(pupil.siecle_id), "ELENOET": str(number)}
    return etree.SubElement(section, tag, keys)


def _pupil(section: etree._Element, pupil: DemoPupil, start_year: int) -> None:
    one = _item(section, "ELEVE", pupil)
    number = pupil.siecle_id % 10_000
    texts = {
        "ID_NATIONAL": f"099999{number:04d}Z",
        "NOM_DE_FAMILLE": pupil.last_name,
        "PRENOM": pupil.first_name,
        "DATE_NAISS": f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{start_year - 16}",
        "DOUBLEMENT": "0",
        "CODE_SEXE": str(number % 2 + 1),
        "DATE_ENTREE": f"01/09/{start_year}",
    }
    if pupil.light == "x":
        texts |= {"DATE_SORTIE": f"05/11/{start_year}"}
    _fill(one, texts)
    division, mef_code = pupil.last_year
    before = {"CODE_STRUCTURE": division, "CODE_RNE": UAI, "CODE_MEF": mef_code}
    _fill(etree.SubElement(one, "SCOLARITE_AN_DERNIER"), before)
    _fill(one, {"CODE_STATUT": pupil.status_code, "CODE_MEF": pupil.mef_code})


def _option(section: etree._Element, pupil: DemoPupil) -> None:
    option = etree.SubElement(_item(section, "OPTION", pupil), "OPTIONS_ELEVE")
    texts = {"NUM_OPTION": "1", "CODE_MODALITE_ELECT": "O", "CODE_MATIERE": "030201"}
    _fill(option, texts)


def _structures(section: etree._Element, pupil: DemoPupil) -> None:
    one = _item(section, "STRUCTURES_ELEVE", pupil)
    group = f"{pupil.division_code[:5]}G{pupil.siecle_id % 2 + 1}"
    for code, kind in ((pupil.division_code, "D"), (group, "G")):
        structure = etree.SubElement(one, "STRUCTURE")
        _fill(structure, {"CODE_STRUCTURE": code, "TYPE_STRUCTURE": kind})
