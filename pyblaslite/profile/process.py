# SPDX-License-Identifier: MIT
"""Runs a program in our place: its signals, streams and status are those it would have had without us."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

FROM_TERMINALS = {signal.SIGINT, signal.SIGQUIT}
PASSED_ON = FROM_TERMINALS | {signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2}
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """The program's exit status, or minus the number of the signal that ended it."""
    handlers: dict[signal.Signals, Any] = {}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)  # until we know to whom to pass them on
    try:
        child = os.posix_spawn(command[0], command, environment, setsigmask=mask, setsigdef=IGNORED_BY_PYTHON)

        def pass_on(number: int, _: object) -> None:
            if number in FROM_TERMINALS and in_foreground():
                return  # the terminal sent it to the program too
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)

        heeded = [number for number in PASSED_ON if signal.getsignal(number) not in {signal.SIG_IGN, None}]
        handlers = {number: signal.signal(number, pass_on) for number in heeded}
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def in_foreground() -> bool:
    """Whether a key like Ctrl-C at our terminal is meant for us, and for the program in the same group."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def end_like(status: int) -> int:
    """The same end for this process: a shell must see the signal that the program died of."""
    if status >= 0:
        return status
    sys.stdout.flush()
    sys.stderr.flush()
    if -status != signal.SIGKILL:
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
    return 128 - status  # not reached, unless the signal is one that is ignored
