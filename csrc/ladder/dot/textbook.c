/* SPDX-License-Identifier: MIT */
/* The sum as it is written down: one accumulator.
 *
 * What changes: nothing yet. This ladder is about a single question, how long an addition takes: x and y, 2048 floats
 * each, lie in the L1 cache, so that nothing waits for memory.
 * How fast is it: an addition of floats takes three or four cycles on most CPUs (latency; two on Intel's from 2021
 * on, if it follows an addition), although two can begin in every cycle (throughput). Each addition here needs the
 * sum before it, so that one is under way at a time, and units for several stand idle. Multiplications run ahead, as
 * they depend on nothing.
 * In the assembly: one addss whose result is its own operand of the next turn. All else fits in the cycles that it
 * waits.
 * Exercise: count the cycles of an element (the clock rate is on the first line of `lscpu`, more or less). Then
 * replace sum += by sum *=, max, and an int's sum: what is the latency of each? */
float dot_textbook(int n, const float *x, const float *y)
{
    float sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}
