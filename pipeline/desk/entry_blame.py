"""Which inputs of a faulty field are to be mended."""

from __future__ import annotations

from pipeline.desk.entry_fields import TEACHERS, Field, teacher_inputs
from pipeline.desk.entry_values import Values, teacher_ranks
from pipeline.domain.facts import Limits
from pipeline.domain.text import normalise


def blamed(field: Field, values: Values, limits: Limits) -> tuple[str, ...]:
    """Of the inputs of a faulty field, those to mend: empty beside filled ones, or too long."""
    groups = [field.inputs]
    if field.key == TEACHERS:
        groups = [teacher_inputs(rank) for rank in teacher_ranks(values)]
    if len(groups[0]) == 1:
        return field.inputs
    found = [
        name
        for group in groups
        if any(values.get(one, "").strip() for one in group)
        for name in group
        if _is_short(name, values) or _is_long(name, values, limits)
    ]
    return tuple(found or (name for group in groups for name in group))


def _is_short(name: str, values: Values) -> bool:
    return not name.endswith("-date") and not values.get(name, "").strip()


def _is_long(name: str, values: Values, limits: Limits) -> bool:
    most = {"nom": limits.last_name, "prenom": limits.first_name, "texte": limits.appreciation}
    limit = most.get(name.rpartition("-")[2])
    return limit is not None and len(normalise(values.get(name, ""))[0]) > limit
