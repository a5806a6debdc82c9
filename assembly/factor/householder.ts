// Householder reflections, H = I - tau v v' with v_0 = 1, and products of several as one block,
//
//   H_0 H_1 ... H_(b-1) = I - V T V',   V (m, b) unit lower trapezoidal, T (b, b) upper triangular   (compact WY form).
import { nrm2, scal } from '../level1';
import { product } from './product';

// Below TINY and above HUGE squares would lose bits: such a vector is scaled by UP or DOWN, powers of two, first.
// @ts-ignore: decorator
@inline const TINY: f64 = reinterpret<f64>(<i64>(1023 - 450) << 52);
// @ts-ignore: decorator
@inline const HUGE: f64 = reinterpret<f64>(<i64>(1023 + 500) << 52);
// @ts-ignore: decorator
@inline const UP: f64 = reinterpret<f64>(<i64>(1023 + 600) << 52);
// @ts-ignore: decorator
@inline const DOWN: f64 = reinterpret<f64>(<i64>(1023 - 600) << 52);

/** x := x * factor in float64, each rounded to the element type; `step` bytes apart. */
function scaleRest<T>(n: i32, factor: f64, x: usize, step: usize): void {
  for (; n > 0; --n) {
    store<T>(x, <T>(<f64>load<T>(x) * factor));
    x += step;
  }
}

/**
 * The reflection that maps x to (beta, 0 .. 0) with |beta| = |x|, of the sign opposite to x_0: no cancellation in
 * x_0 - beta. Stores beta in x_0 and v_1 .. in the rest; returns tau, 0 (and leaves x) when the rest is zero already.
 * Scalars are float64 for both element types, so that only float64 needs scaling.
 */
export function larfg<T>(n: i32, x: usize, incx: i32): T {
  if (n <= 1) return <T>0;
  const step = <usize>incx * sizeof<T>();
  let rest = nrm2<T>(n - 1, x + step, incx);
  if (!(rest > 0)) return <T>0;
  let lead = <f64>load<T>(x);
  let back: f64 = 1;
  if (sizeof<T>() == 8) {
    const size = max<f64>(abs<f64>(lead), rest);
    if (size < TINY || size > HUGE) {
      const small = size < TINY;
      scal<T>(n, <T>(small ? UP : DOWN), x, incx);
      back = small ? DOWN : UP;
      rest = nrm2<T>(n - 1, x + step, incx);
      lead = <f64>load<T>(x);
    }
  }
  const length = sqrt<f64>(lead * lead + rest * rest);
  const beta = lead >= 0 ? -length : length;
  scaleRest<T>(n - 1, 1 / (lead - beta), x + step, step);
  store<T>(x, <T>(beta * back));
  return <T>((beta - lead) / beta);
}

/** Copy the reflectors of a panel (m, b) below the diagonal of `a`, with their ones and zeros, to V (m, b), contiguous. */
export function copyReflectors<T>(m: i32, b: i32, a: usize, lda: i32, v: usize): void {
  const size = sizeof<T>();
  for (let i = 0; i < m; ++i) {
    const whole = min(i, b);
    memory.copy(v, a, <usize>whole * size);
    for (let j = whole; j < b; ++j) store<T>(v + <usize>j * size, i == j ? <T>1 : <T>0);
    v += <usize>b * size;
    a += <usize>lda * size;
  }
}

/**
 * T (b, b) of the block of reflections V (m, b):
 *
 *   T_jj = tau_j,   T_ij = -tau_j sum_l T_il (V'V)_lj,  l = i .. j - 1 ascending,   zeros below the diagonal
 *
 * @param gram room for V'V, b * b elements
 */
export function larft<T>(m: i32, b: i32, v: usize, tau: usize, t: usize, gram: usize, work: usize): void {
  const size = sizeof<T>();
  product<T>(1, b, b, m, <T>1, v, b, v, b, <T>0, gram, b, work);
  for (let j = 0; j < b; ++j) {
    const factor = load<T>(tau + <usize>j * size);
    for (let i = 0; i < b; ++i) {
      const to = t + <usize>(i * b + j) * size;
      if (i >= j) {
        store<T>(to, i == j ? factor : <T>0);
        continue;
      }
      let sum: T = 0;
      for (let l = i; l < j; ++l) {
        sum = <T>(sum + <T>(load<T>(t + <usize>(i * b + l) * size) * load<T>(gram + <usize>(l * b + j) * size)));
      }
      store<T>(to, <T>(-<T>(factor * sum)));
    }
  }
}

/**
 * C := (I - V op(T) V') C for C (m, n); `transpose` takes T', which applies the reflections in reverse order.
 *
 * @param w room for two (b, n) matrices
 */
export function larfb<T>(
  transpose: bool, m: i32, n: i32, b: i32, v: usize, t: usize, c: usize, ldc: i32, w: usize, work: usize,
): void {
  const w2 = w + <usize>b * <usize>n * sizeof<T>();
  product<T>(1, b, n, m, <T>1, v, b, c, ldc, <T>0, w, n, work);
  product<T>(transpose ? 1 : 0, b, n, b, <T>1, t, b, w, n, <T>0, w2, n, work);
  product<T>(0, m, n, b, <T>-1, v, b, w2, n, <T>1, c, ldc, work);
}
