# SPDX-License-Identifier: MIT
"""What BLAS libraries disagree about, as questions; and the process that asks a library one of them.

    python probe.py LIBRARY QUESTION    ->  answer: it, a line among those that the library may write

It is run as a file: neither numpy nor this package, with an OpenMP runtime each, may be in the library's process.
The rule is the reference BLAS, netlib 3.10 or newer.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

NAN, INF = math.nan, math.inf
ROW, PLAIN, UPPER, LOWER, NON_UNIT, LEFT = 101, 111, 121, 122, 131, 141  # CBLAS' enumerations
SIZES = (1, 3, 17, 40, 100, 300)  # libraries take other ways from one to the next
NAMES = ("cblas_{}", "scipy_cblas_{}", "cblas_{}64_", "scipy_cblas_{}64_")
RETURNS = {"dnrm2": ctypes.c_double, "dasum": ctypes.c_double, "ddot": ctypes.c_double, "idamax": ctypes.c_int}
FORK_PATIENCE = 3.0  # seconds
ABSENT = "absent"
ANSWER = "answer: "
Array = Any  # of ctypes; indexing it gives floats


@dataclass(frozen=True)
class Question:
    """``rule`` is the answer of the reference BLAS, None where it has none; ``threads``: the process may use two."""

    name: str
    ask: Callable[[Blas], str]
    rule: str | None
    threads: int = 1


class Blas:
    """A foreign library: ``blas.dgemm(...)`` calls its cblas_dgemm, under whichever name it has that."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)

    def __getattr__(self, routine: str) -> Callable[..., Any]:
        found = (getattr(self._library, name.format(routine), None) for name in NAMES)
        function = next((function for function in found if function), None)
        if function is None:
            raise LookupError(routine)
        function.restype = RETURNS.get(routine)
        return lambda *arguments: function(*map(in_c, arguments))


def in_c(argument: Any) -> Any:
    """Integers as 64 bits: on 64-bit machines a callee that expects 32 looks at half of the register."""
    kinds: dict[type, Any] = {int: ctypes.c_int64, float: ctypes.c_double}
    return kinds.get(type(argument), lambda array: array)(argument)


def array(*values: float) -> Array:
    """An array of doubles."""
    return (ctypes.c_double * len(values))(*values)


def full(n: int, value: float) -> Array:
    """An array of ``n`` doubles that are all the same."""
    return array(*[value] * n)


def show(values: Iterable[float]) -> str:
    """Numbers as people write them."""
    return ", ".join(f"{value:.6g}".replace("nan", "NaN").replace("inf", "Inf") for value in values)


def at_sizes(outcome: Callable[[int], list[float]], good: str, right: Callable[[int], float]) -> str:
    """``good`` if at each of SIZES all elements are right, or else where they are not."""
    wrong = {n: next((x for x in outcome(n) if x != right(n)), None) for n in SIZES}
    seen = [n for n in SIZES if wrong[n] is not None]
    return f"{show([wrong[seen[0]] or 0.0])} at n = {', '.join(map(str, seen))}" if seen else good


def gemm(blas: Blas, n: int, a: float, b: float, c: float, alpha: float = 1.0, beta: float = 0.0) -> list[float]:
    """C of n x n matrices that hold one value each."""
    out = full(n * n, c)
    blas.dgemm(ROW, PLAIN, PLAIN, n, n, n, alpha, full(n * n, a), n, full(n * n, b), n, beta, out, n)
    return list(out)


def gemv(blas: Blas, n: int, a: float, y: float, alpha: float = 1.0, beta: float = 0.0) -> list[float]:
    """y of an n x n matrix and a vector of ones."""
    out = full(n, y)
    blas.dgemv(ROW, PLAIN, n, n, alpha, full(n * n, a), n, full(n, 1.0), 1, beta, out, 1)
    return list(out)


def gemm_beta_zero(blas: Blas) -> str:
    return at_sizes(lambda n: gemm(blas, n, 1, 1, NAN), "not read", float)


def gemm_alpha_zero(blas: Blas) -> str:
    return at_sizes(lambda n: gemm(blas, n, NAN, NAN, 1, alpha=0.0, beta=2.0), "not read", lambda n: 2)


