"""The scripts with which shells complete the command line; click writes them."""

import click

SHELLS = ("bash", "zsh", "fish")


def completion_for(shell: str, command: click.Command, program: str) -> str:
    """Return the script for one shell.

    Args:
        shell: one of `SHELLS`.
        command: the whole command line.
        program: the name that people call it by.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind, shell
    return kind(command, {}, program, f"_{program.upper()}_COMPLETE").source()
