# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, matmul
from ._level3 import gemmt, hemm, her2k, herk, omatcopy, symm, syr2k, syrk, trmm, trsm
from ._packed import PackedB, pack_b
from ._prepared import PreparedGemm, prepare_gemm
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "PackedB",
    "PreparedGemm",
    "gemm",
    "gemmt",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "hemm",
    "her2k",
    "herk",
    "isas",
    "matmul",
    "omatcopy",
    "pack_b",
    "prepare_gemm",
    "set_isa",
    "set_num_threads",
    "symm",
    "syr2k",
    "syrk",
    "threading",
    "threads",
    "trmm",
    "trsm",
]

register_with_threadpoolctl()
