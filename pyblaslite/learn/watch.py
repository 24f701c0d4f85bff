# SPDX-License-Identifier: MIT
"""Does something again whenever a file is saved."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..race.command import UsageError

INTERVAL = 0.2  # seconds


def watch(path: Path, action: Callable[[], object]) -> None:
    """Until Ctrl-C. A mistake in the file is said, and waits for the next save."""
    while True:
        seen = stamp(path)
        try:
            action()
        except UsageError as error:
            print(f"pyblaslite: error: {error}", file=sys.stderr)
        print(f"Waiting for {path} to be saved (Ctrl-C ends).", flush=True)
        while stamp(path) in {seen, None}:
            time.sleep(INTERVAL)


def stamp(path: Path) -> tuple[int, int] | None:
    """What a save changes; nothing while an editor puts another file in its place."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
