"""Case 6: a SIECLE file of a school and one thirty times as large; a process of its own each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.results import Figure, fact, ratio
from pipeline import imports
from pipeline.exchange.roots import PUPILS
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.xml_stream import elements
from pipeline.store.unit import Store
from pipeline.wiring import utc_now

SIZES = (2_000, 60_000)
YEAR = 2025
PER_DIVISION = 24
STEPS = ("stream", "check", "import", "again")  # the elements alone; checked; written; the same
_PUPIL = """<ELEVE ELEVE_ID="{n}" ELENOET="{n}"><ID_NATIONAL>{n:010d}A</ID_NATIONAL>
<NOM_DE_FAMILLE>EXEMPLE-{n}</NOM_DE_FAMILLE><PRENOM>Prénom</PRENOM><DATE_NAISS>01/02/2009</DATE_NAISS>
<DOUBLEMENT>0</DOUBLEMENT><CODE_PAYS>100</CODE_PAYS><CODE_SEXE>2</CODE_SEXE>
<CODE_DEPARTEMENT_NAISS>099</CODE_DEPARTEMENT_NAISS><VILLE_NAISS>VILLE INVENTÉE</VILLE_NAISS>
<SCOLARITE_AN_DERNIER><CODE_STRUCTURE>2NDE</CODE_STRUCTURE><CODE_MEF>24725520310</CODE_MEF>
</SCOLARITE_AN_DERNIER><CODE_STATUT>ST</CODE_STATUT><CODE_MEF>24725520320</CODE_MEF></ELEVE>
"""
_PLACE = """<STRUCTURES_ELEVE ELEVE_ID="{n}"><STRUCTURE><CODE_STRUCTURE>1M{d}</CODE_STRUCTURE>
<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>
"""


def run(kind: str, new_database: Callable[[], str], home: Path) -> Iterator[Figure]:
    """Seconds and peak memory of each step for both sizes; what the larger costs in the smaller's.

    The peak is the process's resident memory, the interpreter and the product included.
    """
    measured = {}
    for size in SIZES:
        path = home / f"eleves-{size}.xml"
        if not path.exists():
            write_file(path, size)
        yield fact("siecle", kind, f"{size} pupils: the file", path.stat().st_size / 1e6, "MB")
        url = new_database()
        for step in STEPS:
            seconds, peak = measured[size, step] = _alone(step, path, url)
            yield fact("siecle", kind, f"{size} pupils: {step}", seconds * 1_000, "ms")
            yield fact("siecle", kind, f"{size} pupils: {step}, peak memory", peak, "MB")
    small, large = SIZES
    for step in STEPS:
        seconds, peaks = zip(measured[large, step], measured[small, step], strict=True)
        name = f"{step}, {large // small} times the pupils:"
        yield ratio("siecle", kind, f"{name} time", [seconds[0] / seconds[1]])
        goal = "≤ 1.1" if step == "stream" else "≤ 1.4"
        yield ratio("siecle", kind, f"{name} peak memory", [peaks[0] / peaks[1]], goal)


def write_file(path: Path, count: int) -> None:
    """A file of so many invented pupils, about 850 bytes each."""
    with path.open("w", encoding="iso-8859-15") as file:
        file.write('<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_ELEVES VERSION="2.1">')
        file.write(f"<PARAMETRES><UAJ>0999999Z</UAJ><ANNEE_SCOLAIRE>{YEAR}</ANNEE_SCOLAIRE>")
        file.write("</PARAMETRES><DONNEES><ELEVES>\n")
        file.writelines(_PUPIL.format(n=n) for n in range(1, count + 1))
        file.write("</ELEVES><STRUCTURES>\n")
        places = range(1, count + 1)
        file.writelines(_PLACE.format(n=n, d=n // PER_DIVISION) for n in places)
        file.write("</STRUCTURES></DONNEES></BEE_ELEVES>\n")


def _alone(step: str, path: Path, url: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.siecle", step, str(path), url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = json.loads(done.stdout)
    return float(seconds), float(peak)


def _step(step: str, path: Path, url: str) -> None:
    started = time.perf_counter()
    if step == "stream":
        wanted = ("DONNEES/ELEVES/ELEVE", "DONNEES/STRUCTURES/STRUCTURES_ELEVE")
        for _ in elements(path, PUPILS, wanted):
            pass
    elif step == "check":
        read_siecle(path)
    else:
        store = Store(url, lambda _messages: None)
        imports.import_siecle(
            store, read_siecle(path), expected_uai=None, expected_year=YEAR,
            now=utc_now(), actor="bench",
        )  # fmt: skip
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, _peak_mb()]))


def _peak_mb() -> float:
    """The most memory this program had; `ru_maxrss` begins with what its parent had."""
    found = re.search(r"VmHWM:\s*([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    _step(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
