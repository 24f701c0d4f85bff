# SPDX-License-Identifier: MIT
"""The cffi module (API mode): the declarations are read from the C headers as they stand."""

from pathlib import Path

from cffi import FFI

CSRC = Path(__file__).resolve().parent.parent / "csrc"

ffi = FFI()
ffi.cdef((CSRC / "include" / "api.h").read_text(encoding="utf-8"))
ffi.cdef((CSRC / "python" / "ndarray.h").read_text(encoding="utf-8"))
ffi.set_source(
    "pyblaslite._pyblaslite",
    '#include "pyblaslite.h"\n#include "ndarray.h"',
    sources=["csrc/python/ndarray.c"],
    libraries=["pyblaslite"],
)
