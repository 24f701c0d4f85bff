# SPDX-License-Identifier: MIT
"""pyblaslite: the BLAS one can read, as fast as the ones one cannot."""

from ._core import batch_invariant, get_include, get_isa, get_lib, isas, lib, set_isa, text
from ._gemm import gemm, gemm3m, matmul
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
    scal,
    sdsdot,
    sum,
    swap,
)
from ._level2 import gbmv, gemv, hbmv, hemv, hpmv, sbmv, spmv, symv, tbmv, tbsv, tpmv, tpsv, trmv, trsv
from ._level3 import hemm, imatcopy, omatcopy, symm, trmm, trsm
from ._packed import PackedB, pack_b
from ._prepared import PreparedGemm, prepare_gemm
from ._rank1 import ger, her, her2, hpr, hpr2, spr, spr2, syr, syr2
from ._rank_k import gemmt, her2k, herk, syr2k, syrk
from ._rotations import rot, rotg, rotm, rotmg
from ._threads import get_num_threads, register_with_threadpoolctl, set_num_threads, threading, threads

__version__ = text(lib.pbl_version())
__all__ = [
    "PackedB",
    "PreparedGemm",
    "asum",
    "axpby",
    "axpy",
    "batch_invariant",
    "copy",
    "dot",
    "dotc",
    "dsdot",
    "gbmv",
    "gemm",
    "gemm3m",
    "gemmt",
    "gemv",
    "ger",
    "get_include",
    "get_isa",
    "get_lib",
    "get_num_threads",
    "hbmv",
    "hemm",
    "hemv",
    "her",
    "her2",
    "her2k",
    "herk",
    "hpmv",
    "hpr",
    "hpr2",
    "iamax",
    "iamin",
    "imatcopy",
    "isas",
    "matmul",
    "nrm2",
    "omatcopy",
    "pack_b",
    "prepare_gemm",
    "rot",
    "rotg",
    "rotm",
    "rotmg",
    "sbmv",
    "scal",
    "sdsdot",
    "set_isa",
    "set_num_threads",
    "spmv",
    "spr",
    "spr2",
    "sum",
    "swap",
    "symm",
    "symv",
    "syr",
    "syr2",
    "syr2k",
    "syrk",
    "tbmv",
    "tbsv",
    "threading",
    "threads",
    "tpmv",
    "tpsv",
    "trmm",
    "trmv",
    "trsm",
    "trsv",
]

register_with_threadpoolctl()
