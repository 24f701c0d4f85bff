# SPDX-License-Identifier: MIT
"""An sgemm to write tests for: right, or wrong in one way, as ``pyblaslite mutants`` chooses.

    import numpy as np
    from pyblaslite.mutants import sgemm

    def test_beta_0_overwrites():
        a, b, c = np.ones((2, 3), "f"), np.ones((3, 2), "f"), np.full((2, 2), np.nan, "f")
        assert np.array_equal(sgemm(1, a, b, 0, c), np.full((2, 2), 3))

``pyblaslite mutants my_tests.py`` runs such tests against each wrong kernel; ``PYBLASLITE_MUTANT=NAME pytest
my_tests.py`` against one. The kernels are those of csrc/mutants/sgemm.c.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

import numpy as np

from .learn.kinds import KINDS
from .learn.memory import Floats, guarded
from .learn.mutants import LIBRARY, VARIABLE, read_mutants

__all__ = ["guarded", "sgemm"]

_names = ["", *(mutant.name for mutant in read_mutants())]
if os.environ.get(VARIABLE, "") not in _names:
    raise ImportError(f"{VARIABLE}: given {os.environ[VARIABLE]!r}, expected a name that `pyblaslite mutants` lists")
_function = ctypes.CDLL(str(LIBRARY)).sgemm
_function.argtypes = KINDS["gemm"].argument_types()
_function.restype = None


def sgemm(alpha: float, a: Floats, b: Floats, beta: float, c: Floats) -> Floats:
    """C = alpha A B + beta C, in place.

    Parameters
    ----------
    alpha, beta : float
        Factors.
    a, b, c : ndarray of float32
        m x k, k x n and m x n; their rows may stand apart (they may be slices of wider arrays), but the elements of
        a row follow each other.

    Returns
    -------
    ndarray
        ``c``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not such an array, or the shapes do not fit.
    """
    lds = [_leading_dimension(name, array) for name, array in (("a", a), ("b", b), ("c", c))]
    (m, k), (rows, n) = a.shape, b.shape
    if rows != k:
        raise ValueError(f"b: given {rows} rows, expected {k}, as a has columns")
    if c.shape != (m, n):
        raise ValueError(f"c: given shape {c.shape}, expected {(m, n)}")
    if not c.flags.writeable:
        raise ValueError("c: it is read-only")
    a_at, b_at, c_at = (array.ctypes.data for array in (a, b, c))
    _function(m, n, k, alpha, a_at, lds[0], b_at, lds[1], beta, c_at, lds[2])
    return c


def _leading_dimension(name: str, array: Any) -> int:
    """How many elements the rows are apart."""
    if not isinstance(array, np.ndarray) or array.dtype != np.float32 or array.ndim != 2:
        given = f"{array.ndim}-d {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{name}: given {given}, expected a 2-d array of float32")
    rows, columns = array.shape
    step, within = array.strides
    if (columns > 1 and within != 4) or (rows > 1 and (step < 4 * columns or step % 4)):
        raise ValueError(f"{name}: given strides {array.strides}, expected rows whose elements follow each other")
    return step // 4 if rows > 1 and columns else max(1, columns)
