# SPDX-License-Identifier: MIT
"""The findings as tables for people."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .ask import BAD, GOOD, Answer
from .findings import Findings

STYLES = {GOOD: "green", BAD: "red"}
SUM = "As the rule"


def show(findings: Findings, console: Console) -> None:
    """The machine, the libraries, what may clash, and the table of answers."""
    console.print(facts(findings), libraries(findings), sep="\n")
    for sentence in findings.clashes or ["Nothing clashes when all of these are in one process."]:
        console.print(Text(f"! {sentence}" if findings.clashes else sentence), soft_wrap=False)
    console.print(answers(findings))
    console.print(
        Text("Green: as the reference BLAS (netlib 3.10). Each answer was given by a process of its own."), style="dim"
    )


def facts(findings: Findings) -> Table:
    """Names and what is known of them."""
    table = Table(box=box.SIMPLE, show_header=False, title="The machine", title_justify="left", title_style="bold")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in findings.facts.items():
        table.add_row(Text(name), Text(value))
    return table


def libraries(findings: Findings) -> Table:
    """What packages load, what else was found to be asked, and the runtimes the loader finds."""
    table = Table(box=box.SIMPLE_HEAD, title="BLAS and OpenMP", title_justify="left", title_style="bold")
    for column in ("brought by", "kind", "version", "threads", "file"):
        table.add_column(column, overflow="fold")
    known = {library.path for library in findings.loaded}
    for library in findings.loaded:
        about = f"{library.name} {library.version}"
        table.add_row(*map(Text, (library.package, library.kind, about, str(library.threads), library.path)))
    for name, path in findings.probed.items():
        if path not in known:
            table.add_row(*map(Text, (f"({name})", "blas", "", "", path)))
    for path in (path for path in findings.openmp if path not in known):
        table.add_row(*map(Text, ("(loader)", "openmp", "", "", path)))
    return table


def answers(findings: Findings) -> Table:
    """A row for each question, a column for each library."""
    table = Table(box=box.SIMPLE_HEAD, title="Answers at the edges", title_justify="left", title_style="bold")
    table.add_column("question", no_wrap=True)
    table.add_column("rule", style="bold")
    for library in findings.probed:
        table.add_column(Text(library), overflow="fold")
    for question, rule in findings.rules.items():
        cells = [cell(findings.answer(question, library)) for library in findings.probed]
        table.add_row(Text(question), Text(rule or "none"), *cells)
    table.add_section()
    table.add_row(SUM, "", *(total(findings, library) for library in findings.probed))
    return table


def cell(answer: Answer) -> Text:
    """An answer in its colour; one that is as the rule needs no words."""
    return Text("ok" if answer.verdict == GOOD else answer.said, STYLES.get(answer.verdict, ""))


def total(findings: Findings, library: str) -> str:
    """How many answers were as the rule, of those that there is a rule for."""
    verdicts = [answer.verdict for answer in findings.answers if answer.library == library]
    good, bad = verdicts.count(GOOD), verdicts.count(BAD)
    return f"{good} of {good + bad}"
