# SPDX-License-Identifier: MIT
"""The race against the BLAS libraries found on this machine: ``pyblaslite race``."""
