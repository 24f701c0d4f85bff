# SPDX-License-Identifier: MIT
"""What the gates found, for beginners."""

from __future__ import annotations

import sys
import textwrap
from typing import TextIO

from .compile import Built
from .gates import gates_of
from .judge import UnloadableError, judge

WIDTH = 100


def show_gates(built: Built, out: TextIO | None = None) -> bool:
    """Sends a kernel through the gates, and says so as it goes; whether it passed them all."""
    out = out or sys.stdout
    gates = gates_of(built.kind)
    width = max(len(gate.name) for gate in gates)
    print(f"{len(gates)} gates for {built.kind.symbol}:", file=out)
    tried = failed = 0
    try:
        for verdict in judge(built.library, built.kind):
            tried += 1
            failed += bool(verdict.wrong)
            said = "FAILED" if verdict.wrong else f"passed ({verdict.cases} calls)" if verdict.cases > 1 else "passed"
            print(f"  {verdict.gate.name:<{width}}  {said}", file=out, flush=True)
            if verdict.wrong:
                print_indented(f"The smallest case that fails: {verdict.case}.", out)
                print_indented(f"{sentence(verdict.wrong)}.", out)
                print_indented(verdict.meaning, out)
    except UnloadableError as error:
        print(f"  It cannot be loaded: {error}", file=out)
        return False
    if tried < len(gates):
        print(f"  The other {len(gates) - tried} ask for more: first this one.", file=out)
    if failed:
        print(f"{built.source} failed {failed} of {tried} gates.", file=out)
    return not failed


def sentence(words: str) -> str:
    """With a capital letter, if it begins with a word."""
    return words[0].upper() + words[1:]


def print_indented(line: str, out: TextIO) -> None:
    """A sentence under the gate that it is about."""
    for part in textwrap.wrap(line, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6):
        print(part, file=out, flush=True)
