# SPDX-License-Identifier: MIT
"""The BLAS under the names and signatures of :mod:`scipy.linalg.blas`, for code that was written for that module.

``from pyblaslite import blas`` in place of ``from scipy.linalg import blas`` is all that such code needs: ``dgemm``,
``zherk``, ``isamax`` and so on, :func:`get_blas_funcs` and :func:`find_best_blas_type`. New code is better served by
:func:`pyblaslite.gemm`.

Arguments are cast to the routine's dtype. Matrices are read where they are, whatever their strides, but results are in
the order of Fortran, so an array is written where it is only if it has that order (or one dimension) and the routine's
dtype, and can be written at all; else a copy is written and returned. Arguments with an ``overwrite_`` flag are copied
unless it is set; ``x`` of ``swap`` and ``scal`` and ``y`` of ``swap``, ``copy`` and ``axpy``, which have none, are not.
An argument that shares memory with one that is written is copied first. ``None`` stands for a default. A vector may be
an array of any shape, its elements in the order of Fortran.

Wrong arguments raise :class:`error`, a ``ValueError``, or ``TypeError``, and name the argument. Unlike scipy's, no
routine drops imaginary parts, reads behind the end of an array, or answers with unchanged or zero arrays where the
reference BLAS would have stopped; empty vectors and matrices are in order everywhere.

The bits of a result depend on values and shapes only, as everywhere in pyblaslite. The GIL is released. Routines are
rows of a table (table.py) that every call interprets, which takes some 10 us: for tiny operands in a loop, scipy's
compiled wrappers or :func:`pyblaslite.gemm` are faster.

References
----------
Lawson, Hanson, Kincaid, Krogh, Basic linear algebra subprograms for Fortran usage, ACM TOMS 5(3), 1979.
Dongarra, Du Croz, Hammarling, Hanson, An extended set of Fortran basic linear algebra subprograms, ACM TOMS 14(1),
1988.
Dongarra, Du Croz, Hammarling, Duff, A set of level 3 basic linear algebra subprograms, ACM TOMS 16(1), 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._array import promoted
from .call import error
from .routine import Routine
from .table import DTYPES, ROWS

ROUTINES = {row.name: Routine(row) for row in ROWS}
globals().update(ROUTINES)
if TYPE_CHECKING:

    def __getattr__(name: str) -> Routine: ...


__all__ = ["error", "find_best_blas_type", "get_blas_funcs"]
__all__ += list(ROUTINES)

# What routines are called by those who put a prefix before a name.
ALIASES = {
    "cnrm2": "scnrm2", "znrm2": "dznrm2",
    "cdot": "cdotc", "zdot": "zdotc", "cger": "cgerc", "zger": "zgerc",
    "sdotc": "sdot", "sdotu": "sdot", "ddotc": "ddot", "ddotu": "ddot",
}  # fmt: skip


def find_best_blas_type(
    arrays: Sequence[npt.NDArray[Any]] = (), dtype: npt.DTypeLike | None = None
) -> tuple[str, np.dtype[Any], bool]:
    """The dtype in which a routine can hold what arrays have.

    Parameters
    ----------
    arrays : sequence of ndarray
        Arrays that a routine will be given.
    dtype : dtype, optional
        What to go by without arrays; by default float64.

    Returns
    -------
    prefix : {'s', 'd', 'c', 'z'}
        float32 for what fits it (half precision, booleans, integers of 16 bits or less), complex64 for these with
        complex64, float64 and complex128 for all else.
    dtype : dtype
        The same as a dtype.
    prefer_fortran : bool
        Whether the first array of the widest dtype is in the order of Fortran.
    """
    letters = [letter_of(array.dtype) for array in arrays]
    prefix = letter_of(*(array.dtype for array in arrays)) if letters else letter_of(np.dtype(dtype))
    widest = letters.index(max(letters, key="sdcz".index)) if letters else None
    return prefix, np.dtype(DTYPES[prefix]), widest is not None and arrays[widest].flags.fortran


def letter_of(*dtypes: np.dtype[Any]) -> str:
    """The letter of the dtype that holds all of these; 'd' if none does."""
    common = promoted(np.dtype(np.float16), *dtypes)
    if common is None or common.kind not in "fc":
        return "d"
    narrow = common.itemsize <= (8 if common.kind == "c" else 4)
    return {"f": "ds", "c": "zc"}[common.kind][narrow]


def get_blas_funcs(
    names: str | Sequence[str],
    arrays: Sequence[npt.NDArray[Any]] = (),
    dtype: npt.DTypeLike | None = None,
    ilp64: bool | str = False,
) -> Routine | list[Routine]:
    """Routines for the dtype of arrays.

    Parameters
    ----------
    names : str or sequence of str
        Names without prefix: 'gemm', 'axpy'.
    arrays, dtype
        As for :func:`find_best_blas_type`.
    ilp64 : bool or 'preferred'
        There is one set of routines, whose sizes have 64 bits: this changes nothing.

    Returns
    -------
    Routine or list of them
        With the attributes ``typecode`` ('d'), ``dtype``, ``prefix``, ``int_dtype`` and ``module_name``.

    Raises
    ------
    ValueError
        If there is no such routine for that dtype.
    """
    if isinstance(ilp64, str) and ilp64 != "preferred":
        raise ValueError(f"ilp64: given {ilp64!r}, expected True, False or 'preferred'")
    prefix, _, _ = find_best_blas_type(arrays, dtype)
    found = []
    for name in (names,) if isinstance(names, str) else names:
        full = ALIASES.get(prefix + name, prefix + name)
        if full not in ROUTINES:
            raise ValueError(f"names: there is no BLAS routine {full}")
        found.append(ROUTINES[full])
    return found[0] if isinstance(names, str) else found
