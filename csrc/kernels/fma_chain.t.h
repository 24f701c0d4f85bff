/* SPDX-License-Identifier: MIT */
/* Independent chains of fused multiply-adds in registers: what the machine can do when nothing else is in the way, the
 * roof that every product is measured against.
 *
 * Parameters: REAL, MAC, LANE_PRODUCTS (products that MAC adds in a lane), NAME(f). Twelve chains cover an FMA latency
 * of 4 at two a cycle, and fit the 16 registers of AVX2. */

static dim NAME(fma_chain)(dim turns)
{
    enum { CHAINS = 12 };
    vec acc[CHAINS];
    vec x = vset1((T)0.999999), y = vset1((T)1e-6);

    UNROLL_FOR (int i = 0; i < CHAINS; i++) acc[i] = vset1((T)i);
    for (dim t = 0; t < turns; t++) {
        UNROLL_FOR (int i = 0; i < CHAINS; i++) acc[i] = MAC(x, y, acc[i]);
    }
    UNROLL_FOR (int i = 1; i < CHAINS; i++) acc[0] = vadd(acc[0], acc[i]);

    T sink[VLEN]; /* the compiler must believe that someone wants the sums */
    vstore(sink, acc[0]);
    __asm__ volatile("" : : "r"(sink) : "memory");
    return (dim)2 * CHAINS * VLEN * LANE_PRODUCTS;
}
