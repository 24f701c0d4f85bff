# SPDX-License-Identifier: MIT
"""``pyblaslite ladder show``: a rung's source beside the machine code of its hot loop."""

from __future__ import annotations

import dis
import inspect
import io
import platform
import shutil
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from ..race.command import UsageError
from . import python_rungs
from .assembly import FLOAT, Loop, hot_loop
from .rungs import Rung, read_rungs

WIDTH = 200  # of a file or pipe
NARROW = 140  # columns, below which the two do not fit beside each other
STYLE = "ansi_dark"


def show(rung: Rung) -> None:
    """Prints both, side by side where there is room."""
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    show_python(rung, console) if rung.is_python else show_c(rung, console)
    others = [r for r in read_rungs(rung.subject) if r.source == rung.source and r.file == rung.file and r != rung]
    for other in others:
        console.print(Text(f"Also {rung.subject} {other.number}: {other.built}, for {other.work}."))
    if obstacle := rung.obstacle():
        console.print(Text(f"It does not run here: {obstacle}."))


def show_python(rung: Rung, console: Console) -> None:
    """The source, and what the interpreter makes of it."""
    function = python_rungs.RUNGS[rung.function]
    said = io.StringIO()
    dis.dis(function, file=said)
    source = Syntax(inspect.getsource(function), "python", theme=STYLE, word_wrap=True)
    place(console, heading(rung), source, "bytecode", Syntax(said.getvalue(), "text", theme=STYLE, word_wrap=True))


def show_c(rung: Rung, console: Console) -> None:
    """The source, and the machine code that a compiler made of its hot loop."""
    loop = read_loop(rung)
    if loop is None:
        raise UsageError(f"{rung.module()}: no loop with arithmetic was found in it")
    lines = {instruction.line for instruction in loop.body}
    text = rung.source.read_text(encoding="utf-8")
    source = Syntax(text, "c", theme=STYLE, line_numbers=True, highlight_lines=lines, word_wrap=True)
    code = "\n".join(f"{i.line:>4}  {i.text}" for i in loop.body)
    place(console, heading(rung), source, f"hot loop, in {loop.function}", Syntax(code, "gas", theme=STYLE))
    console.print(Text(sentence(loop)))


def read_loop(rung: Rung) -> Loop | None:
    """The hot loop of the build that runs here, or of the one there is."""
    if platform.machine() not in ("x86_64", "AMD64"):
        raise UsageError(f"machine code is read on x86-64 only, not on {platform.machine()}")
    if not rung.module().is_file():
        raise UsageError(f"{rung.subject} {rung.number}: {rung.obstacle()}")
    if shutil.which("objdump") is None:
        raise UsageError("objdump not found: install binutils, which reads the machine code")
    return hot_loop(Path(rung.module()))


def heading(rung: Rung) -> str:
    """What is shown."""
    return f"{rung.subject} {rung.number}, {rung.source.name}, built with {rung.built}"


def place(console: Console, left_title: str, left: Syntax, right_title: str, right: Syntax) -> None:
    """Side by side, or one after the other on a narrow terminal."""
    if console.width < NARROW:
        for title, part in ((left_title, left), (right_title, right)):
            console.print(Text(title, "bold"), part)
        return
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column()
    table.add_row(Text(left_title, "bold"), Text(right_title, "bold"))
    table.add_row(left, right)
    console.print(table)


def sentence(loop: Loop) -> str:
    """The counts in words."""
    said = ", ".join(f"{number} {what}" for what, number in loop.counts().items())
    vectors = f"vectors of {loop.width} bits, {loop.width // FLOAT} floats" if loop.width > FLOAT else "single floats"
    return f"In one turn: {said}; {vectors}. Beside the instructions: the lines of the source, which are marked there."
