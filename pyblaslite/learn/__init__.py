# SPDX-License-Identifier: MIT
"""For kernels that are not ours: a beginning, the gates, the race; and for tests that are not ours: mutants."""
