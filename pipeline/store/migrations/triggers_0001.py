"""The triggers of revision 0001: every change of a source raises `wanted_revision`.

PostgreSQL has one per table and event, for the whole statement; SQLite one per row. The
scope tells which booklets a changed row concerns.
"""

from collections.abc import Iterator, Mapping

_OF_LEVEL = """SELECT b.id FROM booklet b JOIN division d ON d.id = b.division_id
  WHERE d.start_year = {r}.start_year AND d.diploma_code = {r}.diploma_code
    AND d.level = {r}.level"""

SCOPES = {
    "booklet": "SELECT {r}.id",
    "student": "SELECT b.id FROM booklet b WHERE b.student_id = {r}.id",
    "evaluation": "SELECT {r}.booklet_id",
    "period_average": "SELECT {r}.booklet_id",
    "rating": "SELECT {r}.booklet_id",
    "teacher": "SELECT {r}.booklet_id",
    "pfmp": "SELECT {r}.booklet_id",
    "project": "SELECT {r}.booklet_id",
    "division": "SELECT b.id FROM booklet b WHERE b.division_id = {r}.id",
    "level_settings": _OF_LEVEL + " AND d.school_uai = {r}.school_uai",
    "framework_competence": _OF_LEVEL,
    "competence": """SELECT b.id FROM booklet b JOIN division d ON d.id = b.division_id
  JOIN framework_competence f ON f.start_year = d.start_year
   AND f.diploma_code = d.diploma_code AND f.level = d.level
  WHERE f.start_year = {r}.start_year AND f.competence_code = {r}.code""",
}
# A booklet's own revision number is written by every edit and is no source of the light.
SQLITE_UPDATE_OF = {"booklet": " OF student_id, division_id, mef_code, status_code, left_on"}
EVENTS = {"insert": ("new",), "update": ("new", "old"), "delete": ("old",)}
_MARK = "UPDATE completeness SET wanted_revision = wanted_revision + 1 WHERE booklet_id IN ({ids})"


def sqlite_statements() -> Iterator[str]:
    yield """CREATE TRIGGER booklet_completeness AFTER INSERT ON booklet BEGIN
      INSERT INTO completeness (booklet_id) VALUES (new.id); END"""
    yield from sqlite_marks(SCOPES)


def sqlite_marks(scopes: Mapping[str, str]) -> Iterator[str]:
    """The triggers of these sources."""
    for table, scope in scopes.items():
        for event, rows in EVENTS.items():
            if table == "booklet" and event != "update":
                continue
            ids = " UNION ".join(scope.format(r=row) for row in rows)
            columns = SQLITE_UPDATE_OF.get(table, "") if event == "update" else ""
            yield (
                f"CREATE TRIGGER {table}_marks_{event} AFTER {event.upper()}{columns} ON {table} "
                f"BEGIN {_MARK.format(ids=ids)}; END"
            )


def postgresql_statements() -> Iterator[str]:
    yield """CREATE FUNCTION booklet_completeness() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO completeness (booklet_id) VALUES (NEW.id); RETURN NULL; END $$"""
    yield """CREATE TRIGGER booklet_completeness AFTER INSERT ON booklet
      FOR EACH ROW EXECUTE FUNCTION booklet_completeness()"""
    yield from postgresql_marks(SCOPES)


def postgresql_marks(scopes: Mapping[str, str]) -> Iterator[str]:
    """The triggers of these sources."""
    for table, scope in scopes.items():
        for event, rows in EVENTS.items():
            if table == "booklet" and event != "update":
                continue
            yield from _postgresql_trigger(table, event, rows, scope)


def _postgresql_trigger(table: str, event: str, rows: tuple[str, ...], scope: str) -> Iterator[str]:
    name = f"{table}_marks_{event}"
    ids = " UNION ".join(
        f"SELECT x.id FROM {row}_rows r CROSS JOIN LATERAL ({scope.format(r='r')}) x(id)"
        for row in rows
    )
    if table == "booklet":  # only where something besides the edit's own revision moved
        ids = """SELECT r.id FROM new_rows r JOIN old_rows o ON o.id = r.id
          WHERE (r.student_id, r.division_id, r.mef_code, r.status_code, r.left_on)
          IS DISTINCT FROM (o.student_id, o.division_id, o.mef_code, o.status_code, o.left_on)"""
    yield f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN {_MARK.format(ids=ids)}; RETURN NULL; END $$"""
    tables = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in rows)
    yield f"""CREATE TRIGGER {name} AFTER {event.upper()} ON {table}
      REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"""
