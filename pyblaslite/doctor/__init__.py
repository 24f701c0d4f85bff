# SPDX-License-Identifier: MIT
"""The doctor: what this machine is, which BLAS libraries are on it, and how they answer at the edges."""
