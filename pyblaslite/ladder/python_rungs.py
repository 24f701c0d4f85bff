# SPDX-License-Identifier: MIT
"""The rungs that are Python, and a process that times them as csrc/ladder/driver.c does those in C.

Run as ``python python_rungs.py FUNCTION``; loads nothing but numpy.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import timeit
from typing import Any

import numpy as np

Vector = Any  # numpy's arrays, of float32
AT_ONCE = 2**20  # elements that a loop in Python is timed on; the time of more is in proportion
SAMPLE = 0.03  # seconds, until an order says otherwise
PR_SET_PDEATHSIG = 1


def python_loop(x: Vector, y: Vector, z: Vector) -> None:
    """The interpreter, an element at a time.

    Each turn makes three objects, of the index and of the numbers, asks for their types, and finds the function that
    multiplies these. Beside that a multiplication is nothing. What to look for in the bytecode: how few instructions a
    turn has; each is hundreds of the CPU's. Exercise: the same with lists instead of arrays, and with zip.
    """
    for i in range(len(x)):
        z[i] = x[i] * y[i]


def numpy_new(x: Vector, y: Vector, z: Vector) -> None:
    """One call for all elements, which returns a new array.

    The loop is in C, with vectors. But memory for the result comes from the system, page by page as it is first
    touched, and each page is filled with zeros before; that takes longer than the product. Exercise: time x * y for
    1000, 100000 and 10000000 elements; from which size on are pages new each time?
    """
    z[:1] = (x * y)[:1]


def numpy_out(x: Vector, y: Vector, z: Vector) -> None:
    """The same into an array that is there already.

    No new page. What remains is memory's bandwidth, which no language makes faster. Exercise: a * x + b * y + c makes
    how many passes over memory in numpy, and how many in C?
    """
    np.multiply(x, y, out=z)


RUNGS = {function.__name__: function for function in (python_loop, numpy_new, numpy_out)}


def answer(name: str, order: str, state: dict[str, float]) -> str:
    """What an order is answered with."""
    word, _, number = order.partition(" ")
    if word == "about":
        return name
    if word == "sample":
        state["sample"] = float(number)
        return number
    if word != "multiply":
        return "error: orders are multiply N, sample SECONDS, about"
    wanted = int(number)
    n = min(wanted, AT_ONCE) if name == "python_loop" else wanted
    x, y = ((np.arange(n, dtype=np.uint32) * step % 8).astype(np.float32) - 3 for step in (3, 5))
    z = np.zeros_like(x)
    timer = timeit.Timer(lambda: RUNGS[name](x, y, z))
    once = timer.timeit(1)
    if z[0] != x[0] * y[0] or (name != "numpy_new" and z[-1] != x[-1] * y[-1]):
        return "error: the result is wrong"
    times = max(1, int(state["sample"] / once))
    return f"{timer.timeit(times) / times * wanted / n:.9g}"


def main() -> None:
    """Answers orders until there are no more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    state = {"sample": SAMPLE}
    for line in sys.stdin:
        print(answer(sys.argv[1], line.strip(), state), flush=True)


if __name__ == "__main__":
    main()
