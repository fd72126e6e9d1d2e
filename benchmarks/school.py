"""A year of schools in the database, made by a few set-based statements on either dialect."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from pipeline.store.unit import Store

START_YEAR = 2025
PUPILS = 24
PER_SCHOOL = 20  # divisions
LEVEL = "terminale"
_TEXT = (
    "Des progrès nets et réguliers en atelier & en cours ; l’organisation du poste de travail est "
    "soignée, les consignes sont comprises, l’autonomie s’affirme. Poursuivre ces efforts jusqu’à "
    "l’examen, en vérifiant chaque mesure avant de conclure."
)
_SERIES = """WITH RECURSIVE series(n) AS
  (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count})"""
_STATEMENTS = (
    "INSERT INTO diploma (code, label) VALUES ('25520', 'MELEC')",
    """INSERT INTO school (uai, name) {schools}
       SELECT substr('0000000' || n, -7) || 'Z', 'LP ' || n FROM series""",
    """INSERT INTO competence (start_year, code, reference_code, label) {competences}
       SELECT {year}, '90' || substr('0' || n, -2), 'C' || n, 'Compétence ' || n FROM series""",
    """INSERT INTO framework_competence
         (start_year, diploma_code, level, competence_code, position)
       SELECT {year}, '25520', '{level}', code, CAST(code AS INTEGER) - 9000 FROM competence""",
    """INSERT INTO level_settings
         (school_uai, start_year, diploma_code, level, periodicity, exports_pfmp, exports_project)
       SELECT uai, {year}, '25520', '{level}', 'trimester', {true}, {false} FROM school""",
    """INSERT INTO division (school_uai, start_year, diploma_code, level, code, label)
       {divisions} SELECT substr('0000000' || ((n - 1) / {per_school} + 1), -7) || 'Z', {year},
         '25520', '{level}', 'T' || n, 'T' || n FROM series""",
    """INSERT INTO student (school_uai, siecle_id, ine, last_name, first_name) {pupils}
       SELECT d.school_uai, d.id * 100 + n, NULL, 'NOM-' || n, 'Prénom'
       FROM division d CROSS JOIN series ORDER BY d.id, n""",
    """INSERT INTO booklet
         (student_id, start_year, division_id, mef_code, status_code, revision)
       SELECT id, {year}, siecle_id / 100, '2472552032', 'ST', 0 FROM student ORDER BY id""",
    """INSERT INTO evaluation (booklet_id, subject_code, modality, appreciation)
       SELECT id, '071100', 'S', 'Livret ' || id || '. {text}' FROM booklet""",
    """INSERT INTO period_average (booklet_id, subject_code, period, average) {periods}
       SELECT b.id, '071100', n, (b.id * 37 + n * 111) % 1990 FROM booklet b CROSS JOIN series""",
    """INSERT INTO rating (booklet_id, subject_code, competence_code, mastery)
       SELECT b.id, '071100', c.code, 1 + (b.id + CAST(c.code AS INTEGER)) % 4
       FROM booklet b CROSS JOIN competence c""",
    """INSERT INTO teacher (booklet_id, subject_code, position, last_name, first_name) {teachers}
       SELECT b.id, '071100', n, 'ENSEIGNANT-' || n, 'Inès' FROM booklet b CROSS JOIN series""",
    """INSERT INTO pfmp (booklet_id, synthesis, teacher_last_name, teacher_first_name,
         week_count, abroad)
       SELECT id, 'Synthèse ' || id || '. {text}', 'MARTIN', 'Léo', 8, {false} FROM booklet""",
    "CREATE TABLE bench_touch (id INTEGER PRIMARY KEY)",
    "CREATE TABLE bench_average AS SELECT * FROM period_average WHERE booklet_id <= 2000",
    "CREATE UNIQUE INDEX bench_average_key ON bench_average (booklet_id, subject_code, period)",
)


def fill(store: Store, division_count: int) -> None:
    """Complete booklets of so many divisions, then what a database needs after a bulk load."""
    sizes: dict[str, int] = {
        "schools": -(-division_count // PER_SCHOOL), "competences": 13, "periods": 3,
        "divisions": division_count, "pupils": PUPILS, "teachers": 2,
    }  # fmt: skip
    truth = ("true", "false") if _is_postgresql(store) else (1, 0)
    words: dict[str, Any] = {name: _SERIES.format(count=n) for name, n in sizes.items()}
    words |= {"true": truth[0], "false": truth[1]}
    words |= {"year": START_YEAR, "level": LEVEL, "per_school": PER_SCHOOL, "text": _TEXT}
    with store.writing() as unit:
        for statement in _STATEMENTS:
            made = statement.format(**words)
            if _is_postgresql(store):
                made = _for_postgresql(made)
            unit.connection.exec_driver_sql(made)
    tidy(store)


def _for_postgresql(statement: str) -> str:
    """Its `substr` knows no negative start; its driver reads a single % as a parameter."""
    for width in (7, 2):
        statement = statement.replace(f", -{width})", f", {width})")
    return statement.replace("substr(", "right(").replace("%", "%%")


def _is_postgresql(store: Store) -> bool:
    return store.dialect == "postgresql"


def tidy(store: Store) -> None:
    """What autovacuum does in its time: fresh statistics, no dead rows."""
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is not None and _is_postgresql(store):
            driver.autocommit = True
            driver.execute("VACUUM (ANALYZE)")
            driver.autocommit = False
        elif driver is not None:
            driver.execute("ANALYZE")


def change_every_division(store: Store) -> None:
    """One mark in each division, so that each file is a new version; not a part of any figure."""
    with store.writing() as unit:
        unit.connection.execute(
            sa.text(
                """UPDATE period_average SET average = (average + 25) % 2000 WHERE period = 1
                AND booklet_id IN (SELECT min(id) FROM booklet GROUP BY division_id)"""
            )
        )


def division_ids(store: Store) -> list[int]:
    """Every division, in order."""
    with store.reading() as connection:
        return list(connection.execute(sa.text("SELECT id FROM division ORDER BY id")).scalars())


def booklet_ids(store: Store) -> list[int]:
    """Every booklet, in order."""
    with store.reading() as connection:
        return list(connection.execute(sa.text("SELECT id FROM booklet ORDER BY id")).scalars())
