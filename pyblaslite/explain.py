# SPDX-License-Identifier: MIT
"""``pyblaslite explain``: how a product would be computed here."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import itertools
from typing import Any

from ._array import BLAS_DTYPES, check_status
from ._core import batch_invariant, ffi, get_isa, isas, lib, set_isa, text
from ._threads import get_num_threads, threads

# C's numbers of what can be multiplied; bfloat16 is not numpy's, and int8 stands for uint8 as well.
NUMBERS = {str(dtype): number for dtype, (number, _) in BLAS_DTYPES.items()}
NUMBERS |= {"float16": lib.PBL_H, "bfloat16": lib.PBL_B, "int8": lib.PBL_I8}
OPS = ("n", "t", "c")
TRANS = tuple(a + b for a, b in itertools.product(OPS, OPS))
MOST = 2**31 - 1
ROOM = 4096  # bytes for what C writes
WIDTH = 120  # of a file or pipe


def explain(
    m: int, n: int, k: int, dtype: str = "float32", trans: str = "nn", column_major: bool = False
) -> dict[str, str]:
    """How ``gemm`` would go about a product of contiguous operands, with the present threads and instruction set.

    Parameters
    ----------
    m, n, k : int
        op(A) is m x k, op(B) is k x n.
    dtype : str
        One of BLAS's, 'float16', 'bfloat16' or 'int8'.
    trans : str
        The two letters of op: 'nn', 'nt', ...
    column_major : bool
        Whether the columns of all three matrices are contiguous, not their rows.

    Returns
    -------
    dict
        What is decided, in words: 'path', 'why', 'threads', 'kernel', ...
    """
    stored = [(m, k) if trans[0] == "n" else (k, m), (k, n) if trans[1] == "n" else (n, k), (m, n)]
    strides = [(1, rows) if column_major else (columns, 1) for rows, columns in stored]
    number, said = NUMBERS[dtype], ffi.new("char[]", ROOM)
    ops = [op.encode() for op in trans]
    check_status(lib.pbl_explain_gemm(number, *ops, m, n, k, *itertools.chain(*strides), said, ROOM))
    lines = (line.partition(": ") for line in text(said).splitlines())
    return {key: value for key, _, value in lines}


def size(word: str) -> int:
    """A size from the command line."""
    if not (word.isascii() and word.isdigit() and int(word) <= MOST):
        raise argparse.ArgumentTypeError(f"given {word!r}, expected a size from 0 to {MOST}")
    return int(word)


def team(word: str) -> int:
    """A number of threads from the command line."""
    if size(word) < 1:
        raise argparse.ArgumentTypeError(f"given {word!r}, expected at least one thread")
    return int(word)


def add_arguments(commands: Any) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser("explain", help="how a product would be computed here, and why", description=__doc__)
    parser.set_defaults(run=run)
    for name, what in (("M", "rows of C"), ("N", "columns of C"), ("K", "length of the sums")):
        parser.add_argument(name.lower(), type=size, metavar=name, help=what)
    parser.add_argument("--dtype", choices=list(NUMBERS), default="float32", help="default: float32")
    parser.add_argument("--trans", choices=TRANS, type=str.lower, default="nn", help="op of A and of B (default: nn)")
    parser.add_argument("--threads", type=team, metavar="N", help="default: as many as gemm may use here")
    parser.add_argument("--isa", choices=isas(), help="default: the best this CPU runs")
    parser.add_argument("--column-major", action="store_true", help="columns are contiguous, not rows")
    parser.add_argument("--batch-invariant", action="store_true", help="as pyblaslite.batch_invariant(True) has it")


def run(options: argparse.Namespace) -> int:
    """Explains, and leaves threads, instruction set and promises as they were."""
    before, promised = get_isa(), batch_invariant()
    set_isa(options.isa or before)
    batch_invariant(promised or options.batch_invariant)
    try:
        with threads(options.threads) if options.threads else contextlib.nullcontext():
            sizes = (options.m, options.n, options.k)
            found = explain(*sizes, options.dtype, options.trans, options.column_major)
            allowed = get_num_threads()
    finally:
        set_isa(before)
        batch_invariant(promised)
    found["threads"] = f"{found['threads']} of {allowed}" if "threads" in found else f"{allowed} allowed"
    show(title(options), found)
    return 0


def title(options: argparse.Namespace) -> str:
    """The product in words."""
    order = "column-major" if options.column_major else "row-major"
    shape = f"C ({options.m} x {options.n}) = op(A) ({options.m} x {options.k}) op(B) ({options.k} x {options.n})"
    return f"{shape}, {options.dtype}, {options.trans}, {order}"


def show(heading: str, lines: dict[str, str]) -> None:
    """A table where rich is installed, aligned lines where it is not."""
    if importlib.util.find_spec("rich") is None:
        width = max(map(len, lines)) + 1
        print(heading, *(f"{key + ':':<{width}} {value}" for key, value in lines.items()), sep="\n")
        return
    from rich import box  # noqa: PLC0415 (an extra)
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for key, value in lines.items():
        table.add_row(Text(key), Text(value))
    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(Text(heading, "bold"), table, sep="")
