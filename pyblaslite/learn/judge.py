# SPDX-License-Identifier: MIT
"""Sends a kernel through the gates, in processes that it may crash or hang."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core import PACKAGE
from .gates import Gate, gates_of
from .kinds import Kind

LIMIT = 10.0  # seconds of one case

DEATHS = {
    signal.SIGSEGV: "it crashed (segmentation fault): it read or wrote memory that is not its own",
    signal.SIGBUS: "it crashed (bus error): it read or wrote memory that is not its own",
    signal.SIGFPE: "it crashed: it divided a whole number by zero",
    signal.SIGILL: "it crashed: it used an instruction that this CPU does not have (which -march was it compiled for?)",
    signal.SIGABRT: "it crashed: it called abort, or damaged memory that malloc looks after",
    signal.SIGTRAP: "it crashed: the compiler put a trap where the program's behaviour is not defined",
    signal.SIGALRM: "it hangs: it did not return in time",
}


@dataclass(frozen=True)
class Verdict:
    """What a gate found out; nothing was wrong if ``wrong`` is empty."""

    gate: Gate
    cases: int
    case: str = ""
    wrong: str = ""
    meaning: str = ""


class UnloadableError(Exception):
    """The library cannot be opened, in the loader's words."""


def judge(library: Path, kind: Kind, limit: float = LIMIT) -> Iterator[Verdict]:
    """The verdicts, one after another; if the answers are not even right at the first gate, only that one."""
    gates = gates_of(kind)
    done = 0
    while done < len(gates):
        for verdict in judge_from(library, kind, gates, done, limit):
            done += 1
            yield verdict
            if verdict.wrong and done == 1:
                return


def judge_from(library: Path, kind: Kind, gates: list[Gate], first: int, limit: float) -> Iterator[Verdict]:
    """The verdicts of one process: up to the gate at which it dies, that one included."""
    read, write = os.pipe()
    module = [sys.executable, "-m", "pyblaslite.learn.child"]
    command = [*module, str(library.resolve()), kind.name, str(first), str(limit), str(write)]
    child = subprocess.Popen(
        command,
        cwd=PACKAGE.parent,  # a learner's folder may have a random.py
        pass_fds=(write,),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us only, and we end it
    )
    os.close(write)
    number, case = first, "when it is loaded"
    try:
        with os.fdopen(read, encoding="utf-8") as pipe:
            for line in pipe:
                said: dict[str, Any] = json.loads(line)
                case = said.get("case", case)
                if "unloadable" in said:
                    raise UnloadableError(said["unloadable"])
                if "passed" in said:
                    yield Verdict(gates[number], said["passed"])
                if "wrong" in said:
                    yield Verdict(gates[number], 0, case, said["wrong"], gates[number].meaning)
                number += "passed" in said or "wrong" in said
        status = child.wait()
        if number < len(gates):
            meaning = gates[number].meaning if number else ""  # of a plain call, there is nothing to explain
            yield Verdict(gates[number], 0, case, death(status), meaning)
    finally:
        child.kill()
        child.wait()


def death(status: int) -> str:
    """How a process ended that had not finished."""
    if status >= 0:
        return f"it ended the whole process, with status {status}: a kernel returns"
    number = signal.Signals(-status)
    return DEATHS.get(number, f"it was killed by {number.name}")
