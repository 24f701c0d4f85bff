# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, matmul
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "gemm",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "isas",
    "matmul",
    "set_isa",
    "set_num_threads",
    "threading",
    "threads",
]

register_with_threadpoolctl()