def gemm_without_k(blas: Blas) -> str:
    out = full(4, 1)
    blas.dgemm(ROW, PLAIN, PLAIN, 2, 2, 0, 1.0, full(4, 1), 1, full(4, 1), 2, 2.0, out, 2)
    return "C = beta C" if list(out) == [2] * 4 else show(out)


def gemm_zero_times_nan(blas: Blas) -> str:
    lost = [n for n in SIZES if not all(map(math.isnan, gemm(blas, n, 0, NAN, 0)))]
    return f"lost at n = {', '.join(map(str, lost))}" if lost else "NaN"


def gemm_without_rows(blas: Blas) -> str:
    out = full(4, 7)
    for m, n in ((0, 2), (2, 0), (0, 0)):
        blas.dgemm(ROW, PLAIN, PLAIN, m, n, 2, 1.0, full(4, 1), 2, full(4, 1), 2, 0.0, out, 2)
    return "no-op" if list(out) == [7] * 4 else show(out)


def gemv_beta_zero(blas: Blas) -> str:
    return at_sizes(lambda n: gemv(blas, n, 1, NAN), "not read", float)


def gemv_alpha_zero(blas: Blas) -> str:
    return at_sizes(lambda n: gemv(blas, n, NAN, 1, alpha=0.0, beta=2.0), "not read", lambda n: 2)


def gemv_without_columns(blas: Blas) -> str:
    out = full(2, 7)
    blas.dgemv(ROW, PLAIN, 2, 0, 1.0, full(4, 1), 1, full(2, 1), 1, 0.0, out, 1)
    return "no-op" if list(out) == [7] * 2 else f"y = {show(out)}"


def ger_alpha_zero(blas: Blas) -> str:
    out = full(4, 1)
    blas.dger(ROW, 2, 2, 0.0, full(2, NAN), 1, full(2, NAN), 1, out, 2)
    return "not read" if list(out) == [1] * 4 else show(out)


def symm_other_triangle(blas: Blas) -> str:
    a, out = array(1, 1, NAN, 1), full(4, 0)
    blas.dsymm(ROW, LEFT, UPPER, 2, 2, 1.0, a, 2, full(4, 1), 2, 0.0, out, 2)
    return "not read" if list(out) == [2] * 4 else show(out)


def syrk_beta_zero(blas: Blas) -> str:
    out = full(4, NAN)
    blas.dsyrk(ROW, UPPER, PLAIN, 2, 2, 1.0, full(4, 1), 2, 0.0, out, 2)
    kept = math.isnan(out[2]) and [out[0], out[1], out[3]] == [2, 2, 2]
    return "its triangle only" if kept else show(out)


def trsm_alpha_zero(blas: Blas) -> str:
    out = full(4, NAN)
    blas.dtrsm(ROW, LEFT, LOWER, PLAIN, NON_UNIT, 2, 2, 0.0, full(4, NAN), 2, out, 2)
    return "B = 0" if list(out) == [0] * 4 else show(out)


def trsv_zero_on_diagonal(blas: Blas) -> str:
    out = array(1, 1)
    blas.dtrsv(ROW, LOWER, PLAIN, NON_UNIT, 2, array(0, 0, 1, 1), 2, out, 1)
    return show(out)


def iamax_nan(blas: Blas) -> str:
    return ", ".join(str(blas.idamax(3, x, 1)) for x in (array(1, NAN, 3), array(NAN, 1, 3)))


def empty_vectors(blas: Blas) -> str:
    x = array(7)
    return show([blas.ddot(0, x, 1, x, 1), blas.dnrm2(0, x, 1), blas.dasum(0, x, 1), blas.idamax(0, x, 1)])


def nrm2_huge(blas: Blas) -> str:
    return f"{blas.dnrm2(2, full(2, 1e200), 1):.3g}"


def nrm2_tiny(blas: Blas) -> str:
    return f"{blas.dnrm2(4, full(4, 5e-324), 1):.3g}"


def nrm2_special(blas: Blas) -> str:
    return show(blas.dnrm2(2, x, 1) for x in (array(INF, 1), array(NAN, 1), array(INF, NAN)))


def nrm2_backwards(blas: Blas) -> str:
    return show([blas.dnrm2(2, array(3, 4), -1)])


