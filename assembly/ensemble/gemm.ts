// gemm of an ensemble: C_r := alpha_r op(A_r) op(B_r) + beta_r C_r for every member r, under the contract of gemm. Transposes are strides,
// and a B of all members is the A of the transposed product, so that there is one kernel.
import { KC } from '../gemm/block';
import { zero } from '../simd';
import { combine, STORE, UPDATE } from './combine';
import { cells, cellStep, STEP } from './lanes';
import { tile } from './tile';

// Bits of `flags`; bits 0 and 1 transpose A and B, bits 6 and 7 are the mode.
// @ts-ignore: decorator
@inline
const A_SHARED: i32 = 4;
// @ts-ignore: decorator
@inline
const B_SHARED: i32 = 8;
// @ts-ignore: decorator
@inline
const ALPHA_EACH: i32 = 16;
// @ts-ignore: decorator
@inline
const BETA_EACH: i32 = 32;

/** `rows` (a constant of 1 or 2) rows of C for one block of k of one group. */
// @ts-ignore: decorator
@inline
function strip<T>(
  update: bool, shared: bool, rows: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize,
  bc: usize, c: usize, rc: usize, cc: usize, scale: usize,
): void {
  for (; n >= 2; n -= 2) {
    tile<T>(update, shared, rows, 2, k, a, rs, cs, b, bs, bc, c, rc, cc, scale);
    b += bc << 1;
    c += cc << 1;
  }
  if (n > 0) tile<T>(update, shared, rows, 1, k, a, rs, cs, b, bs, bc, c, rc, cc, scale);
}

/** C := A B, or C := C + alpha A B, for one block of k of one group; a single row or column is left to narrower tiles. */
// @ts-ignore: decorator
@inline
function block<T>(
  update: bool, shared: bool, m: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize,
  c: usize, rc: usize, cc: usize, work: usize,
): void {
  for (; m >= 2; m -= 2) {
    strip<T>(update, shared, 2, n, k, a, rs, cs, b, bs, bc, c, rc, cc, work);
    a += rs << 1;
    c += rc << 1;
  }
  if (m > 0) strip<T>(update, shared, 1, n, k, a, rs, cs, b, bs, bc, c, rc, cc, work);
}

/**
 * The products of all groups; A by its strides `rs`, `cs` and the distance `ag` between groups, B likewise; C has strides `rc`, `cc`. `work`
 * holds alpha, two vectors, then the product of a group where it does not go to C at once. `shared` is a constant.
 */
// @ts-ignore: decorator
@inline
function groupLoop<T>(
  shared: bool, flags: i32, m: i32, n: i32, k: i32, groups: i32, alpha: usize, a: usize, ag: usize, rs: usize,
  cs: usize, b: usize, bg: usize, bs: usize, bc: usize, beta: usize, c: usize, rc: usize, cc: usize, work: usize,
): void {
  const alphaEach = (flags & ALPHA_EACH) != 0;
  const betaEach = (flags & BETA_EACH) != 0;
  const elements = m * n;
  for (; groups > 0; --groups) {
    const a0 = cells<T>(alpha, alphaEach, 0), a1 = cells<T>(alpha, alphaEach, 1);
    v128.store(work, a0);
    v128.store(work, a1, 16);
    // What the tiles update has no alpha of 0. Products with a shared operand seldom update, and never take that way: the binary is small.
    const none = v128.or(v128.eq<T>(a0, zero<T>()), v128.eq<T>(a1, zero<T>()));
    const direct = !shared && !v128.any_true(none);
    let mode = flags >> 6;
    let left = k;
    let ak = a;
    let bk = b;
    do {
      const kc = min(left, KC);
      if (!shared && direct && mode == UPDATE) {
        block<T>(true, shared, m, n, kc, ak, rs, cs, bk, bs, bc, c, rc, cc, work);
      } else {
        block<T>(false, shared, m, n, kc, ak, rs, cs, bk, bs, bc, mode == STORE ? c : work + 32, rc, cc, work);
        if (mode != STORE) combine<T>(mode, elements, work, work + 32, beta, betaEach, c);
      }
      ak += <usize>kc * cs;
      bk += <usize>kc * bs;
      left -= kc;
      mode = UPDATE;
    } while (left > 0);
    a += ag;
    b += bg;
    c += <usize>elements * STEP;
    alpha += cellStep<T>(alphaEach);
    beta += cellStep<T>(betaEach);
  }
}

/** The products with an A of all members. */
function sharedProducts<T>(
  flags: i32, m: i32, n: i32, k: i32, groups: i32, alpha: usize, a: usize, rs: usize, cs: usize, b: usize, bg: usize,
  bs: usize, bc: usize, beta: usize, c: usize, rc: usize, cc: usize, work: usize,
): void {
  groupLoop<T>(true, flags, m, n, k, groups, alpha, a, 0, rs, cs, b, bg, bs, bc, beta, c, rc, cc, work);
}

/** The op. `work` holds 32 + 32 m n bytes. One of A and B at most is shared; k is at least 1. */
export function ensembleGemm<T>(
  flags: i32, m: i32, n: i32, k: i32, groups: i32, alpha: usize, a: usize, b: usize, beta: usize, c: usize,
  work: usize,
): void {
  const sharedA = (flags & A_SHARED) != 0;
  const sharedB = (flags & B_SHARED) != 0;
  const stepA: usize = sharedA ? sizeof<T>() : STEP;
  const stepB: usize = sharedB ? sizeof<T>() : STEP;
  const ag: usize = sharedA ? 0 : <usize>m * <usize>k * STEP;
  const bg: usize = sharedB ? 0 : <usize>k * <usize>n * STEP;
  // Distances between rows and columns of op(A) and op(B).
  const rsA = flags & 1 ? stepA : <usize>k * stepA;
  const csA = flags & 1 ? <usize>m * stepA : stepA;
  const rsB = flags & 2 ? stepB : <usize>n * stepB;
  const csB = flags & 2 ? <usize>k * stepB : stepB;
  const row = <usize>n * STEP;
  if (sharedB) {
    sharedProducts<T>(flags, n, m, k, groups, alpha, b, csB, rsB, a, ag, csA, rsA, beta, c, STEP, row, work);
  } else if (sharedA) {
    sharedProducts<T>(flags, m, n, k, groups, alpha, a, rsA, csA, b, bg, rsB, csB, beta, c, row, STEP, work);
  } else {
    groupLoop<T>(
      false, flags, m, n, k, groups, alpha, a, ag, rsA, csA, b, bg, rsB, csB, beta, c, row, STEP, work);
  }
}
