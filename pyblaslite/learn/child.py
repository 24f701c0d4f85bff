# SPDX-License-Identifier: MIT
"""The process in which a kernel may crash or hang: it says what it is about to do, a line of JSON each.

    python -m pyblaslite.learn.child LIBRARY KIND FIRST LIMIT FD

tries the gates from number FIRST on, with so many seconds for a case, and writes to the file descriptor FD.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .case import Kernel
from .describe import describe
from .gates import Gate, gates_of
from .kinds import KINDS

Say = Callable[..., None]


def main(library: str, kind: str, first: str, limit: str, descriptor: str) -> None:
    """Tries the gates in order."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(int(descriptor), "w", buffering=1, encoding="utf-8") as pipe:

        def say(**words: Any) -> None:
            pipe.write(json.dumps(words) + "\n")

        try:
            kernel = Kernel(Path(library), KINDS[kind])
        except OSError as error:
            say(unloadable=str(error))
            return
        for gate in gates_of(KINDS[kind])[int(first) :]:
            say(gate=gate.name)
            pass_through(kernel, gate, float(limit), say)


def pass_through(kernel: Kernel, gate: Gate, limit: float, say: Say) -> None:
    """All cases of a gate, up to the first that fails."""
    cases = gate.sorted_cases(kernel.kind)
    rng = np.random.default_rng(1)
    for case in cases:
        say(case=describe(kernel.kind, case))
        signal.setitimer(signal.ITIMER_REAL, limit)  # whose signal ends this process
        finding = gate.check(kernel, case, rng)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if finding:
            say(wrong=finding)
            return
    say(passed=len(cases))


if __name__ == "__main__":
    main(*sys.argv[1:])
