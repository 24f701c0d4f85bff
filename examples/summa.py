# SPDX-License-Identifier: MIT
"""A product on Q x Q processes that share no memory, and what that changes: bytes must travel, and sums are cut.

Process (i, j) has a block each of A, B and C. In step s the processes of column s send their blocks of A along their
rows, those of row s their blocks of B along their columns, and everyone adds a product to its block of C (SUMMA: van de
Geijn and Watts, Concurrency: Practice and Experience 9(4), 1997). Run: python examples/summa.py [K ...]
"""

import itertools
import multiprocessing
import sys

import numpy as np

import pyblaslite as pbl

Q, M, N = 2, 256, 192
PLACES = list(itertools.product(range(Q), range(Q)))


def share(block, place, owner, line, links):
    """The owner's block: it sends it to the others of its row or column, who receive it."""
    if place != owner:
        return links[owner].recv()
    for other in line:
        if other != place:
            links[other].send(block)
    return block


def work(place, a, b, links, result):
    """One process: its blocks of A and B, and a link to each other process of its row and column."""
    i, j = place
    c, received = np.zeros((a.shape[0], b.shape[1])), 0
    for s in range(Q):
        a_s = share(a, place, (i, s), [(i, t) for t in range(Q)], links)
        b_s = share(b, place, (s, j), [(t, j) for t in range(Q)], links)
        received += (a_s is not a) * a_s.nbytes + (b_s is not b) * b_s.nbytes
        pbl.gemm(a_s, b_s, beta=1, out=c)
    result.send((c, received))


def block_of(x, place):
    """The part of a matrix that a process has."""
    return np.ascontiguousarray(np.hsplit(np.vsplit(x, Q)[place[0]], Q)[place[1]])


def multiply(a, b):
    """A B by Q x Q processes; C, and the bytes that each received."""
    spawn = multiprocessing.get_context("spawn")  # nothing is inherited
    links = {place: {} for place in PLACES}
    for one, other in itertools.combinations(PLACES, 2):
        if one[0] == other[0] or one[1] == other[1]:
            links[one][other], links[other][one] = spawn.Pipe()
    results = {place: spawn.Pipe(duplex=False) for place in PLACES}
    workers = [
        spawn.Process(target=work, args=(p, block_of(a, p), block_of(b, p), links[p], results[p][1])) for p in PLACES
    ]
    for worker in workers:
        worker.start()
    blocks = {place: results[place][0].recv() for place in PLACES}
    for worker in workers:
        worker.join()
    c = np.block([[blocks[i, j][0] for j in range(Q)] for i in range(Q)])
    return c, [received for _, received in blocks.values()]


def main(lengths):
    """Multiplies for each K, and says what travelled and whether the bits are those of a single process."""
    generator = np.random.default_rng(1)
    for k in lengths:
        a, b = generator.standard_normal((M, k)), generator.standard_normal((k, N))
        c, received = multiply(a, b)
        alone = pbl.gemm(a, b)
        assert np.allclose(c, alone, rtol=0, atol=1e-15 * k * np.abs(a).max() * np.abs(b).max())
        flops = 2 * M * N * k // Q**2
        others = np.count_nonzero(c != alone)
        print(
            f"{M} x {N} x {k}: each of {Q * Q} processes received {received[0]} bytes for {flops} operations "
            f"({flops / received[0]:.0f} a byte); {others or 'no'} elements differ from one process's"
        )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1024, 1728])
