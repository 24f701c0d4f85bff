# SPDX-License-Identifier: MIT
"""The tests that others wrote for the BLAS, and for what stands on one, run on our library: ``make outside``."""
