# SPDX-License-Identifier: MIT
"""A row of the table as something that can be called."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from .._core import lib
from .arrays import ArrayKind
from .call import Call
from .describe import describe
from .kinds import Length, Size
from .table import Row


class Routine:
    """A routine of the BLAS for one dtype.

    The attributes are those that users of :func:`get_blas_funcs` read.
    """

    module_name = "fblas"  # scipy's word for: results are in the order of Fortran
    int_dtype = np.dtype(np.int64)  # of sizes and indices, as C has them

    def __init__(self, row: Row) -> None:
        self.row = row
        self.dtype = np.dtype(row.dtype)
        self.real = np.finfo(self.dtype).dtype
        self.typecode = self.prefix = {"f": "s", "d": "d", "F": "c", "D": "z"}[self.dtype.char]
        self.function = getattr(lib, "pbl_" + row.function)
        self.hermitian = row.function.startswith("h")
        self.kinds = row.kinds
        arguments = {name: row.kinds[name] for name in row.kinds if name in row.arguments}
        self.arrays = {name: kind for name, kind in arguments.items() if isinstance(kind, ArrayKind)}
        self.others = {name: kind for name, kind in arguments.items() if name not in self.arrays}
        taken = Call(self, dict.fromkeys(self.arrays))
        self.defaults = {
            name: self.others[name].take(taken, name, value) if name in self.others else value
            for name, value in row.optional.items()
        }
        self.to_c = [(name, self.handed_over(name)) for name in row.c_arguments]
        self.__name__ = self.__qualname__ = row.name
        self.__module__ = "pyblaslite.blas"
        self.__signature__ = signature(row)
        self.__doc__ = describe(self)

    def handed_over(self, name: str) -> Any:
        """How C gets what the table calls ``name``; sizes need not be arguments."""
        if name.startswith("'"):
            return lambda call, letter: (letter[1].encode(),)
        return self.kinds.get(name, Size()).to_c

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Call(self, self.bound(args, kwargs)).run()

    def __repr__(self) -> str:
        return f"<pyblaslite.blas.{self.__name__}{self.__signature__}>"

    def __reduce__(self) -> str:
        return self.__name__

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """What was given, by name; None stands for the default."""
        names, row = self.row.arguments, self.row
        if len(args) > len(names):
            raise TypeError(f"{row.name}() takes at most {len(names)} arguments ({len(args)} given)")
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name in given or name not in names:
                wrong = "given twice" if name in given else "not one of its arguments"
                raise TypeError(f"{row.name}(): {name!r} is {wrong}; they are {', '.join(names)}")
            given[name] = value
        for position, name in enumerate(row.required, 1):
            if given.get(name) is None:
                raise TypeError(f"{row.name}() missing required argument {name!r} (pos {position})")
        return {name: value for name, value in given.items() if value is not None}


def signature(row: Row) -> inspect.Signature:
    """What help() and editors show."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    required = [inspect.Parameter(name, kind) for name in row.required]
    defaults = {name: None if isinstance(value, Length) else value for name, value in row.optional.items()}
    return inspect.Signature(required + [inspect.Parameter(name, kind, default=v) for name, v in defaults.items()])
