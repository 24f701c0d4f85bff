# SPDX-License-Identifier: MIT
"""Runs a program in our place: its signals, streams and status are those it would have had without us."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence

PASSED_ON = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """The program's exit status, or minus the number of the signal that ended it."""
    awaited = PASSED_ON | {signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    try:
        child = os.posix_spawn(command[0], command, environment, setsigmask=before, setsigdef=IGNORED_BY_PYTHON)
        while True:
            received = signal.sigwaitinfo(awaited)
            if received.si_signo == signal.SIGCHLD:
                ended, status = os.waitpid(child, os.WNOHANG)
                if ended:
                    return os.waitstatus_to_exitcode(status)
            elif received.si_code <= 0:  # sent by a process; the terminal's go to the program without our help
                os.kill(child, received.si_signo)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
