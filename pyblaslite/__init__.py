# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, matmul
from ._packed import PackedB, pack_b
from ._prepared import PreparedGemm, prepare_gemm
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "PackedB",
    "PreparedGemm",
    "gemm",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "isas",
    "matmul",
    "pack_b",
    "prepare_gemm",
    "set_isa",
    "set_num_threads",
    "threading",
    "threads",
]

register_with_threadpoolctl()
