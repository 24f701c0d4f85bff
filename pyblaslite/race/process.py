# SPDX-License-Identifier: MIT
"""One competitor's process: started on its own CPUs, asked, and stopped while others run."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from types import TracebackType

from .peers import Competitor

START_TIMEOUT = 30.0


class OrderError(Exception):
    """The competitor could not do what it was asked to, in its own words."""


class DeadError(OrderError):
    """The competitor died or hung; its process is gone."""


@contextlib.contextmanager
def pinned(cpus: Sequence[int]) -> Iterator[None]:
    """Children started inside inherit these CPUs, and so know them before their BLAS counts its threads."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Process:
    """A context manager around the child; it is stopped (SIGSTOP) whenever it has no order to carry out."""

    def __init__(self, competitor: Competitor, cpus: Sequence[int]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._pending = b""
        with pinned(cpus):
            self._child = subprocess.Popen(
                competitor.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=competitor.process_environment(len(cpus)),
                bufsize=0,
                start_new_session=True,  # Ctrl-C reaches the parent only, which ends its children itself
            )

    @property
    def pid(self) -> int:
        """The child's."""
        return self._child.pid

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, order: str, timeout: float = START_TIMEOUT) -> str:
        """The answer to an order.

        Raises
        ------
        OrderError, DeadError
            If the answer is an error; if there is none within ``timeout`` seconds.
        """
        self.send(order)
        return self.receive(timeout)

    def seconds(self, order: str, timeout: float = START_TIMEOUT) -> float:
        """The answer to an order as a positive number."""
        answer = self.ask(order, timeout)
        try:
            value = float(answer)
        except ValueError:
            value = 0.0
        if not 0 < value < float("inf"):
            raise OrderError(f"answered {answer!r}")
        return value

    def send(self, order: str) -> None:
        """Lets the competitor run, and gives it an order."""
        assert self._child.stdin
        self._child.send_signal(signal.SIGCONT)
        with contextlib.suppress(BrokenPipeError):  # receive() will say how it ended
            self._child.stdin.write(order.encode() + b"\n")

    def receive(self, timeout: float) -> str:
        """Waits for the answer, and stops the competitor."""
        line = self._read_line(time.monotonic() + timeout)
        if line is None:
            self.close()
            raise DeadError(f"no answer within {timeout:.3g} s")
        if not line.endswith(b"\n"):
            raise DeadError(self._last_words())
        self._child.send_signal(signal.SIGSTOP)
        answer = line.decode(errors="replace").strip()
        if answer.startswith("error: "):
            raise OrderError(answer.removeprefix("error: "))
        return answer

    def close(self) -> None:
        """Ends the child, whatever it is doing."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout, self._errors):
            if stream:
                stream.close()

    def _read_line(self, deadline: float) -> bytes | None:
        """A line, or what was left when the child ended, or None if time is up."""
        assert self._child.stdout
        poll = select.poll()
        poll.register(self._child.stdout, select.POLLIN)
        while b"\n" not in self._pending:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return None
            chunk = os.read(self._child.stdout.fileno(), 65536)
            if not chunk:
                return self._pending
            self._pending += chunk
        line, newline, self._pending = self._pending.partition(b"\n")
        return line + newline

    def _last_words(self) -> str:
        """How the child ended, and the last thing it wrote."""
        status = self._child.wait()
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        self.close()
        return f"{how}: {said[-1].strip()}" if said else how
