# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, matmul
from ._level1 import (
    asum,
    axpby,
    axpy,
    copy,
    dot,
    dotc,
    dsdot,
    iamax,
    iamin,
    nrm2,
    rot,
    rotg,
    rotm,
    rotmg,
    scal,
    sdsdot,
    sum,
    swap,
)
from ._packed import PackedB, pack_b
from ._prepared import PreparedGemm, prepare_gemm
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "PackedB",
    "PreparedGemm",
    "asum",
    "axpby",
    "axpy",
    "copy",
    "dot",
    "dotc",
    "dsdot",
    "gemm",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "iamax",
    "iamin",
    "isas",
    "matmul",
    "nrm2",
    "pack_b",
    "prepare_gemm",
    "rot",
    "rotg",
    "rotm",
    "rotmg",
    "scal",
    "sdsdot",
    "set_isa",
    "set_num_threads",
    "sum",
    "swap",
    "threading",
    "threads",
]

register_with_threadpoolctl()
