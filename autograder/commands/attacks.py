"""`verify --attacks` at the terminal: runs the corpus of attacks and shows each result."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.rendering.text import plain
from autograder.verify.attacks import AttackResult, run_attacks

WIDTH = 150


def attack_and_show(only: str, environment: str, json_file: Path | None) -> list[AttackResult]:
    """Run the corpus, print a line for each attack and a table; return the results.

    Args:
        only: a word that `family/name` of an attack must contain.
        environment: a name for this machine that exceptions of attacks may use.
        json_file: path for the results as a JSON list; None to write none.
    """
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    output.print("[bold]attacks[/] on line_fit")
    begin, results = time.monotonic(), list[AttackResult]()
    for result in run_attacks(only, environment):
        results.append(result)
        mark = "[red]✗[/]" if result.faults else "[green]✓[/]"
        output.print(f" {mark} {result.family}/{result.name}", end="  ")
        output.print(_words(result), markup=False, soft_wrap=True)
    if json_file:
        json_file.write_text(json.dumps([asdict(result) for result in results], indent=1))
    output.print(attack_table(results))
    faulty = sum(bool(result.faults) for result in results)
    verdict = f"{faulty} of {len(results)} attacks come to something else" if faulty else "every attack is met"
    output.print(f"{len(results)} attacks; {verdict}; {time.monotonic() - begin:.0f} s")
    return results


def attack_table(results: Sequence[AttackResult]) -> Table:
    """Return a table of families and attacks with the expected and the actual outcomes."""
    table = Table()
    for column in ("family", "attack", "expected", "seen", ""):
        table.add_column(column, no_wrap=column != "seen")
    for result in results:
        mark = Text("✗", style="red") if result.faults else Text("✓", style="green")
        table.add_row(result.family, result.name, result.expected, Text(plain(result.seen, 200)), mark)
    return table


def _words(result: AttackResult) -> str:
    return plain("; ".join(result.faults), 1000)
