# SPDX-License-Identifier: MIT
"""A profiler of BLAS calls for any program that uses numpy or scipy: ``pyblaslite run``."""
