"""The README, and the messages that give advice, name what there is, and all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

import pytest

from pipeline.settings import Settings
from tests.house.commands import (
    blocks,
    calls_in,
    fault_of_line,
    fault_of_name,
    lines_of,
    paths,
    spans,
)
from tests.house.source import Module, module, product, read

README = "README.md"
OF_TESTS = {
    "LSLPRO_CRASH_AT"
}  # no setting: only the tests and the README's chapter on them name it
ADVICE = re.compile(r"« (lslpro [^»]+?) »")
TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
MADE = re.compile(r"\bmake((?: +[\w./=-]+)+)")


def variables() -> set[str]:
    """Each name of the environment that a setting is read from."""
    prefix = Settings.model_config.get("env_prefix", "")
    fields = {name: one.validation_alias for name, one in Settings.model_fields.items()}
    named = {
        alias if isinstance(alias, str) else f"{prefix}{name}".upper()
        for name, alias in fields.items()
    }
    return named | {str(name) for one in fields.values() for name in getattr(one, "choices", ())}


def false_lines(text: str) -> list[str]:
    """The `lslpro` command lines of the code blocks that the command itself would refuse."""
    return [
        f"lslpro {' '.join(words)}: {fault}"
        for block in blocks(text)
        for line in lines_of(block)
        for words in calls_in(line)
        if (fault := fault_of_line(words))
    ]


def false_names(texts: Sequence[str]) -> list[str]:
    """The `lslpro` commands named in sentences that do not exist."""
    return [
        f"{text}: {fault}"
        for text in texts
        for words in calls_in(text)
        if text.startswith("lslpro ") and (fault := fault_of_name(words))
    ]


def advice(modules: Sequence[Module]) -> list[str]:
    """The commands that the product's own messages quote."""
    return [
        text
        for one in modules
        for node in one.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for text in ADVICE.findall(node.value)
    ]


def false_targets(text: str, targets: set[str]) -> set[str]:
    """What `make` is asked for in code and the Makefile does not have."""
    lines = [line for block in blocks(text) for line in lines_of(block)] + spans(text)
    asked = [
        word
        for line in lines
        for words in MADE.findall(line.partition("#")[0])
        for word in words.split()
        if "=" not in word and not word.startswith("-")
    ]
    return set(asked) - targets


def silent_on(text: str, names: Iterable[str]) -> list[str]:
    """The names that a text does not mention in full."""
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


def test_each_command_is_in_the_readme() -> None:
    found = silent_on(read(README), [f"lslpro {' '.join(path)}" for path in paths()])
    assert not found, "\n".join(found)


def test_each_setting_is_in_the_readme() -> None:
    found = silent_on(read(README), sorted(variables()))
    assert not found, "\n".join(found)


def test_each_variable_of_the_readme_is_a_setting() -> None:
    named = set(re.findall(r"\bLSLPRO_[A-Z_]+\b", read(README)))
    assert named <= variables() | OF_TESTS, named - variables() - OF_TESTS


def test_each_command_line_of_the_readme_would_be_taken() -> None:
    found = false_lines(read(README))
    assert not found, "\n".join(found)


def test_each_command_named_in_a_sentence_exists() -> None:
    found = false_names(spans(read(README)) + advice(product()))
    assert not found, "\n".join(found)


def test_each_make_target_that_is_asked_for_exists() -> None:
    asked = f"{read(README)}\n```sh\n{read('.ci/run')}\n```\n"
    found = false_targets(asked, set(TARGET.findall(read("Makefile"))))
    assert not found, found


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("lslpro nope", 1),
        ("$ .venv/bin/lslpro export --nope 1TLOG | head", 1),
        ("$ LSLPRO_HOME=x lslpro booklet show sept", 1),
        ("lslpro verify # the file is missing", 1),
        ("lslpro status \\\n  --nope", 1),
        ("lslpro serve & lslpro jobs nope > out.txt", 1),
        ("$ lslpro verify x.xml --json > out.txt\nlslpro : Fichier x.xml : introuvable.", 0),
        ("lslpro --help\nlslpro jobs\nlslpro status --help", 0),
        ("git clone https://example.org/lslpro && cd lslpro", 0),
    ],
)
def test_the_check_sees_a_command_line_that_is_refused(lines: str, count: int) -> None:
    assert len(false_lines(f"Text.\n\n```console\n{lines}\n```\n")) == count


def test_the_check_sees_a_command_that_does_not_exist() -> None:
    source = "say('Lancez « lslpro nope ».')\nsay('Puis « lslpro jobs list » ou « lslpro x --y ».')"
    assert len(advice([module("pipeline.new", source)])) == 3
    assert len(false_names(["lslpro nope", "lslpro jobs --nope", "lslpro status DIVISION"])) == 2


def test_the_check_sees_a_target_that_does_not_exist() -> None:
    text = "We make noise, `make lint` and `make -s noise JOBS=2`:\n\n```sh\nmake demo # not\n```\n"
    assert false_targets(text, {"lint"}) == {"noise", "demo"}


def test_the_check_sees_what_is_not_mentioned() -> None:
    text = "`lslpro import-x`, xlslpro import, `LSLPRO_DATABASE_URL`, `lslpro jobs`"
    names = ["lslpro import", "DATABASE_URL", "lslpro jobs"]
    assert silent_on(text, names) == ["lslpro import", "DATABASE_URL"]