def scal_zero_times_nan(blas: Blas) -> str:
    x = array(NAN, INF)
    blas.dscal(2, 0.0, x, 1)
    return show(x)


def axpy_alpha_zero(blas: Blas) -> str:
    y = full(2, 1)
    blas.daxpy(2, 0.0, full(2, NAN), 1, y, 1)
    return "not read" if list(y) == [1, 1] else show(y)


def dot_repeated(blas: Blas) -> str:
    return show([blas.ddot(3, array(2), 0, array(1, 2, 3), 1)])


def subnormals(blas: Blas) -> str:
    gemm(blas, 40, 1, 1, 0)
    return "kept" if float.fromhex("0x1p-1022") / 16 != 0 else "flushed to zero"


def fork_after_use(blas: Blas) -> str:
    n = 128  # enough for libraries to start threads
    gemm(blas, n, 1, 1, 0)
    child = os.fork()
    if child == 0:
        os._exit(gemm(blas, n, 1, 1, 0) != [n] * (n * n))
    deadline = time.monotonic() + FORK_PATIENCE
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "works" if status == 0 else f"child: status {status}"
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return "child hangs"


def wrong_argument(blas: Blas) -> str:
    blas.dgemm(ROW, PLAIN, PLAIN, 2, 2, 2, 1.0, full(4, 1), 1, full(4, 1), 2, 0.0, full(4, 0), 2)
    return "returns"


QUESTIONS = [
    Question("gemm, beta = 0: NaN in C", gemm_beta_zero, "not read"),
    Question("gemm, alpha = 0: NaN in A, B", gemm_alpha_zero, "not read"),
    Question("gemm, k = 0", gemm_without_k, "C = beta C"),
    Question("gemm, m = 0 or n = 0", gemm_without_rows, "no-op"),
    Question("gemm, 0 in A times NaN in B", gemm_zero_times_nan, "NaN"),
    Question("gemm, lda too small", wrong_argument, None),
    Question("gemm in a child, after gemm on 2 threads", fork_after_use, "works", threads=2),
    Question("gemv, beta = 0: NaN in y", gemv_beta_zero, "not read"),
    Question("gemv, alpha = 0: NaN in A", gemv_alpha_zero, "not read"),
    Question("gemv, n = 0, beta = 0", gemv_without_columns, "no-op"),
    Question("ger, alpha = 0: NaN in x, y", ger_alpha_zero, "not read"),
    Question("symm: NaN in the other triangle", symm_other_triangle, "not read"),
    Question("syrk, beta = 0: NaN in C", syrk_beta_zero, "its triangle only"),
    Question("trsm, alpha = 0: NaN in A, B", trsm_alpha_zero, "B = 0"),
    Question("trsv, 0 on the diagonal", trsv_zero_on_diagonal, "Inf, -Inf"),
    Question("iamax of (1, NaN, 3), (NaN, 1, 3)", iamax_nan, "2, 0"),
    Question("dot, nrm2, asum, iamax, n = 0", empty_vectors, "0, 0, 0, 0"),
    Question("nrm2 of (1e200, 1e200)", nrm2_huge, "1.41e+200"),
    Question("nrm2 of four times 5e-324", nrm2_tiny, "9.88e-324"),
    Question("nrm2 of (Inf, 1), (NaN, 1), (Inf, NaN)", nrm2_special, "Inf, NaN, NaN"),
    Question("nrm2 of (3, 4), incx = -1", nrm2_backwards, "5"),
    Question("scal of (NaN, Inf) by 0", scal_zero_times_nan, "NaN, NaN"),
    Question("axpy, alpha = 0: NaN in x", axpy_alpha_zero, "not read"),
    Question("dot of (2) and (1, 2, 3), incx = 0", dot_repeated, "12"),
    Question("2^-1022 / 16 after a gemm", subnormals, "kept"),
]


def main(path: str, name: str) -> None:
    """Answers one question."""
    question = next(question for question in QUESTIONS if question.name == name)
    blas = Blas(path)
    try:
        said = question.ask(blas)
    except LookupError:
        said = ABSENT
    print(f"\n{ANSWER}{said}")


if __name__ == "__main__":
    main(*sys.argv[1:])
