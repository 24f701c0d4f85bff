# SPDX-License-Identifier: MIT
"""Ten lines of pyblaslite."""

import numpy as np

import pyblaslite as pbl

a = np.random.default_rng(0).standard_normal((300, 200))
b = np.random.default_rng(1).standard_normal((200, 100))

c = pbl.gemm(a, b)  # C = A B
pbl.gemm(a, b, alpha=0.5, beta=1, out=c)  # C += A B / 2, in place
d = pbl.gemm(b, a, trans_a="t", trans_b="t")  # B^T A^T; nothing is copied
with pbl.threads(1):  # the same bits with any number of threads
    assert np.array_equal(pbl.gemm(a, b), d.T)
stack = pbl.matmul(np.ones((8, 3, 4)), np.ones((4, 2)))  # numpy.matmul's shape rules

assert np.allclose(c, 1.5 * (a @ b))
assert stack.shape == (8, 3, 2)
print(pbl.get_isa(), pbl.get_num_threads(), c.shape, d.shape, stack.shape)
