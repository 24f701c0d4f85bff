# SPDX-License-Identifier: MIT
"""What a shared library offers and wants: the symbols in an ELF file (64 bits, little-endian)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MAGIC = b"\x7fELF\x02\x01"
INTERPRETER, DYNAMIC_SYMBOLS = 3, 11
SECTION = struct.Struct("<IIQQQQIIQQ")  # name, type, flags, address, offset, size, link, ...
SYMBOL = np.dtype([("name", "<u4"), ("info", "u1"), ("other", "u1"), ("section", "<u2"), ("value", "<u8", 2)])


@dataclass
class Symbols:
    """Names by who defines them: the file itself, or somebody else."""

    defined: set[str]
    wanted: set[str]


def read_symbols(path: Path) -> Symbols:
    """The names that the loader binds; none, if this is not a shared library.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    data = path.read_bytes()
    defined: set[str] = set()
    wanted: set[str] = set()
    if data[:6] == MAGIC:
        (start,), (size, count) = struct.unpack_from("<Q", data, 0x28), struct.unpack_from("<HH", data, 0x3A)
        sections = [SECTION.unpack_from(data, start + i * size) for i in range(count)]
        for section in sections:
            if section[1] == DYNAMIC_SYMBOLS:
                names = sections[section[6]][4]
                for symbol in np.frombuffer(data, SYMBOL, section[5] // SYMBOL.itemsize, section[4]):
                    begin = names + int(symbol["name"])
                    name = data[begin : data.index(b"\0", begin)].decode(errors="replace")
                    (defined if symbol["section"] else wanted).add(name)
    return Symbols(defined, wanted)


def is_static(path: Path) -> bool:
    """Whether a program runs without a loader, who alone heeds LD_PRELOAD."""
    data = path.read_bytes()
    if data[:6] != MAGIC:
        return False
    (start,), (size, count) = struct.unpack_from("<Q", data, 0x20), struct.unpack_from("<HH", data, 0x36)
    types = [struct.unpack_from("<I", data, start + i * size)[0] for i in range(count)]
    return INTERPRETER not in types
