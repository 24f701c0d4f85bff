# SPDX-License-Identifier: MIT
"""``pyblaslite new``: a kernel to begin with."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from ..race.command import UsageError
from .compile import SOURCES


def run_new(options: argparse.Namespace) -> int:
    """Writes the file, and says what to do with it."""
    path: Path = options.file
    if path.suffix != ".c":
        raise UsageError(f"{path}: expected a name that ends in .c")
    text = (SOURCES / f"new_{options.kind}.c").read_text(encoding="utf-8")
    _, _, text = text.partition("\n")  # the licence is ours; the file is the learner's
    named = shlex.quote(str(path))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text.replace("THIS_FILE", named))
    except FileExistsError:
        raise UsageError(f"{path}: it exists; nothing was written") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    print(f"Written: {path}. Next: pyblaslite race {named}")
    return 0
