# SPDX-License-Identifier: MIT
"""The list of rungs: what each is, where its source and its machine code are, whether this CPU can run it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .._core import get_isa, isas
from ..race.peers import TOOLS

FOLDER = TOOLS / "ladder"  # what CMake built of csrc/ladder, and its text
LIST = FOLDER / "rungs.txt"
SUBJECTS = ("gemm", "dot", "axpy", "gemv")
WIDTHS = {"avx2": ("avx2",), "avx512": ("avx512",), "widest": ("avx2", "avx512")}
NAMES = {"avx2": "AVX2", "avx512": "AVX-512"}
HEAD = re.compile(r"/\* (?!SPDX)(.*?)\n \*\n", re.S)


@dataclass(frozen=True)
class Rung:
    """One line of the list."""

    subject: str
    number: int
    file: str
    work: str
    flags: tuple[str, ...]

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.number} {self.file}"

    @property
    def built(self) -> str:
        """The flags as a compiler takes them, or what was chosen for it."""
        words = [word.replace("native", "-march=native") for word in self.flags if word not in WIDTHS]
        return " ".join(words + [NAMES[isa] for isa in self.isas()[-1:]])

    @property
    def source(self) -> Path:
        """The lesson."""
        if self.is_python:
            return Path(__file__).with_name("python_rungs.py")
        return FOLDER / self.subject / f"{self.file}.c"

    @property
    def function(self) -> str:
        """Its name in there."""
        return self.file if self.is_python or self.file.startswith(self.work) else f"{self.subject}_{self.file}"

    @property
    def is_python(self) -> bool:
        """Whether it is not C at all."""
        return "python" in self.flags

    @property
    def is_threaded(self) -> bool:
        """Whether it uses all cores."""
        return "-fopenmp" in self.flags

    def builds(self) -> list[str]:
        """The extensions it was built for, the widest last; none if it is not written for any."""
        return [isa for word in self.flags for isa in WIDTHS.get(word, ())]

    def isas(self) -> list[str]:
        """Those among them that may run here."""
        usable = isas()[: isas().index(get_isa()) + 1]
        return [isa for isa in self.builds() if isa in usable]

    def module(self) -> Path:
        """The machine code: the widest that runs here, or else the narrowest there is."""
        suffix = "".join(f"-{isa}" for isa in (self.isas()[-1:] or self.builds()[:1]))
        return FOLDER / f"{self.subject}-{self.number}-{self.file}{suffix}.so"

    def obstacle(self) -> str:
        """Why it cannot run here; nothing if it can."""
        if self.is_python:
            return ""
        if self.builds() and not self.isas():
            name = NAMES[self.builds()[0]]
            return f"PYBLASLITE_ISA excludes {name}" if self.builds()[0] in isas() else f"this CPU has no {name}"
        if self.module().is_file():
            return ""
        return "this build has no OpenMP" if self.is_threaded else "this build has no machine code of it"

    def title(self) -> str:
        """The sentence at the head of the lesson."""
        found = HEAD.search(self.source.read_text(encoding="utf-8"))
        return " ".join(found[1].replace("\n *", " ").split()) if found else self.file


def read_rungs(subject: str) -> list[Rung]:
    """The rungs of a subject, from the lowest."""
    lines = (line.split() for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    rows = [words for words in lines if words and words[0] == subject]
    return [Rung(subject, i, file, work, tuple(flags)) for i, (_, file, work, *flags) in enumerate(rows, 1)]


def find(subject: str, wanted: str) -> Rung:
    """A rung by number or name; of several with the same name, the lowest.

    Raises
    ------
    LookupError
        If there is none.
    """
    rungs = read_rungs(subject)
    for rung in rungs:
        if wanted in (str(rung.number), rung.file):
            return rung
    names = ", ".join(dict.fromkeys(rung.file for rung in rungs))
    raise LookupError(f"{subject} has no rung {wanted!r}; expected 1 to {len(rungs)}, or one of {names}")
