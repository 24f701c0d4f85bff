# SPDX-License-Identifier: MIT
"""The routines of ``scipy.linalg.blas``, a row each: the specification that everything else here reads.

A row says, in this order,

- the names: ``{s,d}sbmv {c,z}hbmv`` are four, for float32, float64, complex64 and complex128; without the braces they
  are those of the C functions, ``pbl_sbmv`` and ``pbl_hbmv``, unless ``function=`` says otherwise;
- the arguments in scipy's order with scipy's defaults, and the results: an argument among the results is written, any
  other result is made. ``n=steps(x)`` and ``n=fit(x)`` are defaults that the length of x gives (see :class:`Length`);
- the arguments of the C function, but for the dtype that comes first and strides, which go with arrays. A letter in
  quotes is meant as it stands;
- what is computed;
- the kinds of arguments that :data:`KINDS` does not know by their names, in the order in which their shapes are read:
  a size that is not known yet is learnt from the first shape that has it, and checked against all others.
"""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import dataclass

from .arrays import Band, Fixed, Matrix, Packed, Vector
from .kinds import (
    EMPTY_IF_NEGATIVE,
    KINDS,
    NUMBER,
    POSITIVE,
    REAL,
    REAL_AS_NUMBER,
    TRANS_OF_HERMITIAN,
    TRANS_OF_SYMMETRIC,
    Default,
    Index,
    Kind,
    Length,
)

DTYPES = {"s": "float32", "d": "float64", "c": "complex64", "z": "complex128"}


@dataclass(frozen=True)
class Row:
    """What a routine is, for one dtype."""

    name: str
    function: str
    dtype: str
    required: tuple[str, ...]
    optional: dict[str, Default]
    results: tuple[str, ...]
    c_arguments: tuple[str, ...]
    formula: str
    kinds: dict[str, Kind]

    @property
    def arguments(self) -> tuple[str, ...]:
        """All names, in order."""
        return (*self.required, *self.optional)


