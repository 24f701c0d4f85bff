# SPDX-License-Identifier: MIT
"""What ``pyblaslite race --suite`` measures: families of products, each a way to use a BLAS, and all other routines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

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
    """Shapes of one kind, and the dtypes they are measured in; where these have other shapes, there are two of a name.

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


def shape(name: str, m: int, n: int, k: int, flags: str, ld: int, count: int) -> Shape:
    """A shape that is named by its size."""
    title = f"{count} x " * (count > 1) + f"{m}x{n}x{k}" + f" {flags}" * (flags != "nn") + f" ld {ld}" * (ld > 0)
    return Shape(name, title, m, n, k, flags, (ld, ld, ld) if ld else None, count)


def oblong(m: int, n: int, op: str) -> Shape:
    """A gemv of an op(A) of m x n."""
    return Shape("oblong gemv", f"{m}x{n} {op}", m, n, 1, op, routine="gemv")


def joined(*families: Family) -> Family:
    """One family of several lists of shapes."""
    first = families[0]
    return Family(first.name, tuple(s for part in families for s in part.shapes), first.dtypes, first.calls)


def cubes(*sizes: int) -> list[tuple[int, int, int]]:
    """Square products."""
    return [(n, n, n) for n in sizes]


@dataclass(frozen=True)
class Kin:
    """A routine on real numbers, its counterparts on complex ones, and the flags they are raced with.

    ``others`` are flags that send it another way through a library; a few sizes of these are enough. ``rare`` are
    routines of which two sizes are, and one of the complex ones.
    """

    name: str
    complex: tuple[str, ...]
    flags: tuple[str, ...] = ("",)
    others: tuple[str, ...] = ()
    k: int = 1
    rare: bool = False
    reals: tuple[str, ...] = REAL

    def families(self, sizes: Iterable[int], few: Iterable[int]) -> list[Family]:
        """All sizes of real numbers, and few of complex ones."""
        if self.rare:
            sizes = few = tuple(few)[:2]
        real = [*self.calls((self.name,), self.flags, sizes), *self.calls((self.name,), self.others, few)]
        few = tuple(few)[1:2] if self.rare else few
        families = [Family(self.name, tuple(real), self.reals)]
        if self.complex:
            dtypes = COMPLEX[1:] if self.rare else COMPLEX
            families.append(Family(self.name, tuple(self.calls(self.complex, self.flags, few)), dtypes))
        return families

    def calls(self, routines: Iterable[str], flags: Iterable[str], sizes: Iterable[int]) -> Iterable[Shape]:
        """Everything of this order; vectors have no rows."""
        for routine, letters, n in product(routines, flags, sizes):
            m, k = (1 if self in LEVEL_1 else n), (n if self in LEVEL_3 else self.k)
            title = " ".join(filter(None, (routine, letters, str(n))))
            yield Shape(self.name, title, m, n, k, letters, routine=routine)


