# SPDX-License-Identifier: MIT
"""The file in which a program's processes count their BLAS calls: see csrc/profile/table.h, whose layout this is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .flops import Sizes, count_flops, is_level_3

ENTRIES = 1 << 15
HEADER = np.dtype(
    [("processes", "u8"), ("unlisted_calls", "u8"), ("unlisted_nanoseconds", "u8"), ("error", "S232")], align=True
)
ENTRY = np.dtype(
    [
        ("key", "u8"), ("calls", "u8"), ("nanoseconds", "u8"),
        ("size", "i8", 4), ("size_name", "S4"), ("flag", "S4"),
        ("symbol", "S40"), ("routine", "S24"),
        ("dtype", "S1"), ("layout", "S1"), ("cblas", "?"), ("own", "?"), ("unused", "S4"),
    ],
    align=True,
)  # fmt: skip

DTYPES = {"s": "float32", "d": "float64", "c": "complex64", "z": "complex128"}
LAYOUTS = {"r": "row", "c": "column", "?": "wrong", "": None}
NAMES = {"k": "kl", "l": "ku"}  # where there are both


@dataclass
class Call:
    """All calls that agree in everything but their operands' values; as in docs/trace-schema.md."""

    routine: str
    symbol: str
    interface: str
    dtype: str
    layout: str | None
    flags: str
    shape: dict[str, int]
    calls: int
    seconds: float
    flops: int
    gflops: float | None
    fell_through: bool

    def level_3(self) -> bool:
        """Whether arithmetic, not memory, bounds its speed."""
        return is_level_3(self.routine)


@dataclass
class Table:
    """What is in the file."""

    processes: int
    unlisted_calls: int
    unlisted_seconds: float
    error: str
    calls: list[Call]


def create(path: Path) -> None:
    """An empty table: a hole in the disk."""
    with path.open("wb") as file:
        file.truncate(HEADER.itemsize + ENTRIES * ENTRY.itemsize)


def read(path: Path) -> Table:
    """The table, those that took longest first."""
    data = path.read_bytes()
    header = np.frombuffer(data, HEADER, 1)[0]
    entries = np.frombuffer(data, ENTRY, ENTRIES, HEADER.itemsize)
    calls = [make_call(entry) for entry in entries[entries["calls"] > 0]]
    return Table(
        int(header["processes"]),
        int(header["unlisted_calls"]),
        int(header["unlisted_nanoseconds"]) / 1e9,
        header["error"].decode(errors="replace"),
        sorted(calls, key=lambda call: -call.seconds),
    )


def make_call(entry: Any) -> Call:
    """One entry; those of one routine and shape that a program calls by two names stay apart."""
    routine, flags, letters = (entry[name].decode() for name in ("routine", "flag", "size_name"))
    sizes = {letter: max(0, int(size)) for letter, size in zip(letters, entry["size"], strict=False)}
    dtype, calls, seconds = DTYPES[entry["dtype"].decode()], int(entry["calls"]), int(entry["nanoseconds"]) / 1e9
    flops = calls * count_flops(routine, dtype, Sizes(**sizes, side=flags[:1]))
    return Call(
        routine=routine,
        symbol=entry["symbol"].decode(),
        interface="cblas" if entry["cblas"] else "fortran",
        dtype=dtype,
        layout=LAYOUTS[entry["layout"].decode()],
        flags=flags,
        shape=named(sizes),
        calls=calls,
        seconds=seconds,
        flops=flops,
        gflops=flops / seconds / 1e9 if flops and seconds else None,
        fell_through=bool(entry["own"]),
    )


def named(sizes: dict[str, int]) -> dict[str, int]:
    """Sizes by the names that the BLAS gives them."""
    names = NAMES if "l" in sizes else {"b": "batch"}
    return {names.get(letter, letter): size for letter, size in sizes.items()}
