# SPDX-License-Identifier: MIT
"""The hot loop of a rung, read off its machine code: x86-64, as objdump prints it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
PLACE = re.compile(r"^\S+\.c:(\d+)")
CODE = re.compile(r"^\s*([0-9a-f]+):\t(.*?)\s*$")
JUMP = re.compile(r"^j\w+\s+([0-9a-f]+)")
FMA = re.compile(r"v?fn?m(add|sub)\d+[ps]s\b")
ARITHMETIC = re.compile(r"v?(add|sub|mul)[ps]s\b|" + FMA.pattern)
MEMORY = re.compile(r"\([^)]*%r")
WIDTHS = {"zmm": 512, "ymm": 256, "xmm": 128}
FLOAT = 32  # bits


@dataclass(frozen=True)
class Instruction:
    """One line of the machine code, and the line of the source that it comes from."""

    address: int
    text: str
    line: int

    @property
    def width(self) -> int:
        """Bits of the widest register in it that are used; 0 if it is no arithmetic on floats."""
        if not ARITHMETIC.match(self.text):
            return 0
        if re.match(r"v?\w+ss\b", self.text):
            return FLOAT
        return max(bits for name, bits in WIDTHS.items() if name in self.text)

    @property
    def work(self) -> int:
        """Operations on floats."""
        return (2 if FMA.match(self.text) else 1) * self.width // FLOAT

    @property
    def reads_memory(self) -> bool:
        """Whether a source is in memory."""
        sources = operands(self.text)[:-1] or operands(self.text)
        return not re.match(r"lea|nop|j|prefetch", self.text) and any(MEMORY.search(word) for word in sources)

    @property
    def writes_memory(self) -> bool:
        """Whether the destination is in memory."""
        words = operands(self.text)
        return not re.match(r"nop|j|prefetch|cmp|test", self.text) and bool(words[1:] and MEMORY.search(words[-1]))


@dataclass(frozen=True)
class Loop:
    """A loop that has no other in it; ``framed``: %rbp is the frame of its function, not a register like others."""

    function: str
    body: tuple[Instruction, ...]
    framed: bool

    @property
    def work(self) -> int:
        """Operations on floats in one turn."""
        return sum(instruction.work for instruction in self.body)

    @property
    def width(self) -> int:
        """Bits of its widest vector."""
        return max(instruction.width for instruction in self.body)

    def counts(self) -> dict[str, int]:
        """What there is to look for."""
        stack = re.compile(r"\(%rsp|\(%rbp" if self.framed else r"\(%rsp")
        return {
            "instructions": len(self.body),
            "FMAs": sum(bool(FMA.match(i.text)) for i in self.body),
            "other + - *": sum(bool(i.width and not FMA.match(i.text)) for i in self.body),
            "operations on floats": self.work,
            "loads": sum(i.reads_memory for i in self.body),
            "stores": sum(i.writes_memory for i in self.body),
            "on the stack": sum(bool(stack.search(i.text)) for i in self.body),
        }


def operands(text: str) -> list[str]:
    """The operands of an instruction, the destination last."""
    words = text.partition(" ")[2]
    return re.findall(r"(?:[^,(]|\([^)]*\))+", words.strip())


def disassemble(module: Path) -> dict[str, list[Instruction]]:
    """The code of each function.

    Raises
    ------
    FileNotFoundError
        If there is no objdump.
    """
    command = ["objdump", "-d", "-l", "--no-show-raw-insn", "-j", ".text", str(module)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[Instruction]] = {}
    code: list[Instruction] = []
    line = 0
    for row in text.splitlines():
        if head := FUNCTION.match(row):
            code = found.setdefault(head[1], [])
        elif place := PLACE.match(row):
            line = int(place[1])
        elif match := CODE.match(row):
            code.append(Instruction(int(match[1], 16), " ".join(match[2].split("#")[0].split()), line))
    return found


def innermost_loops(function: str, code: list[Instruction]) -> Iterator[Loop]:
    """The natural loops, by the jumps that close them, without those that have another one inside."""
    before = predecessors(code)
    jumps = [(tail, head) for head, tails in enumerate(before) for tail in tails if head <= tail]
    bodies = [body for tail, head in jumps if (body := natural_loop(before, tail, head))]
    framed = any(instruction.text == "mov %rsp,%rbp" for instruction in code)
    for body in bodies:
        if not any(other < body for other in bodies):
            yield Loop(function, tuple(code[i] for i in sorted(body)), framed)


def predecessors(code: list[Instruction]) -> list[list[int]]:
    """For each instruction, those that it may come after."""
    place = {instruction.address: i for i, instruction in enumerate(code)}
    before: list[list[int]] = [[] for _ in code]
    for i, instruction in enumerate(code):
        jump = JUMP.match(instruction.text)
        if jump and int(jump[1], 16) in place:
            before[place[int(jump[1], 16)]].append(i)
        if i + 1 < len(code) and not re.match(r"jmp|ret|ud2|hlt", instruction.text):
            before[i + 1].append(i)
    return before


def natural_loop(before: list[list[int]], tail: int, head: int) -> set[int]:
    """What reaches ``tail`` without passing ``head``; nothing if the function's entry does: that is no loop."""
    body, todo = {head}, [tail]
    while todo:
        i = todo.pop()
        if i not in body:
            body.add(i)
            todo += before[i]
    return set() if 0 in body and head != 0 else body


def hot_loop(module: Path) -> Loop | None:
    """The innermost loop with the most operations on floats in a turn."""
    loops = [loop for name, code in disassemble(module).items() for loop in innermost_loops(name, code)]
    return max((loop for loop in loops if loop.work), key=lambda loop: loop.work, default=None)
