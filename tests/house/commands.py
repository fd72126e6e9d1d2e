"""The commands of `lslpro`, and what is wrong with a command line that a text quotes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from typer import Exit
from typer.exceptions import TyperException
from typer.main import get_command

from pipeline.cli import app

FENCE = re.compile(r"^ *(```+|~~~+)[^\n]*\n(.*?)^ *\1 *$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
STOP = re.compile(r"[|&;<>()»`]+")


def command(*path: str) -> Any:
    """The command or group at a path; nothing if there is none."""
    found: Any = get_command(app)
    for name in path:
        found = getattr(found, "commands", {}).get(name)
    return found


def paths(group: Any = None, *above: str) -> Iterator[tuple[str, ...]]:
    """The path of each command that does something."""
    for name, one in (group or command()).commands.items():
        if hasattr(one, "commands"):
            yield from paths(one, *above, name)
        else:
            yield (*above, name)


def split(words: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The words that lead to a command or group, and those given to it."""
    path: tuple[str, ...] = ()
    while len(path) < len(words) and command(*path, words[len(path)]):
        path = (*path, words[len(path)])
    return path, list(words[len(path) :])


def fault_of_name(words: Sequence[str]) -> str:
    """What is wrong in a mention of a command: its path, or an option it does not have."""
    path, rest = split(words)
    found = command(*path)
    if rest and hasattr(found, "commands") and not rest[0].startswith("-"):
        return f"no command {' '.join([*path, rest[0]])}"
    known = {name for one in found.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    options = {word.partition("=")[0] for word in rest if word.startswith("--")}
    return f"no option {', '.join(sorted(options - known))}" if options - known else ""


def fault_of_line(words: Sequence[str]) -> str:
    """What the command itself finds wrong in its arguments; it is not run."""
    path, rest = split(words)
    if fault := fault_of_name(words):
        return fault
    if not rest and hasattr(command(*path), "commands"):
        return ""  # shows its help
    try:
        command(*path).make_context(" ".join(path), rest)
    except Exit:
        return ""
    except TyperException as error:
        return str(error)
    return ""


def blocks(text: str) -> list[str]:
    """The code blocks of a Markdown text."""
    return [found[2] for found in FENCE.finditer(text)]


def spans(text: str) -> list[str]:
    """The code within its sentences."""
    return SPAN.findall(FENCE.sub("", text))


def lines_of(block: str) -> list[str]:
    """The command lines of a block: those after `$` where there are any, else all."""
    lines = block.replace("\\\n", " ").splitlines()
    prompted = [line.strip()[2:] for line in lines if line.strip().startswith("$ ")]
    return prompted or lines


def calls_in(line: str) -> Iterator[list[str]]:
    """The words after each `lslpro` of a shell line; its error messages are not calls."""
    words = _words(line)
    for start, word in enumerate(words):
        if word.rpartition("/")[2] == "lslpro" and words[start + 1 : start + 2] != [":"]:
            rest = words[start + 1 :]
            ends = (at for at, one in enumerate(rest) if STOP.fullmatch(one))
            yield rest[: next(ends, len(rest))]


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()»`")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # a quotation mark of a sentence, not of a shell
        return line.split()
