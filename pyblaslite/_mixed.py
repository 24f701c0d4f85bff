# SPDX-License-Identifier: MIT
"""Products of narrow elements (float16, bfloat16, 8-bit integers), and products with an epilogue."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._array import (
    Array,
    address,
    as_array,
    check_out,
    check_status,
    common_dtype,
    deliver,
    destination_of_sum,
    dtype_code,
    integer,
    is_narrow,
    layout,
    op_shape,
    product_shape,
    promoted,
    readable,
    scalar,
)
from ._core import ffi, lib
from ._packed import PackedB

ACTIVATIONS = {None: lib.PBL_NO_ACTIVATION, "relu": lib.PBL_RELU, "gelu": lib.PBL_GELU}
INTEGERS = (np.dtype(np.int8), np.dtype(np.uint8))
FLOAT32, INT32 = np.dtype(np.float32), np.dtype(np.int32)


class Kind(NamedTuple):
    """What a product computes with, and what it may give."""

    inputs: tuple[np.dtype[Any], np.dtype[Any]]
    sums: np.dtype[Any]
    results: tuple[np.dtype[Any], ...]  # the first is the default

    @property
    def real(self) -> np.dtype[Any]:
        """The type of scale and bias."""
        return FLOAT32 if self.sums == INT32 else self.sums


def kind_of(a: np.dtype[Any], b: np.dtype[Any], has_epilogue: bool, operands: dict[str, Array | None]) -> Kind:
    """The kind of product for these dtypes of a and b, and of c among the operands if there is one: where it needs more
    than the sums of narrow elements have, all are promoted, as numpy would.
    """
    c = operands.get("c")
    if a in INTEGERS and b in INTEGERS and fits(c, INT32):
        if a == b == np.uint8:
            raise TypeError("a and b: both are uint8; expected one of them to be int8, as the instructions want it")
        floats = tuple(np.dtype(d) for d in ("float32", "float16"))
        return Kind((a, b), INT32, floats if has_epilogue else (INT32, *floats))
    if a == b and is_narrow(a) and a not in INTEGERS and fits(c, FLOAT32):
        same = c is None or promoted(a, c.dtype) == a
        return Kind((a, b), FLOAT32, (a, FLOAT32) if same else (FLOAT32, a))
    dtype = common_dtype(**operands)
    if has_epilogue and dtype.kind == "c":
        raise TypeError(f"bias, activation, scale: the operands are {dtype}, expected real ones")
    return Kind((dtype, dtype), dtype, (dtype,))


def fits(c: Array | None, sums: np.dtype[Any]) -> bool:
    """Whether c can be added to such sums."""
    return c is None or promoted(c.dtype, sums) == sums


def result_dtype(kind: Kind, out: object) -> np.dtype[Any]:
    """What ``out`` holds, if that can be had."""
    if not isinstance(out, np.ndarray):
        return kind.results[0]
    if out.dtype in kind.results or (kind.sums == INT32 and is_narrow(out.dtype) and out.dtype not in INTEGERS):
        return np.dtype(out.dtype)
    raise TypeError(f"out: given dtype {out.dtype}, expected {' or '.join(map(str, kind.results))}")


def factor(value: object, name: str, kind: Kind) -> Any:
    """alpha or beta for C, in the type of the sums."""
    return integer(value, name) if kind.sums == INT32 else scalar(value, name, kind.sums)


def extra(x: Any, name: str, shape: tuple[int, int], dtype: np.dtype[Any]) -> Array | None:
    """scale or bias as a matrix of C's shape, mostly with strides of zero."""
    if x is None:
        return None
    x = as_array(x, name)
    if x.dtype.kind not in "biuf" and not is_narrow(x.dtype):
        raise TypeError(f"{name}: dtype {x.dtype}, expected real numbers")
    try:
        return np.broadcast_to(readable(x, dtype), shape)
    except ValueError:
        raise ValueError(f"{name}: given shape {x.shape}, which does not broadcast to the result's, {shape}") from None


def epilogue(scale: Array | None, bias: Array | None, activation: str | None) -> Any:
    """The C struct; the arrays must outlive it."""
    e = ffi.new("struct pbl_epilogue *", {"activation": ACTIVATIONS[activation]})
    if scale is not None:
        e.scale, (e.rs_scale, e.cs_scale, _) = address(scale), layout(scale)
    if bias is not None:
        e.bias, (e.rs_bias, e.cs_bias, _) = address(bias), layout(bias)
    return e


