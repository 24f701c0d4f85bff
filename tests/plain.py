# SPDX-License-Identifier: MIT
"""What the tests of the short way to C vary: operands of every kind, and each call made both ways."""

from contextlib import contextmanager

import numpy as np
import pytest
from conftest import LAYOUTS, bits, floats

import pyblaslite as pbl
from pyblaslite import _gemm, _level1, _level2, _packed

SHORT_WAYS = [
    (_gemm, "multiply_plain"), (_gemm, "multiply_matrices"), (_packed, "multiply_packed"), (_level1, "dot_plain"),
    (_level2, "multiply_vector"),
]  # fmt: skip


class Subclass(np.ndarray):
    pass


def in_memory(x, strides, offset=0):
    """A copy of x with these strides in bytes, some way into a block of memory of bytes 0xff."""
    low = sum((n - 1) * s for n, s in zip(x.shape, strides, strict=True) if s < 0)
    high = sum((n - 1) * s for n, s in zip(x.shape, strides, strict=True) if s > 0)
    memory = np.full(offset - low + high + x.itemsize + 64, 255, np.uint8)
    view = np.ndarray(x.shape, x.dtype, memory, offset - low, strides)
    view[...] = x
    return view


def fortran(x):
    return np.asfortranarray(x) if x.ndim else x.copy()


def every_other(x):
    return in_memory(x, [2 * s for s in x.copy().strides]) if x.size else x.copy()


def swapped_axes(x):
    """The matrices' columns contiguous, one matrix after another."""
    return LAYOUTS["F"](x) if x.ndim > 1 else x.copy()


def with_strange_strides_of_ones(x):
    """Where a dimension is 1, or there are no elements, numpy lets the stride be anything."""
    strides = [97 * x.itemsize if n == 1 else s for n, s in zip(x.shape, x.copy().strides, strict=True)]
    return np.lib.stride_tricks.as_strided(x.copy(), x.shape, strides)


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


# What an operand or out may be; each holds the values of the array it is made from.
KINDS = {
    "C": lambda x: x.copy(),
    "F": fortran,
    "columns": swapped_axes,
    "every other": every_other,
    "reversed": lambda x: np.flip(np.flip(x).copy()),
    "first reversed": lambda x: x[::-1].copy()[::-1] if x.ndim else x.copy(),
    "misaligned": lambda x: in_memory(x, x.copy().strides, 1) if x.size else x.copy(),
    "strides off by a byte": lambda x: in_memory(x, [s + 1 for s in x.copy().strides]) if x.size else x.copy(),
    "offset by an element": lambda x: in_memory(x, x.copy().strides, x.itemsize) if x.size else x.copy(),
    "strange strides": with_strange_strides_of_ones,
    "byte-swapped": lambda x: x.astype(x.dtype.newbyteorder()),
    "with metadata": lambda x: x.astype(np.dtype(x.dtype, metadata={"unit": "m"})),
    "wider": lambda x: x.astype(np.promote_types(x.dtype, np.complex128)),
    "integers": lambda x: x.real.astype(np.int64),
    "longdouble": lambda x: x.astype(np.promote_types(x.dtype, np.longdouble)),
    "objects": lambda x: x.astype(object),
    "records": lambda x: np.zeros(x.shape, [("x", x.dtype)]),
    "a subclass": lambda x: x.copy().view(Subclass),
    "a matrix": lambda x: x.copy().view(np.matrix) if x.ndim == 2 else x.copy(),
    "masked": np.ma.array,
    "read-only": read_only,
    "a list": lambda x: x.tolist(),
    "a number": lambda x: 3.0,
    "None": lambda x: None,
}
INPUT_KINDS = {
    **KINDS,
    "broadcast rows": lambda x: np.broadcast_to(x[..., :1, :], x.shape) if x.ndim > 1 and x.size else x,
    "broadcast columns": lambda x: np.broadcast_to(x[..., :1], x.shape) if x.ndim and x.size else x,
    "broadcast stack": lambda x: np.broadcast_to(x[:1], x.shape) if x.ndim and x.size else x,
}


@contextmanager
def only_the_long_way():
    with pytest.MonkeyPatch.context() as patch:
        for module, name in SHORT_WAYS:
            patch.setattr(module, name, lambda *_: None)
        yield


def outcome(a, b, out, call=pbl.matmul, **settings):
    """What the call does with it: a result's bits and all memory it stands in, or an exception in words."""
    try:
        got = call(a, b, **settings) if out is None else call(a, b, out=out, **settings)
    except Exception as error:  # whichever
        return type(error), str(error)
    base = out if getattr(out, "base", None) is None else out.base
    return got is out, bits(np.asarray(got)), np.asarray(base).tobytes() if isinstance(base, np.ndarray) else b""


def compare(make, call=pbl.matmul, **settings):
    """`make` gives a, b and out anew for each of the two ways."""
    short = outcome(*make(), call, **settings)
    with only_the_long_way():
        assert short == outcome(*make(), call, **settings)
    return short


def shapes_of(stack_a, stack_b, m, n, k):
    return (*stack_a, m, k), (*stack_b, k, n), (*np.broadcast_shapes(stack_a, stack_b), m, n)


def operands(shapes, dtype, kinds=("C", "C", "C"), seed=1):
    def make():
        rng = np.random.default_rng(seed)
        a, b, out = (np.asarray(floats(rng, shape, dtype)) for shape in shapes)
        return INPUT_KINDS[kinds[0]](a), INPUT_KINDS[kinds[1]](b), KINDS[kinds[2]](out)

    return make
