"""Each code is unique and has French words; each error says what happened."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from importlib import import_module
from typing import Any

import pytest

from pipeline import field_labels, labels
from pipeline.domain.given_file import GivenFile
from pipeline.errors import PipelineError
from tests.house.source import Module, dotted_of, module, product, text_of

WORDLESS = {
    "pipeline.desk.exportable.WhyNot": "the pages' own sentences: tests/web/test_page_words.py",
    "pipeline.desk.places.Mend": "the same",
    "pipeline.domain.entry.Erase": "a marker in an edit, never shown",
    "pipeline.domain.programme.ProgrammeSource": "a column, never shown",
    "pipeline.exchange.problems.ProblemCode": "the problem's own sentence is shown",
    "pipeline.exchange.problems.ProblemSeverity": "the problem's own sentence is shown",
    "pipeline.exchange.recognise.KindCode": "the kind's own words are shown",
    "pipeline.import_changes.ChangeCode": "the change's own sentence is shown",
    "pipeline.verify.Verdict": "`lslpro verify` answers each in a sentence",
}
LABELS = (labels, field_labels)
IN_A_JOB = ("pipeline.export_run", "pipeline.export_finish", "pipeline.wiring", "pipeline.xml.")
NOT_IN_A_JOB = {"pipeline.xml.read_back": "reads the files that people give"}
SAMPLES: dict[str, Any] = {
    "str": "mot", "int": 7, "object": "mot", "list[str]": ["mot"],
    "GivenFile": GivenFile("eleves.xml", "0999999Z", 2025),
}  # fmt: skip
CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def classes(modules: Sequence[Module]) -> Iterator[tuple[Module, ast.ClassDef]]:
    for one in modules:
        yield from ((one, node) for node in one.nodes if isinstance(node, ast.ClassDef))


def enums(modules: Sequence[Module]) -> list[str]:
    return [
        f"{one.name}.{node.name}"
        for one, node in classes(modules)
        if any(dotted_of(base).endswith(("Enum", "Flag")) for base in node.bases)
    ]


def errors(modules: Sequence[Module]) -> list[tuple[Module, ast.ClassDef]]:
    """The classes of the error tree, wherever they stand."""
    known, found = {"PipelineError"}, []
    for one, node in [*classes(modules)] * 3:  # a leaf may be read before its branch
        bases = {dotted_of(base).rpartition(".")[2] for base in node.bases}
        if node.name not in {each.name for _, each in found} and (
            node.name == "PipelineError" or bases & known
        ):
            known.add(node.name)
            found.append((one, node))
    return found


def code_of(node: ast.ClassDef) -> str:
    """The code a class gives itself; nothing when it only inherits one."""
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", line)]
        if "code" in map(dotted_of, targets):
            return text_of(getattr(line, "value", None))
    return ""


def bad_codes(modules: Sequence[Module]) -> list[str]:
    """Error classes without a code of their own, with one that is no word, or another's."""
    found = errors(modules)
    counts = Counter(code_of(node) for _, node in found)
    return [
        f"{one.at(node)} {node.name}: {code_of(node) or 'no code'}"
        for one, node in found
        if not CODE.fullmatch(code_of(node)) or counts[code_of(node)] > 1
    ]


def raised_without_words(modules: Sequence[Module]) -> list[str]:
    """Where an error that composes no message is raised without one."""
    mute = {
        node.name
        for _, node in errors(modules)
        if not any(isinstance(line, ast.FunctionDef) for line in node.body)
    }
    return [
        f"{one.at(node)} {name}"
        for one in modules
        for node in one.nodes
        if isinstance(node, ast.Raise) and (name := _wordless(node.exc)) in mute
    ]


def ends_of_a_job(modules: Sequence[Module]) -> dict[str, str]:
    """The codes of the final errors that a job's own steps raise, and where."""
    codes = {node.name: code_of(node) for one, node in errors(modules)}
    return {
        codes[name]: one.at(node)
        for one in modules
        if one.name.startswith(IN_A_JOB) and one.name not in NOT_IN_A_JOB
        for node in one.nodes
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for name in [dotted_of(node.exc.func).rpartition(".")[2]]
        if name in codes and not name.endswith("Unavailable")
    }


def _wordless(raised: ast.expr | None) -> str:
    if isinstance(raised, ast.Call):
        return "" if raised.args else dotted_of(raised.func).rpartition(".")[2]
    return dotted_of(raised).rpartition(".")[2] if raised else ""