LEVEL_1 = (
    Kin("dot", ("dotu_sub", "dotc_sub")),
    Kin("axpy", ("axpy",)),
    Kin("nrm2", ("nrm2",)),
    Kin("amax", ("amax",)),
    *(Kin(name, ()) for name in ("scal", "copy", "swap", "asum", "rot")),
    Kin("axpby", ("axpby",), rare=True),
    Kin("amin", ("amin",), rare=True),
    *(Kin(name, (), rare=True) for name in ("sum", "rotm")),
    Kin("dsdot", (), rare=True, reals=("float32",)),
)
LEVEL_2 = (
    Kin("gemv", ("gemv",), ("n", "t")),
    Kin("gbmv", (), ("n",), ("t",), k=16),
    Kin("symv", ("hemv",), ("l",), ("u",)),
    Kin("trmv", ("trmv",), ("ln",), ("ut",)),
    Kin("trsv", ("trsv",), ("ln",), ("ut",)),
    Kin("ger", ("geru", "gerc")),
    Kin("syr", ("her",), ("l",), ("u",)),
    Kin("syr2", ("her2",), ("l",), ("u",)),
    Kin("sbmv", ("hbmv",), ("l",), k=16, rare=True),
    Kin("spmv", ("hpmv",), ("l",), rare=True),
    *(Kin(name, (name,), ("ln",), k=16, rare=True) for name in ("tbmv", "tbsv")),
    *(Kin(name, (name,), ("ln",), rare=True) for name in ("tpmv", "tpsv")),
    Kin("spr", ("hpr",), ("l",), rare=True),
    Kin("spr2", ("hpr2",), ("l",), rare=True),
    Kin("omatcopy", (), ("t",), rare=True),
)
LEVEL_3 = (
    Kin("symm", ("symm", "hemm"), ("ll",), ("ru",)),
    Kin("syrk", ("syrk", "herk"), ("ln",), ("ut",)),
    Kin("syr2k", ("her2k",), ("ln",), ("ut",)),
    Kin("trmm", ("trmm",), ("lln",), ("rut",)),
    Kin("trsm", ("trsm",), ("lln",), ("rut",)),
    Kin("gemmt", ("gemmt",), ("lnn",), ("utn",)),
)
LEVELS = {"level 1": LEVEL_1, "level 2": LEVEL_2, "level 3": LEVEL_3}
LEVEL_SIZES = {
    "level 1": ((100, 1000, 10_000, 100_000, 10_000_000), (100, 10_000, 1_000_000)),
    "level 2": ((64, 100, 300, 1000, 4000), (100, 1000)),
    "level 3": ((64, 100, 256, 500, 1000, 2000), (64, 256, 500)),
}
OBLONG = [(1000, 20), (30000, 5), (20, 1000), (5, 30000)]
BOTH_B = ("nn", "nt")
MODELS = tuple(Shape("models", f"{s.set} {s.name}", s.m, s.n, s.k, s.flags) for s in (*GPT2, *RESNET50, *COVARIANCE))
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
    *(f for level, kins in LEVELS.items() for kin in kins for f in kin.families(*LEVEL_SIZES[level])),
    Family("oblong gemv", tuple(oblong(m, n, op) for m, n in OBLONG for op in ("n", "t")), (*REAL, *COMPLEX)),
    family("Python matmul", cubes(1, 4, 8, 16, 64), calls=(MATMUL, NUMPY)),
    family("Python stacks", cubes(2, 3, 4, 8, 16, 32), count=10000, calls=(MATMUL, NUMPY)),
    family("Python prepared", cubes(8), calls=(PREPARED, NUMPY)),
    family("Python packed B", [(8, 1024, 1024), (64, 1024, 1024)], calls=(PACKED, GEMM, NUMPY)),
    family("Python bfloat16", NARROW_SIZES, dtypes=("bfloat16",), calls=(BFLOAT16, TORCH_BFLOAT16)),
    family("Python int8", NARROW_SIZES, dtypes=("int8",), calls=(INT8, TORCH_INT8)),
    family("Python epilogue", [*cubes(512), *LAYERS], dtypes=("float32",), calls=(EPILOGUE, TORCH_EPILOGUE)),
)


def choose(names: Iterable[str] | None, dtypes: Iterable[str] | None, *, quick: bool) -> list[Family]:
    """The families of these names, in these dtypes only; a level's name means all of its routines, None all there is.

    Raises
    ------
    ValueError
        If there is no such family.
    """
    known = [*dict.fromkeys(f.name for f in FAMILIES), *LEVELS]
    names = list(names or known)
    for name in names:
        if name not in known:
            raise ValueError(f"given {name!r}, expected some of: {', '.join(known)}")
    wanted = {*names, *(kin.name for level in names for kin in LEVELS.get(level, ()))}
    allowed = set(dtypes or LETTERS)
    chosen = [f.quick() if quick else f for f in FAMILIES if f.name in wanted]
    kept = (Family(f.name, f.shapes, tuple(d for d in f.dtypes if d in allowed), f.calls) for f in chosen)
    return [f for f in kept if f.dtypes]
