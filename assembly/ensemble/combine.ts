// What gemm does with the sums of a group: s, `elements` of two vectors, enters C. A member whose alpha is 0 gets what gemm gives without
// reading A and B.
//
//   STORE    C := s                    alpha = 1, beta = 0: by the tiles
//   SCALE    C := alpha s              beta = 0, C is not read
//   UPDATE   C := C + alpha s          beta = 1: by the tiles where no operand is shared
//   BOTH     C := beta C + alpha s     where beta is 0 the old C does not come through
import { madd, zero } from '../simd';
import { cells, STEP } from './lanes';

// @ts-ignore: decorator
@inline
export const STORE: i32 = 0;
// @ts-ignore: decorator
@inline
export const SCALE: i32 = 1;
// @ts-ignore: decorator
@inline
export const UPDATE: i32 = 2;

/** One vector of C; `alpha == 0` is `none`, `beta == 0` is `fresh`. */
// @ts-ignore: decorator
@inline
function put<T>(c: usize, s: v128, alpha: v128, none: v128, beta: v128, fresh: v128): void {
  const scaled = v128.mul<T>(beta, v128.load(c));
  const sum = v128.bitselect(v128.mul<T>(alpha, s), madd<T>(scaled, alpha, s), fresh);
  v128.store(c, v128.bitselect(v128.andnot(scaled, fresh), sum, none));
}

/** C takes in s, in any mode but STORE; `alpha` holds two vectors, `beta` the group's cells. */
export function combine<T>(
  mode: i32, elements: i32, alpha: usize, s: usize, beta: usize, betaEach: bool, c: usize,
): void {
  const a0 = v128.load(alpha), a1 = v128.load(alpha, 16);
  const none0 = v128.eq<T>(a0, zero<T>()), none1 = v128.eq<T>(a1, zero<T>());
  const end = c + <usize>elements * STEP;
  if (mode == SCALE) {
    for (; c != end; c += STEP) {
      v128.store(c, v128.andnot(v128.mul<T>(a0, v128.load(s)), none0));
      v128.store(c, v128.andnot(v128.mul<T>(a1, v128.load(s, 16)), none1), 16);
      s += STEP;
    }
  } else if (mode == UPDATE) {
    for (; c != end; c += STEP) {
      const c0 = v128.load(c), c1 = v128.load(c, 16);
      v128.store(c, v128.bitselect(c0, madd<T>(c0, a0, v128.load(s)), none0));
      v128.store(c, v128.bitselect(c1, madd<T>(c1, a1, v128.load(s, 16)), none1), 16);
      s += STEP;
    }
  } else {
    const b0 = cells<T>(beta, betaEach, 0), b1 = cells<T>(beta, betaEach, 1);
    const fresh0 = v128.eq<T>(b0, zero<T>()), fresh1 = v128.eq<T>(b1, zero<T>());
    for (; c != end; c += STEP) {
      put<T>(c, v128.load(s), a0, none0, b0, fresh0);
      put<T>(c + 16, v128.load(s, 16), a1, none1, b1, fresh1);
      s += STEP;
    }
  }
}
