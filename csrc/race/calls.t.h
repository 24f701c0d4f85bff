/* SPDX-License-Identifier: MIT */
/* A call of each signature that CBLAS functions have. Alpha is 1 and beta 0 where nothing else is said.
 *
 * Parameters: I, an integer; R, a real number; S, a number as an argument (complex ones are passed by address);
 * NUMBER(v), a real v as an S; NAME(f). */
#define CALL(result, ...) ((result (*)(__VA_ARGS__))x->function)
#define STORED(o) x->o.data, (I)x->o.ld

static void NAME(gemm)(const struct work *x)
{
    CALL(void, int, int, int, I, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->trans_a, x->trans_b, (I)x->m, (I)x->n,
                                                               (I)x->k, NUMBER(1), STORED(a), STORED(b), NUMBER(0),
                                                               STORED(c));
}

static void NAME(gemm_batch)(const struct work *x)
{
    CALL(void, int, int, int, I, I, I, S, P, I, I, P, I, I, S, V, I, I,
         I)(ROW_MAJOR, x->trans_a, x->trans_b, (I)x->m, (I)x->n, (I)x->k, NUMBER(1), STORED(a), (I)x->a.step, STORED(b),
            (I)x->b.step, NUMBER(0), STORED(c), (I)x->c.step, (I)x->count);
}

static void NAME(gemmt)(const struct work *x)
{
    CALL(void, int, int, int, int, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->uplo, x->trans_a, x->trans_b, (I)x->n,
                                                                 (I)x->k, NUMBER(1), STORED(a), STORED(b), NUMBER(0),
                                                                 STORED(c));
}

static void NAME(symm)(const struct work *x)
{
    CALL(void, int, int, int, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->side, x->uplo, (I)x->m, (I)x->n, NUMBER(1),
                                                            STORED(a), STORED(b), NUMBER(0), STORED(c));
}

static void NAME(trmm)(const struct work *x)
{
    CALL(void, int, int, int, int, int, I, I, S, P, I, V, I)(ROW_MAJOR, x->side, x->uplo, x->trans_a, NON_UNIT, (I)x->m,
                                                             (I)x->n, NUMBER(1), STORED(a), STORED(c));
}

static void NAME(syrk)(const struct work *x)
{
    CALL(void, int, int, int, I, I, S, P, I, S, V, I)(ROW_MAJOR, x->uplo, x->trans_a, (I)x->n, (I)x->k, NUMBER(1),
                                                      STORED(a), NUMBER(0), STORED(c));
}

static void NAME(herk)(const struct work *x)
{
    CALL(void, int, int, int, I, I, R, P, I, R, V, I)(ROW_MAJOR, x->uplo, x->trans_a, (I)x->n, (I)x->k, 1, STORED(a), 0,
                                                      STORED(c));
}

static void NAME(syr2k)(const struct work *x)
{
    CALL(void, int, int, int, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->uplo, x->trans_a, (I)x->n, (I)x->k, NUMBER(1),
                                                            STORED(a), STORED(b), NUMBER(0), STORED(c));
}

static void NAME(her2k)(const struct work *x)
{
    CALL(void, int, int, int, I, I, S, P, I, P, I, R, V, I)(ROW_MAJOR, x->uplo, x->trans_a, (I)x->n, (I)x->k, NUMBER(1),
                                                            STORED(a), STORED(b), 0, STORED(c));
}

static void NAME(gemv)(const struct work *x)
{
    CALL(void, int, int, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->trans_a, (I)x->a.rows, (I)x->a.columns, NUMBER(1),
                                                       STORED(a), STORED(b), NUMBER(0), STORED(c));
}

static void NAME(gbmv)(const struct work *x)
{
    CALL(void, int, int, I, I, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->trans_a, (I)x->a.rows, (I)x->a.columns,
                                                             (I)x->k, (I)x->k, NUMBER(1), STORED(a), STORED(b),
                                                             NUMBER(0), STORED(c));
}

static void NAME(symv)(const struct work *x)
{
    CALL(void, int, int, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), STORED(a), STORED(b),
                                                    NUMBER(0), STORED(c));
}

static void NAME(sbmv)(const struct work *x)
{
    CALL(void, int, int, I, I, S, P, I, P, I, S, V, I)(ROW_MAJOR, x->uplo, (I)x->n, (I)x->k, NUMBER(1), STORED(a),
                                                       STORED(b), NUMBER(0), STORED(c));
}

static void NAME(spmv)(const struct work *x)
{
    CALL(void, int, int, I, S, P, P, I, S, V, I)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), x->a.data, STORED(b),
                                                 NUMBER(0), STORED(c));
}

