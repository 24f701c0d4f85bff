# SPDX-License-Identifier: MIT
"""The progress bar: it draws between measurements, never from a thread, which would take a core."""

from __future__ import annotations

import time
from types import TracebackType

from rich import progress
from rich.console import Console

REDRAW = 0.1
WIDTH = 120  # of a file or pipe


class Progress:
    """A context manager; ``step`` says what comes next."""

    def __init__(self, steps: int) -> None:
        console = Console()
        self.console = console if console.is_terminal else Console(width=WIDTH)
        self._bar = progress.Progress(
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.description}"),
            console=self.console,
            auto_refresh=False,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=steps)
        self._drawn = 0.0

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def step(self, what: str) -> None:
        """One more measurement begins."""
        self._bar.update(self._task, advance=1, description=what)
        if time.monotonic() - self._drawn > REDRAW:
            self._drawn = time.monotonic()
            self._bar.refresh()
