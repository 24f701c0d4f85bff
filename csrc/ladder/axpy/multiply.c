/* SPDX-License-Identifier: MIT */
/* z = x y, element by element, in C.
 *
 * What changes: no interpreter, and no array of numpy's.
 * It is on the ladder twice: -O2 (one float at a time) and -O3 -march=native (vectors; restrict tells the compiler
 * that it may).
 * What it should buy: over the Python loop, two hundred times; the interpreter spends 100 to 200 ns on each element,
 * looking up types and making objects of floats. Over numpy with out=, nothing: its loop is C with vectors too. And
 * vectors buy nothing over scalars, or little: the operands are larger than every cache, one multiplication comes
 * with 12 bytes from or to memory, and a core waits for those either way. That is the bandwidth wall.
 * Count the bytes: x and y are read, 8 bytes. z is written, 4 bytes; but a store to a line that is in no cache reads
 * it first (a read for ownership), 4 more. Of what the memory moves, a quarter is of no use to anybody.
 * In the assembly: mulss, or vmulps, between two loads and a store; and how little it matters which.
 * Exercise: --size 1000, 10000, 100000, ...: plot GB/s over the size, and mark the caches. */
void multiply(int n, const float *restrict x, const float *restrict y, float *restrict z)
{
    for (int i = 0; i < n; i++) z[i] = x[i] * y[i];
}