static void NAME(tbmv)(const struct work *x)
{
    CALL(void, int, int, int, int, I, I, P, I, V, I)(ROW_MAJOR, x->uplo, x->trans_a, NON_UNIT, (I)x->n, (I)x->k,
                                                     STORED(a), STORED(c));
}

static void NAME(tpmv)(const struct work *x)
{ CALL(void, int, int, int, int, I, P, V, I)(ROW_MAJOR, x->uplo, x->trans_a, NON_UNIT, (I)x->n, x->a.data, STORED(c)); }

static void NAME(trmv)(const struct work *x)
{
    CALL(void, int, int, int, int, I, P, I, V, I)(ROW_MAJOR, x->uplo, x->trans_a, NON_UNIT, (I)x->n, STORED(a),
                                                  STORED(c));
}

static void NAME(ger)(const struct work *x)
{ CALL(void, int, I, I, S, P, I, P, I, V, I)(ROW_MAJOR, (I)x->m, (I)x->n, NUMBER(1), STORED(a), STORED(b), STORED(c)); }

static void NAME(syr)(const struct work *x)
{ CALL(void, int, int, I, S, P, I, V, I)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), STORED(a), STORED(c)); }

static void NAME(her)(const struct work *x)
{ CALL(void, int, int, I, R, P, I, V, I)(ROW_MAJOR, x->uplo, (I)x->n, 1, STORED(a), STORED(c)); }

static void NAME(syr2)(const struct work *x)
{
    CALL(void, int, int, I, S, P, I, P, I, V, I)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), STORED(a), STORED(b),
                                                 STORED(c));
}

static void NAME(spr)(const struct work *x)
{ CALL(void, int, int, I, S, P, I, V)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), STORED(a), x->c.data); }

static void NAME(hpr)(const struct work *x)
{ CALL(void, int, int, I, R, P, I, V)(ROW_MAJOR, x->uplo, (I)x->n, 1, STORED(a), x->c.data); }

static void NAME(spr2)(const struct work *x)
{ CALL(void, int, int, I, S, P, I, P, I, V)(ROW_MAJOR, x->uplo, (I)x->n, NUMBER(1), STORED(a), STORED(b), x->c.data); }

static void NAME(omatcopy)(const struct work *x)
{
    CALL(void, int, int, I, I, S, P, I, V, I)(ROW_MAJOR, x->trans_a, (I)x->a.rows, (I)x->a.columns, NUMBER(1),
                                              STORED(a), STORED(c));
}

static void NAME(copy)(const struct work *x) { CALL(void, I, V, I, V, I)((I)x->n, STORED(a), STORED(c)); }

/* By -1, which leaves the numbers in their range however often it is done. */
static void NAME(scal)(const struct work *x) { CALL(void, I, S, V, I)((I)x->n, NUMBER(-1), STORED(c)); }

static void NAME(axpy)(const struct work *x) { CALL(void, I, S, P, I, V, I)((I)x->n, NUMBER(2), STORED(a), STORED(c)); }

static void NAME(axpby)(const struct work *x)
{ CALL(void, I, S, P, I, S, V, I)((I)x->n, NUMBER(2), STORED(a), NUMBER(-1), STORED(c)); }

/* By a right angle, for the same reason, and because that is exact. */
static void NAME(rot)(const struct work *x) { CALL(void, I, V, I, V, I, R, R)((I)x->n, STORED(a), STORED(c), 0, 1); }

static void NAME(rotm)(const struct work *x)
{
    static const R h[] = {-1, 0, -1, 1, 0}; /* the same, as a matrix */
    CALL(void, I, V, I, V, I, P)((I)x->n, STORED(a), STORED(c), h);
}

static void NAME(dot)(const struct work *x) { *(R *)x->c.data = CALL(R, I, P, I, P, I)((I)x->n, STORED(a), STORED(b)); }

static void NAME(dot_sub)(const struct work *x)
{ CALL(void, I, P, I, P, I, V)((I)x->n, STORED(a), STORED(b), x->c.data); }

static void NAME(dsdot)(const struct work *x)
{ *(R *)x->c.data = (R)CALL(double, I, P, I, P, I)((I)x->n, STORED(a), STORED(b)); }

static void NAME(nrm2)(const struct work *x) { *(R *)x->c.data = CALL(R, I, P, I)((I)x->n, STORED(a)); }

static void NAME(amax)(const struct work *x) { *(R *)x->c.data = (R)CALL(I, I, P, I)((I)x->n, STORED(a)); }

#undef CALL
#undef STORED
#undef I
#undef R
#undef S
#undef NUMBER
#undef NAME
