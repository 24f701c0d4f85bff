# SPDX-License-Identifier: MIT
"""One competitor of the Python race: the protocol of pbl-race, around ``matmul`` as users call it.

Run as ``python python_race.py pyblaslite|numpy``; loads nothing of pyblaslite for numpy's turn.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import time
from typing import Any

DTYPES = {"s": "float32", "d": "float64", "c": "complex64", "z": "complex128"}
SAMPLE = 0.03
PR_SET_PDEATHSIG = 1


def operand(np: Any, rows: int, columns: int, op: str, dtype: str) -> Any:
    """A matrix of small integers, every product of which is exact, so that op of it is rows x columns."""
    shape = (rows, columns) if op == "n" else (columns, rows)
    x = np.random.default_rng(1).integers(-4, 4, shape).astype(dtype)
    return x if op == "n" else x.T if op == "t" else x.conj().T


def time_matmul(np: Any, matmul: Any, words: list[str]) -> float:
    """Seconds of one product; the same sampling as in race.c."""
    letter, trans_a, trans_b = words[:3]
    m, n, k = map(int, words[3:6])
    a, b = operand(np, m, k, trans_a, DTYPES[letter]), operand(np, k, n, trans_b, DTYPES[letter])
    matmul(a, b)
    start = time.perf_counter()
    c = matmul(a, b)
    once = time.perf_counter() - start
    if once < SAMPLE:
        repeats = range(int(SAMPLE / (once + 1e-7)) + 1)
        start = time.perf_counter()
        for _ in repeats:
            matmul(a, b)
        once = (time.perf_counter() - start) / len(repeats)
    for i, j in ((0, 0), (m - 1, n - 1), (m // 2, n // 3)):
        if c[i, j] != (a[i] * b[:, j]).sum():
            raise ArithmeticError("the result is wrong")
    return once


def answer(np: Any, module: Any, order: str) -> str:
    """What is said to one order."""
    words = order.split()
    if words == ["about"]:
        return f"{module.__name__} {module.__version__}"
    if len(words) != 7 or words[0] != "gemm":
        return "error: orders are gemm T TRANSA TRANSB M N K, about"
    try:
        return f"{time_matmul(np, module.matmul, words[1:]):.9g}"
    except Exception as error:  # whatever it is, the race goes on without it
        return f"error: {type(error).__name__}: {error}".replace("\n", " ")


def main() -> None:
    """Answers orders until there are no more."""
    with contextlib.suppress(OSError, AttributeError):  # Linux: end with the parent
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path = [path for path in sys.path if path != here]  # its modules' short names might be somebody else's
    module, np = importlib.import_module(sys.argv[1]), importlib.import_module("numpy")
    for order in sys.stdin:
        print(answer(np, module, order), flush=True)


if __name__ == "__main__":
    main()