def gemm_mixed(
    a: Any, b: Any, alpha: complex, beta: complex, c: Any, trans_a: str, trans_b: str, out: Array | None,
    bias: Any, activation: str | None, scale: Any,
) -> Array:  # fmt: skip
    """:func:`gemm` for everything that is not four BLAS dtypes and nothing more."""
    if not isinstance(activation, str | None) or activation not in ACTIVATIONS:
        raise ValueError(f"activation: given {activation!r}, expected None, 'none', 'relu' or 'gelu'")
    has_epilogue = bias is not None or scale is not None or activation is not None
    a, c = as_array(a, "a"), None if c is None else as_array(c, "c")
    if isinstance(b, PackedB):
        kind, shape = kind_with_packed(a, b, c, has_epilogue, trans_a, trans_b)
    else:
        b = as_array(b, "b")
        shape = product_shape(a, b, trans_a, trans_b)
        kind = kind_of(a.dtype, b.dtype, has_epilogue, {"a": a, "b": b, "c": c})
        b = readable(b, kind.inputs[1])
    a = readable(a, kind.inputs[0])
    dtype = result_dtype(kind, out)
    factors = factor(alpha, "alpha", kind), factor(beta, "beta", kind)
    adds = bool(factors[1][0])
    if c is not None and c.shape != shape:
        raise ValueError(f"c: given shape {c.shape}, expected {shape}")
    if c is None and out is None and adds:
        raise ValueError(f"beta: given {beta!r}, but there is neither c nor out to multiply with it")
    if adds and kind.sums == INT32 and dtype != INT32:
        raise ValueError(f"beta: given {beta!r}, but the result is {dtype}, which sums of integers cannot add to")
    if out is not None:
        check_out(out, shape, dtype)

    scale, bias = extra(scale, "scale", shape, kind.real), extra(bias, "bias", shape, kind.real)
    inputs = [x for x in (a, b, scale, bias) if isinstance(x, np.ndarray)]
    if adds and dtype != kind.sums:  # in float32, then rounded
        addend = out if c is None else c
        target = np.array(addend, kind.sums, order="C")
    else:
        target = destination_of_sum(c, out, shape, dtype, adds, *inputs)
    e = epilogue(scale, bias, activation) if has_epilogue else ffi.NULL
    run(target, a, b, factors, trans_a, trans_b, e)
    if target.dtype != dtype:
        target = target.astype(dtype)
    return deliver(target, out)


def kind_with_packed(
    a: Array, b: PackedB, c: Array | None, has_epilogue: bool, trans_a: str, trans_b: str
) -> tuple[Kind, tuple[int, int]]:
    """The kind and shape of a product with a B that is packed."""
    if trans_b != "n":
        raise ValueError(f"trans_b: given {trans_b!r}, but b is packed: give trans_b to pack_b instead")
    m, k = op_shape(a, "a", trans_a)
    if k != b.shape[0]:
        raise ValueError(f"b: packed with shape {b.shape}, expected ({k}, n), as op(a) has shape {(m, k)}")
    integers = a.dtype in INTEGERS and b.dtype in INTEGERS
    if a.dtype != b.dtype and not integers and (is_narrow(b.dtype) or promoted(a.dtype, b.dtype) != b.dtype):
        raise TypeError(f"a: dtype {a.dtype} does not fit b, which is packed as {b.dtype}: cast it")
    sums = INT32 if integers else FLOAT32 if is_narrow(b.dtype) else b.dtype
    if not fits(c, sums):
        raise TypeError(f"c: dtype {c.dtype if c is not None else None} does not fit sums in {sums}: cast it")
    kind = kind_of(a.dtype if integers else b.dtype, b.dtype, has_epilogue, {"b": np.empty(0, b.dtype), "c": c})
    return kind, (m, b.shape[1])


def run(c: Array, a: Array, b: Array | PackedB, factors: tuple[Any, Any], trans_a: str, trans_b: str, e: Any) -> None:
    """Calls C."""
    if c.size == 0:
        return
    (rs_a, cs_a, _), (rs_c, cs_c, _) = layout(a), layout(c)
    code_a, code_c, (alpha, beta), (m, n) = dtype_code(a.dtype), dtype_code(c.dtype), factors, c.shape
    if isinstance(b, PackedB):
        status = lib.pbl_gemm_packed_ex(
            code_a, code_c, trans_a.encode(), m, alpha, address(a), rs_a, cs_a, b.handle, beta, address(c), rs_c, cs_c,
            e,
        )  # fmt: skip
    else:
        rs_b, cs_b, _ = layout(b)
        k = a.shape[trans_a == "n"]
        status = lib.pbl_gemm_ex(
            code_a, dtype_code(b.dtype), code_c, trans_a.encode(), trans_b.encode(), m, n, k, alpha, address(a), rs_a,
            cs_a, address(b), rs_b, cs_b, beta, address(c), rs_c, cs_c, e,
        )  # fmt: skip
    check_status(status)
