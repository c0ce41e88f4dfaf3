"""Help is Dutch, complete and light; wrong use is told in Dutch with a way out."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from casefile_support import fine, run

from procure_ai.cli import COMMANDS, cli

ENGLISH = re.compile(
    r"\b(?:Usage|Options|Commands|Arguments|Show this|message and exit|required|default|optional|FILE|DIRECTORY|PATH"
    r"|TEXT|INTEGER|Error|Missing|Invalid|does not exist|No such|Try)\b"
)


def everything() -> Iterator[tuple[str, ...]]:
    for name in COMMANDS:
        yield (name,)
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group):
            yield from ((name, sub) for sub in command.list_commands(click.Context(command)))


ALL = list(everything())


def found(names: tuple[str, ...]) -> click.Command:
    command: click.Command | None = cli
    for name in names:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    return command


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_help_is_dutch_and_has_an_example(names: tuple[str, ...]) -> None:
    text = fine(*names, "--help").out
    assert text.startswith(f"Gebruik: procure-ai {' '.join(names)}")
    assert "Voorbeeld" in text
    examples = text[text.index("Voorbeeld") :].split("\n\n")[0]
    assert f"procure-ai {' '.join(names)}" in examples
    assert "Toon deze uitleg." in text
    assert not ENGLISH.search(text), ENGLISH.search(text)
    assert all(len(line) <= 100 for line in text.split("\n"))


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_every_option_is_explained(names: tuple[str, ...]) -> None:
    for option in found(names).params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.endswith("."), option.help


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_examples_use_options_that_exist(names: tuple[str, ...]) -> None:
    text = fine(*names, "--help").out
    for line in re.findall(r"procure-ai .*", text[text.index("Voorbeeld") :]):
        words = line.split()[1:]
        command: click.Command = cli
        while isinstance(command, click.Group) and words:
            command = found((words[0],)) if command is cli else command.commands[words[0]]
            words = words[1:]
        known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_the_overview_lists_every_command_with_its_first_sentence() -> None:
    text = fine("--help").out
    assert not ENGLISH.search(text)
    for name, (_, line) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", text, re.MULTILINE)
        assert (found((name,)).help or "").split("\n")[0] == line, name
    assert "Uitgang 0" in " ".join(text.split())


def test_every_command_of_the_modules_is_in_the_table() -> None:
    """A command appears in help only once it works; one that works must appear."""
    import importlib

    for module in {module for module, _ in COMMANDS.values()}:
        loaded = importlib.import_module(f"procure_ai.cli.{module}")
        own = {item.name for item in vars(loaded).values() if isinstance(item, click.Command)}
        inner = {name for item in vars(loaded).values() if isinstance(item, click.Group) for name in item.commands}
        assert own - inner <= set(COMMANDS)


HEAVY = ("pydantic", "docx", "lxml", "xlsxwriter", "openpyxl", "yaml", "markdown_it", "python_calamine", "rich")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from procure_ai.cli import _run\n"
        "for words in (['--help'], ['--version'], ['plan', '--help'], ['library', '--help'], ['rank', '--chek']):\n"
        "    _run(words)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert ran.stderr.strip().split("\n")[-1] == "[]"


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown command": (("plann",), "Bedoelde u `plan`?"),
    "command like no other": (("xyzzy",), "De opdracht `xyzzy` bestaat niet."),
    "unknown command of the lawyer": (("library", "chek"), "Bedoelde u `check`?"),
    "unknown option": (("rank", "--chek"), "--check"),
    "unknown option of the program": (("--verzion",), "--version"),
    "nothing to receive": (("receive", "--tenderer", "x"), "BESTAND"),
    "nobody named": (("receive", __file__), "tenderer"),
    "a file that is not there": (("receive", "weg.xlsx", "--tenderer", "x"), "bestaat niet"),
    "a file as folder": (("plan", __file__), "bestaat niet"),
    "too many words": (("plan", "a", "b c"), "Hier staat te veel: `b c`."),
    "a value for an option that has none": (("rank", "--check=ja"), "--check"),
    "an option without its value": (("check", "--explain"), "--explain"),
    "a format that is not there": (("contract", "--format", "docx,doc"), "`doc` bestaat niet"),
    "no format": (("contract", "--format", ","), "docx, pdf, odt, html, md"),
    "a template that is not there": (("contract", "--template", "weg.dotx"), "bestaat niet"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_told_with_a_way_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words, hint = WRONG[name]
    ran = run(*words)
    assert ran.code == 2, ran
    assert ran.out == ""
    assert hint in ran.err
    assert ran.err.startswith("Fout: ")
    assert "--help" in ran.err
    assert "Traceback" not in ran.err
    assert not re.search(r"\b(?:Got|extra|argument|does not|requires|Invalid|Missing)\b", ran.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [(), ("library",)])
def test_only_the_name_shows_the_help(words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.said.startswith("Gebruik: procure-ai")
    assert "Bekijk de uitleg met" not in ran.said


def test_the_version() -> None:
    assert re.fullmatch(r"procure-ai \d+\.\d+\.\d+\S*\n", fine("--version").out)
