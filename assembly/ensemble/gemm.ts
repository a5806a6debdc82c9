// gemm of an ensemble: C_r := alpha_r op(A_r) op(B_r) + beta_r C_r for every member r, under the contract of gemm. Transposes are strides,
// and a B of all members is the A of the transposed product, so that there is one kernel.
import { KC } from '../gemm/block';
import { cells, cellStep, STEP } from './lanes';
import {
  shared1x1, shared1x2, shared2x1, shared2x2, shared4x1, shared4x2, tile1x1, tile2x1, tile2x2, tile4x1, tile4x2,
} from './tile';
import { STORE, update, UPDATE } from './update';

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

/** `rows` (a constant of 1, 2 or 4) rows of C for one block of k of one half of a group. */
// @ts-ignore: decorator
@inline
function strip<T>(
  shared: bool, rows: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize,
  rc: usize, cc: usize,
): void {
  if (rows == 1 && !shared) {
    // The transposed product: B's columns are its rows.
    for (; n >= 4; n -= 4) {
      tile4x1<T>(k, b, bc, bs, a, cs, c, cc);
      b += bc << 2;
      c += cc << 2;
    }
  }
  for (; n >= 2; n -= 2) {
    if (rows == 4) {
      if (shared) shared4x2<T>(k, a, rs, cs, b, bs, bc, c, rc, cc);
      else tile4x2<T>(k, a, rs, cs, b, bs, bc, c, rc, cc);
    } else if (rows == 2) {
      if (shared) shared2x2<T>(k, a, rs, cs, b, bs, bc, c, rc, cc);
      else tile2x2<T>(k, a, rs, cs, b, bs, bc, c, rc, cc);
    } else if (shared) shared1x2<T>(k, a, cs, b, bs, bc, c, cc);
    else tile2x1<T>(k, b, bc, bs, a, cs, c, cc);
    b += bc << 1;
    c += cc << 1;
  }
  if (n > 0) {
    if (rows == 4) {
      if (shared) shared4x1<T>(k, a, rs, cs, b, bs, c, rc);
      else tile4x1<T>(k, a, rs, cs, b, bs, c, rc);
    } else if (rows == 2) {
      if (shared) shared2x1<T>(k, a, rs, cs, b, bs, c, rc);
      else tile2x1<T>(k, a, rs, cs, b, bs, c, rc);
    } else if (shared) shared1x1<T>(k, a, cs, b, bs, c);
    else tile1x1<T>(k, a, cs, b, bs, c);
  }
}

/** C := A B for one block of k of one half of a group. */
// @ts-ignore: decorator
@inline
function half<T>(
  shared: bool, m: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize,
  rc: usize, cc: usize,
): void {
  for (; m >= 4; m -= 4) {
    strip<T>(shared, 4, n, k, a, rs, cs, b, bs, bc, c, rc, cc);
    a += rs << 2;
    c += rc << 2;
  }
  if (m >= 2) {
    strip<T>(shared, 2, n, k, a, rs, cs, b, bs, bc, c, rc, cc);
    a += rs << 1;
    c += rc << 1;
    m -= 2;
  }
  if (m > 0) strip<T>(shared, 1, n, k, a, rs, cs, b, bs, bc, c, rc, cc);
}

/** Both halves. */
// @ts-ignore: decorator
@inline
function block<T>(
  shared: bool, m: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize,
  rc: usize, cc: usize,
): void {
  for (let lane: usize = 0; lane < STEP; lane += 16) {
    half<T>(shared, m, n, k, shared ? a : a + lane, rs, cs, b + lane, bs, bc, c + lane, rc, cc);
  }
}

/** The products of all groups; A by its strides `rs`, `cs` and the distance `ag` between groups, B likewise; C has strides `rc`, `cc`. */
function groupLoop<T>(
  shared: bool, flags: i32, m: i32, n: i32, k: i32, groups: i32, alpha: usize, a: usize, ag: usize, rs: usize,
  cs: usize, b: usize, bg: usize, bs: usize, bc: usize, beta: usize, c: usize, rc: usize, cc: usize, work: usize,
): void {
  const alphaEach = (flags & ALPHA_EACH) != 0;
  const betaEach = (flags & BETA_EACH) != 0;
  const elements = m * n;
  for (; groups > 0; --groups) {
    let mode = flags >> 6;
    let left = k;
    let ak = a;
    let bk = b;
    do {
      const kc = min(left, KC);
      const to = mode == STORE ? c : work;
      if (shared) block<T>(true, m, n, kc, ak, rs, cs, bk, bs, bc, to, rc, cc);
      else block<T>(false, m, n, kc, ak, rs, cs, bk, bs, bc, to, rc, cc);
      if (mode != STORE) update<T>(mode, elements, alpha, alphaEach, work, beta, betaEach, c);
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

/** The op. `work` holds the product of a group, m n 32 bytes. One of A and B at most is shared; k is at least 1. */
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
    groupLoop<T>(
      true, flags, n, m, k, groups, alpha, b, bg, csB, rsB, a, ag, csA, rsA, beta, c, STEP, row, work);
  } else {
    groupLoop<T>(
      sharedA, flags, m, n, k, groups, alpha, a, ag, rsA, csA, b, bg, rsB, csB, beta, c, row, STEP, work);
  }
}