def row(names: str, signature: str, c_arguments: str, formula: str, function: str = "", **kinds: Kind) -> list[Row]:
    """The routines of one row of the table."""
    arguments, results = signature.split(" -> ")
    call = ast.parse(f"f({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    required = tuple(ast.unparse(argument) for argument in call.args)
    optional = {str(keyword.arg): default(keyword.value) for keyword in call.keywords}
    made = tuple(results.split(", "))
    kinds = {name: KINDS.get(name, NUMBER) for name in (*required, *optional, *made) if name not in kinds} | kinds
    parsed = required, optional, made, tuple(c_arguments.split()), formula, kinds
    return [Row(name, function or base, dtype, *parsed) for name, base, dtype in expand(names)]


def default(expression: ast.expr) -> Default:
    """``1``, ``None``, or a :class:`Length` such as ``fit(x, y)``."""
    if isinstance(expression, ast.Call):
        return Length(ast.unparse(expression.func), tuple(ast.unparse(vector) for vector in expression.args))
    return ast.literal_eval(expression)  # type: ignore[no-any-return]


def expand(names: str) -> list[tuple[str, str, str]]:
    """Name, name of the C function and dtype: of 'i{s,d}amax' they are isamax, iamax, float32 and so on."""
    found = []
    for before, prefixes, after in re.findall(r"(\w*){([\w,]+)}(\w+)", names):
        for prefix in prefixes.split(","):
            letter = next(letter for letter in "zcds" if letter in prefix)  # csrot and scnrm2 are complex64's
            found.append((before + prefix + after, before + after, DTYPES[letter]))
    return found


# fmt: off
LEVEL_1 = (
    row("{s,d,c,z}rotg", "a, b -> c, s",
        "a b c s", "the c and s of the rotation with c a + s b = r, c b - conj(s) a = 0",
        c=REAL),
    row("{s,d}rotmg", "d1, d2, x1, y1 -> param",
        "d1 d2 x1 y1 param", "the modified rotation H that makes the second of H (sqrt(d1) x1, sqrt(d2) y1) zero",
        param=Fixed(5)),
    row("{s,d,cs,zd}rot",
        "x, y, c, s, n=fit(x), offx=0, incx=1, offy=0, incy=1, overwrite_x=0, overwrite_y=0 -> x, y",
        "n x y c s", "x, y = c x + s y, c y - s x",
        x=Vector("n"), y=Vector("n"), c=REAL, s=REAL_AS_NUMBER),
    row("{s,d}rotm",
        "x, y, param, n=steps(x), offx=0, incx=1, offy=0, incy=1, overwrite_x=0, overwrite_y=0 -> x, y",
        "n x y param", "x, y = H (x, y), H as rotmg gave it",
        x=Vector("n"), y=Vector("n"), param=Fixed(5)),
    row("{s,d,c,z}swap", "x, y, n=steps(x), offx=0, incx=1, offy=0, incy=1 -> x, y",
        "n x y", "x, y = y, x",
        x=Vector("n"), y=Vector("n")),
    row("{s,d,c,z}scal", "a, x, n=steps(x), offx=0, incx=1 -> x",
        "n a x", "x = a x",
        x=Vector("n"), incx=EMPTY_IF_NEGATIVE),
    row("{cs,zd}scal", "a, x, n=steps(x), offx=0, incx=1, overwrite_x=0 -> x",
        "n a x", "x = a x",
        x=Vector("n"), a=REAL_AS_NUMBER, incx=EMPTY_IF_NEGATIVE),
    row("{s,d,c,z}copy", "x, y, n=steps(x), offx=0, incx=1, offy=0, incy=1 -> y",
        "n x y", "y = x",
        x=Vector("n"), y=Vector("n")),
    row("{s,d,c,z}axpy", "x, y, n=steps(x), a=1, offx=0, incx=1, offy=0, incy=1 -> y",
        "n a x y", "y = a x + y",
        x=Vector("n"), y=Vector("n")),
    row("{s,d}dot {c,z}dotu", "x, y, n=steps(x), offx=0, incx=1, offy=0, incy=1 -> xy",
        "'n' n x y xy", "the sum of x[i] y[i]", function="dot",
        x=Vector("n"), y=Vector("n"), xy=NUMBER),
    row("{c,z}dotc", "x, y, n=steps(x), offx=0, incx=1, offy=0, incy=1 -> xy",
        "'c' n x y xy", "the sum of conj(x[i]) y[i]", function="dot",
        x=Vector("n"), y=Vector("n"), xy=NUMBER),
    row("{s,d,sc,dz}nrm2", "x, n=steps(x), offx=0, incx=1 -> n2",
        "n x n2", "the square root of the sum of |x[i]|^2",
        x=Vector("n"), incx=POSITIVE, n2=REAL),
    row("{s,d,sc,dz}asum", "x, n=steps(x), offx=0, incx=1 -> s",
        "n x s", "the sum of |re x[i]| + |im x[i]|",
        x=Vector("n"), incx=EMPTY_IF_NEGATIVE, s=REAL),
    row("i{s,d,c,z}amax", "x, n=steps(x), offx=0, incx=1 -> k",
        "n x k", "the first i, from 0, of the largest |re x[i]| + |im x[i]|; -1 if there are no elements",
        x=Vector("n"), incx=EMPTY_IF_NEGATIVE, k=Index()),
)

LEVEL_2 = (
    row("{s,d,c,z}gemv",
        "alpha, a, x, beta=0, y=None, offx=0, incx=1, offy=0, incy=1, trans=0, overwrite_y=0 -> y",
        "trans m n alpha a x beta y", "y = alpha op(A) x + beta y",
        a=Matrix("m", "n"), x=Vector("columns"), y=Vector("rows")),
    row("{s,d,c,z}gbmv",
        "m, n, kl, ku, alpha, a, x, incx=1, offx=0, beta=0, y=None, incy=1, offy=0, trans=0, overwrite_y=0 -> y",
        "trans m n kl ku alpha a x beta y", "y = alpha op(A) x + beta y",
        a=Band("kl", "ku"), x=Vector("columns"), y=Vector("rows")),
    row("{s,d}symv {c,z}hemv",
        "alpha, a, x, beta=0, y=None, offx=0, incx=1, offy=0, incy=1, lower=0, overwrite_y=0 -> y",
        "lower n alpha a x beta y", "y = alpha A x + beta y",
        a=Matrix("n", "n", half="symmetric"), x=Vector("n"), y=Vector("n")),
    row("{s,d}sbmv {c,z}hbmv",
        "k, alpha, a, x, incx=1, offx=0, beta=0, y=None, incy=1, offy=0, lower=0, overwrite_y=0 -> y",
        "lower n k alpha a x beta y", "y = alpha A x + beta y",
        a=Band("k", half="symmetric"), x=Vector("n"), y=Vector("n")),
    row("{s,d,c,z}spmv {c,z}hpmv",
        "n, alpha, ap, x, incx=1, offx=0, beta=0, y=None, incy=1, offy=0, lower=0, overwrite_y=0 -> y",
        "lower 'c' n alpha ap x beta y", "y = alpha A x + beta y",
        ap=Packed("symmetric"), x=Vector("n"), y=Vector("n")),
    row("{s,d,c,z}trmv", "a, x, offx=0, incx=1, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower trans diag n a x", "x = op(A) x",
        a=Matrix("n", "n", half="triangular"), x=Vector("n")),
    row("{s,d,c,z}trsv", "a, x, incx=1, offx=0, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower trans diag n a x", "the solution of op(A) solution = x, in place of x",
        a=Matrix("n", "n", half="triangular"), x=Vector("n")),
    row("{s,d,c,z}tbmv", "k, a, x, incx=1, offx=0, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower trans diag n k a x", "x = op(A) x",
        a=Band("k", half="triangular"), x=Vector("n")),
    row("{s,d,c,z}tbsv", "k, a, x, incx=1, offx=0, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower trans diag n k a x", "the solution of op(A) solution = x, in place of x",
        a=Band("k", half="triangular"), x=Vector("n")),
    row("{s,d,c,z}tpmv", "n, ap, x, incx=1, offx=0, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower 'c' trans diag n ap x", "x = op(A) x",
        ap=Packed("triangular"), x=Vector("n")),
    row("{s,d,c,z}tpsv", "n, ap, x, incx=1, offx=0, lower=0, trans=0, diag=0, overwrite_x=0 -> x",
        "lower 'c' trans diag n ap x", "the solution of op(A) solution = x, in place of x",
        ap=Packed("triangular"), x=Vector("n")),
    row("{s,d}ger {c,z}geru", "alpha, x, y, incx=1, incy=1, a=None, overwrite_x=1, overwrite_y=1, overwrite_a=0 -> a",
        "'t' m n alpha x y a", "A = alpha x y^T + A", function="ger",
        x=Vector("m"), y=Vector("n"), a=Matrix("m", "n")),
    row("{c,z}gerc", "alpha, x, y, incx=1, incy=1, a=None, overwrite_x=1, overwrite_y=1, overwrite_a=0 -> a",
        "'c' m n alpha x y a", "A = alpha x y^H + A", function="ger",
        x=Vector("m"), y=Vector("n"), a=Matrix("m", "n")),
    row("{s,d,c,z}syr", "alpha, x, lower=0, incx=1, offx=0, n=fit(x), a=None, overwrite_a=0 -> a",
        "lower n alpha x a", "A = alpha x x^T + A",
        x=Vector("n"), a=Matrix("n", "n", half="symmetric")),
    row("{c,z}her", "alpha, x, lower=0, incx=1, offx=0, n=fit(x), a=None, overwrite_a=0 -> a",
        "lower n alpha x a", "A = alpha x x^H + A",
        x=Vector("n"), a=Matrix("n", "n", half="symmetric"), alpha=REAL),
    row("{s,d,c,z}spr", "n, alpha, x, ap, incx=1, offx=0, lower=0, overwrite_ap=0 -> ap",
        "lower 'c' n alpha x ap", "A = alpha x x^T + A",
        x=Vector("n"), ap=Packed("symmetric")),
    row("{c,z}hpr", "n, alpha, x, ap, incx=1, offx=0, lower=0, overwrite_ap=0 -> ap",
        "lower 'c' n alpha x ap", "A = alpha x x^H + A",
        x=Vector("n"), ap=Packed("symmetric"), alpha=REAL),
    row("{s,d}syr2 {c,z}her2",
        "alpha, x, y, lower=0, incx=1, offx=0, incy=1, offy=0, n=fit(x, y), a=None, overwrite_a=0 -> a",
        "lower n alpha x y a", "A = alpha x y^H + conj(alpha) y x^H + A",
        x=Vector("n"), y=Vector("n"), a=Matrix("n", "n", half="symmetric")),
    row("{s,d}spr2 {c,z}hpr2", "n, alpha, x, y, ap, incx=1, offx=0, incy=1, offy=0, lower=0, overwrite_ap=0 -> ap",
        "lower 'c' n alpha x y ap", "A = alpha x y^H + conj(alpha) y x^H + A",
        x=Vector("n"), y=Vector("n"), ap=Packed("symmetric")),
)

LEVEL_3 = (
    row("{s,d,c,z}gemm", "alpha, a, b, beta=0, c=None, trans_a=0, trans_b=0, overwrite_c=0 -> c",
        "trans_a trans_b m n k alpha a b beta c", "C = alpha op(A) op(B) + beta C",
        a=Matrix("m", "k", op="trans_a"), b=Matrix("k", "n", op="trans_b"), c=Matrix("m", "n")),
    row("{s,d,c,z}symm {c,z}hemm", "alpha, a, b, beta=0, c=None, side=0, lower=0, overwrite_c=0 -> c",
        "side lower m n alpha a b beta c", "C = alpha A B + beta C, or with side C = alpha B A + beta C",
        b=Matrix("m", "n"), a=Matrix("order", "order", half="symmetric"), c=Matrix("m", "n")),
    row("{s,d,c,z}syrk", "alpha, a, beta=0, c=None, trans=0, lower=0, overwrite_c=0 -> c",
        "lower trans n k alpha a beta c", "C = alpha op(A) op(A)^T + beta C",
        a=Matrix("n", "k", op="trans"), c=Matrix("n", "n", half="symmetric"), trans=TRANS_OF_SYMMETRIC),
    row("{c,z}herk", "alpha, a, beta=0, c=None, trans=0, lower=0, overwrite_c=0 -> c",
        "lower trans n k alpha a beta c", "C = alpha op(A) op(A)^H + beta C",
        a=Matrix("n", "k", op="trans"), c=Matrix("n", "n", half="symmetric"), trans=TRANS_OF_HERMITIAN,
        alpha=REAL, beta=REAL),
    row("{s,d,c,z}syr2k", "alpha, a, b, beta=0, c=None, trans=0, lower=0, overwrite_c=0 -> c",
        "lower trans n k alpha a b beta c", "C = alpha op(A) op(B)^T + alpha op(B) op(A)^T + beta C",
        a=Matrix("n", "k", op="trans"), b=Matrix("n", "k", op="trans"), c=Matrix("n", "n", half="symmetric"),
        trans=TRANS_OF_SYMMETRIC),
    row("{c,z}her2k", "alpha, a, b, beta=0, c=None, trans=0, lower=0, overwrite_c=0 -> c",
        "lower trans n k alpha a b beta c", "C = alpha op(A) op(B)^H + conj(alpha) op(B) op(A)^H + beta C",
        a=Matrix("n", "k", op="trans"), b=Matrix("n", "k", op="trans"), c=Matrix("n", "n", half="symmetric"),
        trans=TRANS_OF_HERMITIAN, beta=REAL),
    row("{s,d,c,z}trmm", "alpha, a, b, side=0, lower=0, trans_a=0, diag=0, overwrite_b=0 -> b",
        "side lower trans_a diag m n alpha a b", "B = alpha op(A) B, or with side B = alpha B op(A)",
        b=Matrix("m", "n"), a=Matrix("order", "order", half="triangular", leading=True)),
    row("{s,d,c,z}trsm", "alpha, a, b, side=0, lower=0, trans_a=0, diag=0, overwrite_b=0 -> b",
        "side lower trans_a diag m n alpha a b",
        "the solution of op(A) solution = alpha B, or with side of solution op(A) = alpha B, in place of B",
        b=Matrix("m", "n"), a=Matrix("order", "order", half="triangular")),
)
# fmt: on

ROWS = list(itertools.chain(*LEVEL_1, *LEVEL_2, *LEVEL_3))
