# SPDX-License-Identifier: MIT
"""One competitor of the Python race: the protocol of pbl-race, around a product as users call it.

Run as ``python python_race.py pyblaslite|numpy|torch [CALL]``; loads nothing of pyblaslite for another's turn.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import math
import os
import signal
import sys
import timeit
from typing import Any

DTYPES = {"s": "float32", "d": "float64", "c": "complex64", "z": "complex128", "b": "bfloat16", "i": "int8"}
SAMPLE = 0.03  # seconds, until an order says otherwise
PR_SET_PDEATHSIG = 1
GELU_ERROR = 1e-5  # relative to one more than the result; all else is exact
TENSORS = "x, y, z, w = (tensor(module, i) for i in (a, b, c, bias))"


# What is called: once beforehand, and then again and again.
CALLS = {
    "matmul": ("", "c = module.matmul(a, b)"),
    "matmul_out": ("", "module.matmul(a, b, out=c)"),
    "gemm_out": ("", "module.gemm(a, b, out=c)"),
    "prepared": ("run = module.prepare_gemm(a, b, out=c)", "run()"),
    "packed": ("packed = module.pack_b(b)", "module.gemm(a, packed, out=c)"),
    "gemm_gelu": ("", "module.gemm(a, b, bias=bias, activation='gelu', out=c)"),
    "torch_mm": (TENSORS, "module.mm(x, y, out=z)"),
    "torch_int_mm": (TENSORS, "module._int_mm(x, y, out=z)"),
    "torch_gelu": (TENSORS, "module.ops.aten.gelu_(module.addmm(w, x, y, out=z))"),
}


def operand(np: Any, stack: tuple[int, ...], rows: int, columns: int, op: str, dtype: str) -> Any:
    """Matrices of small integers, every product of which is exact, so that op of each is rows x columns."""
    shape = (rows, columns) if op == "n" else (columns, rows)
    x = np.random.default_rng(1).integers(-4, 4, (*stack, *shape)).astype(dtype)
    return x if op == "n" else x.T if op == "t" else x.conj().T


def tensor(torch: Any, x: Any) -> Any:
    """An array's memory as torch's, to which numpy's bfloat16 is a stranger."""
    if x.dtype.name == "bfloat16":
        return torch.from_numpy(x.view("int16")).view(torch.bfloat16)
    return torch.from_numpy(x)


def gelu(x: float) -> float:
    """The activation, from its definition."""
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


class Runner:
    """Times one of the calls."""

    def __init__(self, np: Any, module: Any, call: str) -> None:
        self.np, self.module, self.sample = np, module, SAMPLE
        self.setup, self.statement = CALLS[call]
        self.has_gelu = call.endswith("gelu")

    def time(self, letter: str, sizes: tuple[int, int, int], trans: str, count: int) -> float:
        """Seconds of one product or stack; the same sampling as in timing.c."""
        m, n, k = sizes
        dtype, stack = DTYPES[letter], (count,) * (count > 1)
        if dtype == "bfloat16":
            importlib.import_module("ml_dtypes")  # makes it known to numpy
        names = {
            "module": self.module,
            "tensor": tensor,
            "a": operand(self.np, stack, m, k, trans[0], dtype),
            "b": operand(self.np, stack, k, n, trans[1], dtype),
            "c": self.np.zeros((*stack, m, n), "int32" if dtype == "int8" else dtype),
            "bias": operand(self.np, (), 1, n, "n", dtype)[0],
        }
        exec(f"{self.setup}\n{self.statement}", names)
        for i in (0, count - 1):
            a, b, c = (names[x].reshape(count, *names[x].shape[-2:])[i] for x in "abc")
            self.check(a, b, c, names["bias"])
        timer, repeats = timeit.Timer(self.statement, self.setup or "pass", globals=names), 1
        while (seconds := timer.timeit(repeats)) < self.sample:
            short = seconds < self.sample / 10
            repeats = 10 * repeats if short else int(1.1 * self.sample / seconds * repeats) + 1
        return seconds / repeats

    def check(self, a: Any, b: Any, c: Any, bias: Any) -> None:
        """Some elements of a product, the sums of which are rounded once."""
        wide = self.np.result_type(c.dtype, "float64")
        for i, j in ((0, 0), (-1, -1), (c.shape[0] // 2, c.shape[1] // 3)):
            exact = (a[i].astype(wide) * b[:, j].astype(wide)).sum()
            expected = (wide.type(gelu(exact + float(bias[j]))) if self.has_gelu else exact).astype(c.dtype)
            if not abs(c[i, j] - expected) <= GELU_ERROR * self.has_gelu * (1 + abs(expected)):
                raise ArithmeticError("the result is wrong")

    def obey(self, order: str) -> str:
        """The answer to one order."""
        words = order.split()
        if words == ["about"]:
            return f"{self.module.__name__} {self.module.__version__}"
        if len(words) == 2 and words[0] == "sample":
            self.sample = float(words[1])
            return words[1]
        if len(words) == 6 and words[0] == "gemm":
            return f"{self.time(words[1], sizes(words[3:]), words[2], 1):.9g}"
        if len(words) == 6 and words[0] == "batch":
            return f"{self.time(words[1], sizes(words[2:5]), 'nn', int(words[5])):.9g}"
        return "error: orders are gemm T FLAGS M N K, batch T M N K COUNT, sample SECONDS, about"


def sizes(words: list[str]) -> tuple[int, int, int]:
    """M, N and K."""
    m, n, k = map(int, words)
    return m, n, k


def answer(runner: Runner, order: str) -> str:
    """What is said to one order, whatever goes wrong."""
    try:
        return runner.obey(order)
    except Exception as error:  # the race goes on without it
        return f"error: {type(error).__name__}: {error}".replace("\n", " ")


def limit_threads(module: Any) -> None:
    """As the race says; others obey the environment, but torch may be built to count threads by itself."""
    if module.__name__ == "torch":
        module.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def main() -> None:
    """Answers orders until there are no more."""
    with contextlib.suppress(OSError, AttributeError):  # Linux: end with the parent
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path = [path for path in sys.path if path != here]  # its modules' short names might be somebody else's
    module, np = importlib.import_module(sys.argv[1]), importlib.import_module("numpy")
    limit_threads(module)
    runner = Runner(np, module, *(sys.argv[2:] or ["matmul"]))
    for order in sys.stdin:
        print(answer(runner, order), flush=True)


if __name__ == "__main__":
    main()
