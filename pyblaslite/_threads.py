# SPDX-License-Identifier: MIT
"""How many threads a product may use, and the controller by which threadpoolctl sees and limits them."""

from __future__ import annotations

import operator
from types import TracebackType
from typing import Any

from ._core import lib, text


def get_num_threads() -> int:
    """The limit for a product on the calling thread; a team has no more than twice the CPUs, or 16 if that is more."""
    return int(lib.pbl_get_num_threads())


def set_num_threads(n: int) -> None:
    """Limit products of the whole process to ``n`` threads.

    At import the limit is the least of the CPUs allowed (affinity), the cgroup's quota and ``OMP_NUM_THREADS``.
    Results do not depend on it.

    Raises
    ------
    TypeError, ValueError
        If ``n`` is not a positive integer.
    """
    lib.pbl_set_num_threads(positive(n))


def threading() -> str:
    """'openmp', or 'none' if the library was built without it and is single-threaded."""
    return text(lib.pbl_threading())


class threads:
    """``with threads(n):`` limits the products that the calling thread starts inside to ``n`` threads.

    Other Python threads are not affected, and blocks may be nested.
    """

    def __init__(self, n: int) -> None:
        self._n = positive(n)
        self._before: list[int] = []

    def __enter__(self) -> None:
        self._before.append(lib.pbl_get_thread_limit())
        lib.pbl_set_thread_limit(self._n)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        lib.pbl_set_thread_limit(self._before.pop())


def positive(n: int) -> int:
    """``n``, if it is a positive integer that C can hold."""
    try:
        value = operator.index(n)
    except TypeError:
        raise TypeError(f"n: given {n!r}, expected a positive integer") from None
    if not 1 <= value < 2**31:
        raise ValueError(f"n: given {value}, expected a positive integer")
    return value


def register_with_threadpoolctl() -> bool:
    """Makes threadpoolctl, where it is installed, know this library; False if it is not installed."""
    try:
        import threadpoolctl  # noqa: PLC0415 (an extra)
    except ImportError:
        return False

    class PyblasliteController(threadpoolctl.LibController):  # type: ignore[misc]
        """Reads and sets the process's limit."""

        user_api = "blas"
        internal_api = "pyblaslite"
        filename_prefixes = ("libpyblaslite",)
        check_symbols = ("pbl_get_num_threads",)

        def get_num_threads(self) -> int:
            return int(lib.pbl_get_process_threads())

        def set_num_threads(self, num_threads: int) -> None:
            lib.pbl_set_num_threads(max(0, num_threads))

        def get_version(self) -> str:
            return text(lib.pbl_version())

        def set_additional_attributes(self) -> None:
            self.threading_layer: Any = threading()
            self.architecture: Any = text(lib.pbl_get_isa())

    threadpoolctl.register(PyblasliteController)
    return True
