# SPDX-License-Identifier: MIT
"""What ``pyblaslite race --suite`` measures: families of shapes, each of which stands for a way to use a BLAS."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .shapes import COVARIANCE, GPT2, LETTERS, RESNET50, Shape

REAL = ("float32", "float64")
COMPLEX = ("complex64", "complex128")
QUICK = 4  # shapes of a family in a quick run, at most


@dataclass(frozen=True)
class Call:
    """A call from Python: its name in the table, the module, and its key in python_race.py."""

    name: str
    module: str
    key: str


MATMUL = Call("pyblaslite.matmul", "pyblaslite", "matmul_out")
NUMPY = Call("numpy.matmul", "numpy", "matmul_out")
GEMM = Call("pyblaslite.gemm", "pyblaslite", "gemm_out")
PREPARED = Call("prepared call", "pyblaslite", "prepared")
PACKED = Call("gemm of packed b", "pyblaslite", "packed")
BFLOAT16 = Call("gemm of bfloat16", "pyblaslite", "gemm_out")
TORCH_BFLOAT16 = Call("torch.mm", "torch", "torch_mm")
INT8 = Call("gemm of int8", "pyblaslite", "gemm_out")
TORCH_INT8 = Call("torch._int_mm", "torch", "torch_int_mm")
EPILOGUE = Call("gemm with gelu", "pyblaslite", "gemm_gelu")
TORCH_EPILOGUE = Call("torch.addmm, gelu", "torch", "torch_gelu")
NEEDS = {PREPARED: "prepare_gemm", PACKED: "pack_b"}  # what a version of pyblaslite may lack


@dataclass(frozen=True)
class Family:
    """Shapes of one kind, and the dtypes they are measured in.

    Through the C interface all competitors run them; ``calls`` are raced from Python instead, ours first.
    """

    name: str
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...] = REAL
    calls: tuple[Call, ...] = ()

    def quick(self) -> Family:
        """A few of the shapes, evenly spread."""
        step = math.ceil(len(self.shapes) / QUICK)
        return Family(self.name, self.shapes[::step], self.dtypes, self.calls)


def family(
    name: str,
    sizes: Iterable[tuple[int, int, int]],
    trans: tuple[str, ...] = ("nn",),
    dtypes: tuple[str, ...] = REAL,
    *,
    lds: tuple[int, ...] = (0,),
    count: int = 1,
    calls: tuple[Call, ...] = (),
) -> Family:
    """All the sizes with all transpositions and leading dimensions (0: contiguous)."""
    shapes = (shape(name, *size, op, ld, count) for size in sizes for op in trans for ld in lds)
    return Family(name, tuple(shapes), dtypes, calls)


def shape(name: str, m: int, n: int, k: int, trans: str, ld: int, count: int) -> Shape:
    """A shape that is named by its size."""
    title = f"{count} x " * (count > 1) + f"{m}x{n}x{k}" + f" {trans}" * (trans != "nn") + f" ld {ld}" * (ld > 0)
    return Shape(name, title, m, n, k, trans, (ld, ld, ld) if ld else None, count)


def joined(*families: Family) -> Family:
    """One family of several lists of shapes."""
    first = families[0]
    return Family(first.name, tuple(s for part in families for s in part.shapes), first.dtypes, first.calls)


def cubes(*sizes: int) -> list[tuple[int, int, int]]:
    """Square products."""
    return [(n, n, n) for n in sizes]


BOTH_B = ("nn", "nt")
MODELS = tuple(Shape("models", f"{s.set} {s.name}", s.m, s.n, s.k, s.trans) for s in (*GPT2, *RESNET50, *COVARIANCE))
STACKED = (2, 3, 4, 5, 8, 12, 16, 24, 32)
LAYERS = [(8, 2048, 2048), (128, 3072, 768), (128, 768, 3072)]
NARROW_SIZES = [*cubes(64, 256, 512, 1024, 2048), *LAYERS]

FAMILIES = (
    family("small", cubes(4, 8, 12, 16, 17, 24, 31, 32, 33, 48, 49, 64, 65, 96, 97, 100, 128)),
    family("small complex", cubes(4, 8, 17, 32, 64, 100), dtypes=COMPLEX),
    family(
        "few rows",
        [
            *((1, 1000, 1000), (1, 3000, 700), (2, 2048, 1024), (3, 1000, 2048)),
            *((4, 4096, 1024), (5, 3000, 700), (8, 2048, 2048)),
        ],
        BOTH_B,
    ),
    family(
        "few columns",
        [(1000, 1, 1000), (3000, 2, 700), (2048, 3, 1024), (1000, 5, 2048), (2048, 8, 2048)],
        ("nn", "tn"),
    ),
    family("rank k", [(2048, 2048, 8), (700, 3000, 5), (1024, 1024, 32), (1000, 1000, 16)], ("nn", "tn")),
    joined(
        family("long K", [(24, 24, 50000), (8, 8, 200000)]),
        family("long K", [(8, 8, 200000), (32, 32, 100000), (64, 64, 20000), (128, 128, 30000)], ("tn",)),
    ),
    joined(
        family("power-of-two ld", cubes(500), BOTH_B, lds=(1024,)),
        family("power-of-two ld", cubes(512), ("nn", "tn"), lds=(2048, 4096)),
    ),
    family("tile + 1", cubes(49, 97, 161, 193, 385, 1025)),
    family("transposed", cubes(200, 512, 1000), ("nt", "tn", "tt")),
    Family("models", MODELS, ("float32",)),
    joined(
        family("stacks", cubes(*STACKED), count=10000),
        family("stacks", cubes(48, 64), count=1000),
    ),
    family("big", cubes(256, 512, 720, 1000, 1024, 2048)),
    family("Python matmul", cubes(1, 4, 8, 16, 64), calls=(MATMUL, NUMPY)),
    family("Python stacks", cubes(2, 3, 4, 8, 16, 32), count=10000, calls=(MATMUL, NUMPY)),
    family("Python prepared", cubes(8), calls=(PREPARED, NUMPY)),
    family("Python packed B", [(8, 1024, 1024), (64, 1024, 1024)], calls=(PACKED, GEMM, NUMPY)),
    family("Python bfloat16", NARROW_SIZES, dtypes=("bfloat16",), calls=(BFLOAT16, TORCH_BFLOAT16)),
    family("Python int8", NARROW_SIZES, dtypes=("int8",), calls=(INT8, TORCH_INT8)),
    family("Python epilogue", [*cubes(512), *LAYERS], dtypes=("float32",), calls=(EPILOGUE, TORCH_EPILOGUE)),
)


def choose(names: Iterable[str] | None, dtypes: Iterable[str] | None, *, quick: bool) -> list[Family]:
    """The families of these names, in these dtypes only; None means all.

    Raises
    ------
    ValueError
        If there is no such family.
    """
    known = [f.name for f in FAMILIES]
    for name in names or ():
        if name not in known:
            raise ValueError(f"given {name!r}, expected some of: {', '.join(known)}")
    wanted, allowed = set(names or known), set(dtypes or LETTERS)
    chosen = [f.quick() if quick else f for f in FAMILIES if f.name in wanted]
    kept = (Family(f.name, f.shapes, tuple(d for d in f.dtypes if d in allowed), f.calls) for f in chosen)
    return [f for f in kept if f.dtypes]
