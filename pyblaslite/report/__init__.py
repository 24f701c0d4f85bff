# SPDX-License-Identifier: MIT
"""The report: what was measured, as one HTML file that needs nothing else."""
