"""The guides are true: every command in a ```sh block runs, in order, from an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import procure_ai.cli
from procure_ai.casefile.simulation import simulate

GUIDES = ("gids-adviseur.md", "gids-commissie.md", "gids-jurist.md")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(path: Path, language: str) -> list[str]:
    return [body for name, body in _FENCE.findall(path.read_text("utf-8")) if name == language]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_of_the_guide_run(
    guide: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line for block in _blocks(root / "docs" / guide, "sh") for line in block.splitlines() if line.strip()]
    assert commands
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "procure-ai", command
        with pytest.raises(SystemExit) as left:
            procure_ai.cli.main(arguments)
        said = capsys.readouterr()
        assert left.value.code == 0, f"{command}\n{said.out}{said.err}"


@pytest.mark.parametrize("guide", GUIDES)
def test_commands_that_are_only_shown_exist(guide: str, root: Path) -> None:
    """What people type later has files of their own in it; its command and options must still be real."""
    for block in _blocks(root / "docs" / guide, "text"):
        for line in block.splitlines():
            if not line.startswith("procure-ai "):
                continue
            name, *rest = shlex.split(line.split("   ")[0])[1:]
            command = procure_ai.cli.cli.get_command(click.Context(procure_ai.cli.cli), name)
            if isinstance(command, click.Group):
                name, *rest = rest
                command = command.get_command(click.Context(command), name)
            assert command is not None, line
            known = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in rest if word.startswith("-")} <= known, line


def test_the_example_of_the_award_model_gives_what_the_page_says(root: Path, tmp_path: Path) -> None:
    (example,) = _blocks(root / "docs" / "gunningsmodel.md", "yaml")
    path = tmp_path / "geval.yaml"
    path.write_text(example, "utf-8")
    result = simulate(path)["geval"]
    assert {name: tender.get("total") for name, tender in result["tenders"].items()} == {
        "noord": "67.0000",
        "zuid": "67.0000",
        "west": None,
    }
    assert (result["winner"], result["tie_break_steps"]) == ("noord", ["quality"])


def test_links_between_the_pages_lead_somewhere(root: Path) -> None:
    pages = [
        *(root / "docs").glob("*.md"), *(root / "docs" / "decisions").glob("*.md"),
        *(root / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]  # fmt: skip
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            if "images/" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
