// The orthogonal matrix Q = H_0 H_1 ... H_(n-2) of a reduction to tridiagonal form, and the plane rotations that turn its
// columns into eigenvectors.
import { gemv } from '../level2';
import { scal } from '../level1';
import { madd } from '../simd';
import { product } from './product';

/** Reflections of a block; part of the numeric contract. */
// @ts-ignore: decorator
@inline
export const OB: i32 = 32;

/**
 * Q (n, n) from what `sytrd` leaves in A and tau, from the last block of reflections to the first:
 *
 *   Q := Q - V' Y,   Y = T V Q,   y_k = tau_k (y_k - sum over l > k of (v_k . v_l) y_l)     V: rows v_k of the block
 *
 * `work`: orgtrScratchBytes in src/kernels/factor-scratch-eigen.ts.
 */
export function orgtr<T>(n: i32, a: usize, lda: i32, tau: usize, q: usize, ldq: i32, work: usize): void {
  const size = sizeof<T>();
  const rowA = <usize>lda * size;
  const rowQ = <usize>ldq * size;
  for (let i = 0; i < n; ++i) {
    memory.fill(q + <usize>i * rowQ, 0, <usize>n * size);
    store<T>(q + <usize>i * (rowQ + size), <T>1);
  }
  const y = work + <usize>OB * <usize>n * size;
  const gram = y + <usize>OB * <usize>n * size;
  const scratch = gram + <usize>(OB * OB) * size;
  const blocks = (n - 1 + OB - 1) / OB;
  for (let block = blocks - 1; block >= 0; --block) {
    const j = block * OB;
    const width = min(OB, n - 1 - j);
    const length = n - 1 - j;
    const line = <usize>length * size;
    for (let k = 0; k < width; ++k) {
      const to = work + <usize>k * line;
      memory.fill(to, 0, <usize>k * size);
      memory.copy(to + <usize>k * size, a + <usize>(j + k) * rowA + <usize>(j + k + 1) * size, <usize>(length - k) * size);
    }
    const corner = q + <usize>(j + 1) * (rowQ + size);
    product<T>(0, width, length, length, <T>1, work, length, corner, ldq, <T>0, y, length, scratch);
    product<T>(2, width, width, length, <T>1, work, length, work, length, <T>0, gram, OB, scratch);
    for (let k = width - 1; k >= 0; --k) {
      const yk = y + <usize>k * line;
      const gk = gram + <usize>(k * OB + k + 1) * size;
      gemv<T>(1, width - 1 - k, length, <T>-1, yk + line, length, gk, 1, <T>1, yk, 1);
      scal<T>(length, load<T>(tau + <usize>(j + k) * size), yk, 1);
    }
    product<T>(1, length, length, width, <T>-1, work, length, y, length, <T>1, corner, ldq, scratch);
  }
}

/** Load one number of a rotation, kept in float64 for both element types, into all lanes. */
// @ts-ignore: decorator
@inline
function splat<T>(p: usize): v128 {
  return v128.splat<T>(<T>load<f64>(p));
}

/**
 * Apply sweeps of plane rotations to a panel of n lines of 64 bytes:
 *
 *   x := c x + s y,  y := c y - s x   for lines first, first + 1; then first + 1, first + 2; ...
 *
 * `sweeps` holds `count` pairs (first line, number of rotations) of i32; `rotations` the pairs (c, s) of float64 of one sweep
 * behind the other. The line that two rotations share stays in registers.
 */
export function rotatePanel<T>(panel: usize, sweeps: usize, count: i32, rotations: usize): void {
  for (; count > 0; --count) {
    let line = panel + (<usize>load<i32>(sweeps) << 6);
    let left = load<i32>(sweeps, 4);
    sweeps += 8;
    let x0 = v128.load(line), x1 = v128.load(line, 16), x2 = v128.load(line, 32), x3 = v128.load(line, 48);
    for (; left > 0; --left) {
      const c = splat<T>(rotations);
      const s = splat<T>(rotations + 8);
      const minus = v128.neg<T>(s);
      rotations += 16;
      const y0 = v128.load(line, 64), y1 = v128.load(line, 80), y2 = v128.load(line, 96), y3 = v128.load(line, 112);
      v128.store(line, madd<T>(v128.mul<T>(c, x0), s, y0));
      v128.store(line, madd<T>(v128.mul<T>(c, x1), s, y1), 16);
      v128.store(line, madd<T>(v128.mul<T>(c, x2), s, y2), 32);
      v128.store(line, madd<T>(v128.mul<T>(c, x3), s, y3), 48);
      x0 = madd<T>(v128.mul<T>(c, y0), minus, x0);
      x1 = madd<T>(v128.mul<T>(c, y1), minus, x1);
      x2 = madd<T>(v128.mul<T>(c, y2), minus, x2);
      x3 = madd<T>(v128.mul<T>(c, y3), minus, x3);
      line += 64;
    }
    v128.store(line, x0);
    v128.store(line, x1, 16);
    v128.store(line, x2, 32);
    v128.store(line, x3, 48);
  }
}
