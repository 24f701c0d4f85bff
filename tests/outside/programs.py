# SPDX-License-Identifier: MIT
"""Programs of the system: run with our library for their BLAS, and whose functions they then call."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pyblaslite.profile.elf import read_symbols

SYSTEM = Path(f"/usr/lib/{platform.machine()}-linux-gnu")
SECONDS = 200
CHANGED_BY_USERS = re.compile("LD_|OMP_|PYBLASLITE_|PYTHON")
# Two threads each, also where programs run side by side: those that wait must not spin.
THREADS = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive"}
BINDING = re.compile(r"binding file \S+ \[0\] to (\S+) \[0\]: normal symbol `(\w+)'")


@dataclass(frozen=True)
class Run:
    """How a program ended, and all that it said."""

    status: int
    text: str


def environment(*folders, **variables):
    """This process's, with these folders searched first for shared libraries."""
    kept = {name: value for name, value in os.environ.items() if not CHANGED_BY_USERS.match(name)}
    return kept | THREADS | {"LD_LIBRARY_PATH": ":".join(map(str, folders))} | variables


def run(program, text, work, variables, *arguments):
    """Runs it in an empty folder with a text on its standard input; it may write more of its own into files there."""
    work.mkdir()
    done = subprocess.run(
        [program, *arguments], input=text, cwd=work, env=variables, text=True, check=False, timeout=SECONDS,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return Run(done.returncode, "".join([done.stdout, *(file.read_text() for file in work.glob("*.out"))]))


def called_elsewhere(program, caller, text, work, variables, library):
    """The functions that the library has and the caller (the program, or a library of it) takes from another one."""
    said = run(program, text, work, variables | {"LD_DEBUG": "bindings", "LD_BIND_NOW": "1"}).text
    found = {name: Path(file).resolve() for file, name in BINDING.findall(said)}
    wanted = read_symbols(caller).wanted & read_symbols(library).defined - read_symbols(program).defined
    assert wanted, f"{caller} calls no BLAS"
    return {name: found.get(name) for name in wanted if found.get(name) != library}
