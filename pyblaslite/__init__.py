# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, matmul
from ._level2 import (
    gbmv,
    gemv,
    ger,
    hbmv,
    hemv,
    her,
    her2,
    hpmv,
    hpr,
    hpr2,
    sbmv,
    spmv,
    spr,
    spr2,
    symv,
    syr,
    syr2,
    tbmv,
    tbsv,
    tpmv,
    tpsv,
    trmv,
    trsv,
)
from ._packed import PackedB, pack_b
from ._prepared import PreparedGemm, prepare_gemm
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "PackedB",
    "PreparedGemm",
    "gbmv",
    "gemm",
    "gemv",
    "ger",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "hbmv",
    "hemv",
    "her",
    "her2",
    "hpmv",
    "hpr",
    "hpr2",
    "isas",
    "matmul",
    "pack_b",
    "prepare_gemm",
    "sbmv",
    "set_isa",
    "set_num_threads",
    "spmv",
    "spr",
    "spr2",
    "symv",
    "syr",
    "syr2",
    "tbmv",
    "tbsv",
    "threading",
    "threads",
    "tpmv",
    "tpsv",
    "trmv",
    "trsv",
]

register_with_threadpoolctl()
