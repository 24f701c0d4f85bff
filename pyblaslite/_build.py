# SPDX-License-Identifier: MIT
"""The cffi module (API mode): the declarations are read from api.h as they stand."""

from pathlib import Path

from cffi import FFI

API = Path(__file__).resolve().parent.parent / "csrc" / "include" / "api.h"

ffi = FFI()
ffi.cdef(API.read_text(encoding="utf-8"))
ffi.set_source("pyblaslite._pyblaslite", '#include "pyblaslite.h"', libraries=["pyblaslite"])
