// tanh x in two lanes and over vectors, with the bits of `tanh` of src/math/hyperbolic.ts. Both sides of 0.6 have the form
// start + factor * (numerator / denominator), so that a vector needs one division:
//
//   |x| < 0.6   x - x z (z^3 + 594 z^2 + 45045 z + 675675) / (z^4 + 630 z^3 + 51975 z^2 + 945945 z + 2027025), z = x^2,
//               a convergent of Lambert's continued fraction
//   else        1 - 2 / (e^(2 |x|) + 1), with the sign of x
import { loadPair } from '../simd';
import { exp } from './exp';
import { at, linear, loadOne, minus, ONE, over, plus, select, SIGN, storeOne, storePair, times, TWO } from './lanes';

/** Elements that one call of the inner loop takes. */
// @ts-ignore: decorator
@inline const CHUNK: i32 = 1024;

// @ts-ignore: decorator
@inline const NEAR: usize = memory.data<f64>([0.6], 8);
/** tanh 22 is 1 in float64. */
// @ts-ignore: decorator
@inline const MOST: usize = memory.data<f64>([22.0], 8);
// @ts-ignore: decorator
@inline const P0: usize = memory.data<f64>([675675.0], 8);
// @ts-ignore: decorator
@inline const P1: usize = memory.data<f64>([45045.0], 8);
// @ts-ignore: decorator
@inline const P2: usize = memory.data<f64>([594.0], 8);
// @ts-ignore: decorator
@inline const Q0: usize = memory.data<f64>([2027025.0], 8);
// @ts-ignore: decorator
@inline const Q1: usize = memory.data<f64>([945945.0], 8);
// @ts-ignore: decorator
@inline const Q2: usize = memory.data<f64>([51975.0], 8);
// @ts-ignore: decorator
@inline const Q3: usize = memory.data<f64>([630.0], 8);

// @ts-ignore: decorator
@inline
function tanhPair(x: v128): v128 {
  const size = f64x2.abs(x);
  const near = f64x2.lt(size, at(NEAR));
  const z = times(x, x);
  const p = linear(linear(plus(z, at(P2)), z, P1), z, P0);
  const q = linear(linear(linear(plus(z, at(Q3)), z, Q2), z, Q1), z, Q0);
  const bounded = f64x2.pmin(size, at(MOST));
  const growth = plus(exp(plus(bounded, bounded)), at(ONE));
  const ratio = over(select(p, at(TWO), near), select(q, growth, near));
  const product = times(select(times(size, z), at(ONE), near), ratio);
  const value = minus(select(size, at(ONE), near), product);
  return v128.or(value, v128.and(x, at(SIGN)));
}

function tanhRun<T>(n: i32, a: usize, c: usize): void {
  for (; n >= 2; n -= 2) {
    storePair<T>(c, tanhPair(loadPair<T>(a)));
    a += 2 * sizeof<T>();
    c += 2 * sizeof<T>();
  }
  if (n > 0) storeOne<T>(c, tanhPair(loadOne<T>(a)));
}

/** c := tanh(a); c may be a. */
export function tanh<T>(n: i32, a: usize, c: usize): void {
  for (; n > CHUNK; n -= CHUNK) {
    tanhRun<T>(CHUNK, a, c);
    a += CHUNK * sizeof<T>();
    c += CHUNK * sizeof<T>();
  }
  tanhRun<T>(n, a, c);
}