def named(dotted: str) -> Any:
    where, _, name = dotted.rpartition(".")
    return getattr(import_module(where), name)


def words_of(codes: type[Enum]) -> list[dict[Enum, str]]:
    """The public tables of the labels that hold exactly these codes."""
    tables = [value for one in LABELS for name, value in vars(one).items() if name.isupper()]
    return [one for one in tables if isinstance(one, dict) and set(one) == set(codes)]


ERRORS = [
    f"{one.name}.{node.name}" for one, node in errors(product()) if not one.name.startswith("tasks")
]  # `import tasks` would read this process's settings for good
ENUMS = enums(product())


@pytest.mark.parametrize("name", ENUMS)
def test_each_code_is_a_value_of_its_own(name: str) -> None:
    codes: type[Enum] = named(name)
    assert list(codes.__members__) == [one.name for one in codes], "a value stands twice"


@pytest.mark.parametrize("name", sorted(set(ENUMS) - set(WORDLESS)))
def test_each_code_has_french_words(name: str) -> None:
    found = words_of(named(name))
    assert len(found) == 1, f"no table of pipeline/*labels.py has exactly the codes of {name}"
    assert all(isinstance(word, str) and word.strip() == word != "" for word in found[0].values())


def test_each_enum_without_words_is_there() -> None:
    assert set(WORDLESS) <= set(ENUMS)


def test_each_error_has_a_code_of_its_own() -> None:
    found = bad_codes(product())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ERRORS)
def test_each_error_composes_a_message(name: str) -> None:
    error: type[PipelineError] = named(name)
    _self, *parameters = inspect.signature(error.__init__).parameters.values()
    needed = [one for one in parameters if one.default is one.empty]
    given = [_sample(one) for one in needed if one.kind is one.POSITIONAL_OR_KEYWORD]
    message = str(error(*given or ["mot"] * len(parameters[:1])))
    assert re.search(r"\w{3}", message)
    assert "object at 0x" not in message


def _sample(parameter: inspect.Parameter) -> Any:
    return SAMPLES.get(str(parameter.annotation), "mot")


def test_no_error_is_raised_without_words() -> None:
    found = raised_without_words(product())
    assert not found, "\n".join(found)


def test_each_error_that_ends_a_job_has_french_words() -> None:
    ends = ends_of_a_job(product())
    found = {code: place for code, place in ends.items() if code not in labels.JOB_ERRORS}
    assert not found, "\n".join(f"{place} {code}" for code, place in found.items())


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("class A(Refused):\n    code = 'a'\nclass B(Defect):\n    code = 'a'", 2),
        ("class A(Refused):\n    '''No code.'''", 1),
        ("class A(errors.Refused):\n    code = 'Not A Word'", 1),
        ("class B(A):\n    code = ''\nclass A(Refused):\n    code = 'a'", 1),
        ("class A(Refused):\n    code: str = 'a'\nclass C(Exception): ...", 0),
    ],
)
def test_the_check_sees_a_code_that_is_missing_or_taken(source: str, count: int) -> None:
    tree = "class PipelineError(Exception):\n    code = 'p'\nclass Refused(PipelineError):\n"
    tree += "    code = 'r'\nclass Defect(PipelineError):\n    code = 'd'\n"
    assert len(bad_codes([module("pipeline.new", tree + source)])) == count


@pytest.mark.parametrize("statement", ["raise Refused", "raise Refused()", "raise e.Refused()"])
def test_the_check_sees_an_error_without_words(statement: str) -> None:
    tree = "class Refused(PipelineError):\n    code = 'r'\n"
    source = f"{tree}{statement}\nraise Refused('Trop tard.')\nraise\n"
    assert raised_without_words([module("pipeline.new", source)])[0].startswith("pipeline/new.py:3")


def test_the_check_sees_a_code_without_words() -> None:
    class Codes(Enum):
        NEW = "new"

    assert words_of(Codes) == []


def test_the_check_sees_an_error_that_ends_a_job() -> None:
    source = "class PipelineError(Exception):\n    code = 'p'\nraise errors.PipelineError('x')"
    found = [ends_of_a_job([module(f"pipeline.{name}", source)]) for name in ("xml.new", "new")]
    assert found == [{"p": "pipeline/xml/new.py:3"}, {}]
