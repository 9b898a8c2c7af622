"""Every option of every command says what it is for."""

import typer

from ferkeras.cli import build_app


def options(command, *words):
    for name, inner in getattr(command, "commands", {}).items():
        yield from options(inner, *words, name)
    if not hasattr(command, "commands"):
        yield from ((" ".join([*words, one.name]), one) for one in command.params)


def test_every_option_has_a_help_text():
    found = dict(options(typer.main.get_command(build_app())))
    assert {"train epochs", "study ratio seed", "datasets verify data"} <= set(found)
    assert [name for name, one in found.items() if not (one.help or "").strip()] == []
