"""click in Dutch: the words of the help pages, and the messages for wrong use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

_HELP = "Toon deze uitleg."


class DutchFormatter(click.HelpFormatter):
    """Help pages with Dutch words."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "Gebruik: ")


class _Context(click.Context):
    formatter_class = DutchFormatter


class DutchCommand(click.Command):
    """A command whose help page is Dutch."""

    context_class = _Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return [piece.replace("[OPTIONS]", "[OPTIES]") for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (record[0], record[1].replace("[required]", "[verplicht]"))
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
        ]
        if rows:
            with formatter.section("Opties"):
                formatter.write_dl(rows)


class DutchGroup(DutchCommand, click.Group):
    """A group that shows its commands from a table and imports one only when it is called."""

    command_class = DutchCommand

    def __init__(self, *args: Any, commands_table: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = commands_table or {}

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[OPTIES]", "OPDRACHT ..."]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.table, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.table:
            module = import_module(f"procure_ai.cli.{self.table[cmd_name][0]}")
            command: click.Command = getattr(module, cmd_name.replace("-", "_"))
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from procure_ai.findings import nearest

        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            near = nearest(name, self.list_commands(ctx))
            hint = f" Bedoelde u `{near}`?" if near else ""
            raise click.UsageError(f"De opdracht `{name}` bestaat niet.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows: list[tuple[str, str]] = [(name, text) for name, (_, text) in self.table.items()]
        for name in click.Group.list_commands(self, ctx):
            command = click.Group.get_command(self, ctx, name)
            if command is not None:
                rows.append((name, command.get_short_help_str(90)))
        with formatter.section("Opdrachten"):
            formatter.write_dl(rows)


def usage_message(error: click.UsageError) -> str:
    """What was wrong with the call, in Dutch, and where to look."""
    match error:
        case click.NoSuchOption():
            near = f" Bedoelde u {' of '.join(error.possibilities)}?" if error.possibilities else ""
            text = f"De optie `{error.option_name}` bestaat niet.{near}"
        case click.MissingParameter():
            name = error.param.human_readable_name if error.param else ""
            text = f"Er ontbreekt iets: `{name}`."
        case click.BadOptionUsage():
            text = f"De optie `{error.option_name}` is niet goed gebruikt."
        case click.BadParameter():
            name = error.param.human_readable_name if error.param else "waarde"
            text = f"De waarde bij `{name}` klopt niet: {_bad_value(error)}"
        case _:
            text = error.format_message()
            if text.startswith("Got unexpected extra argument"):
                text = f"Hier staat te veel: `{text.partition('(')[2].rstrip(')')}`."
    where = error.ctx.command_path if error.ctx else "procure-ai"
    return f"Fout: {text}\n  Bekijk de uitleg met: {where} --help"


def _bad_value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"kies uit {', '.join(map(str, kind.choices))}."
    if isinstance(kind, click.Path):
        return "dit bestand of deze map bestaat niet of is niet te lezen."
    return error.message
