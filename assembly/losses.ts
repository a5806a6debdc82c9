// Losses summed over samples, with their gradients in the outputs. Everything is float64 until a gradient is rounded once to
// the element type. `out` = 0: no loss wanted; `c` = 0: no gradient wanted. Sums run over ascending samples (classes first).
// c may be a or b. README.md has the formulas in the order of their roundings.
import { exp } from './elementary/exp';
import { at, both, loadOne, minus, ONE, over, plus, select, storeOne, storePair, times } from './elementary/lanes';
import { log, log1p } from './elementary/log';
import { loadPair } from './simd';

/** Elements that one call of an inner loop takes; even. */
// @ts-ignore: decorator
@inline const CHUNK: i32 = 1024;

// @ts-ignore: decorator
@inline
function load2<T>(p: usize, two: bool): v128 {
  return two ? loadPair<T>(p) : loadOne<T>(p);
}

// @ts-ignore: decorator
@inline
function store2<T>(p: usize, v: v128, two: bool): void {
  if (two) storePair<T>(p, v);
  else storeOne<T>(p, v);
}

/** Add lane 0, then lane 1 where there are two samples. */
// @ts-ignore: decorator
@inline
function addLanes(sum: f64, v: v128, two: bool): f64 {
  sum += f64x2.extract_lane(v, 0);
  return two ? sum + f64x2.extract_lane(v, 1) : sum;
}

/**
 * Two neighbouring samples, or one: the losses, in two lanes. The largest logit is left out of the sum of exponentials, so
 * that neither loss nor gradient cancels where one class has all the weight.
 */
function softmaxSamples<T>(m: i32, step: usize, a: usize, b: usize, c: usize, alpha: f64, two: bool): v128 {
  let top = load2<T>(a, two);
  let which = i64x2.splat(0);
  let p = a + step;
  for (let k = 1; k < m; ++k) {
    const z = load2<T>(p, two);
    const larger = f64x2.lt(top, z);
    top = select(z, top, larger);
    which = select(i64x2.splat(k), which, larger);
    p += step;
  }
  // 0; NaN where the largest logit is not finite, which spoils everything that follows, as it should.
  let rest = minus(top, top);
  let share = both(0.0);
  let chosen = both(0.0);
  p = a;
  let q = b;
  for (let k = 0; k < m; ++k) {
    const d = minus(load2<T>(p, two), top);
    const y = load2<T>(q, two);
    rest = plus(rest, v128.andnot(exp(d), i64x2.eq(which, i64x2.splat(k))));
    share = plus(share, y);
    // 0 * -Infinity is nothing, not NaN.
    chosen = plus(chosen, v128.andnot(times(y, d), f64x2.eq(y, both(0.0))));
    p += step;
    q += step;
  }
  if (c != 0) {
    const scale = over(share, plus(at(ONE), rest));
    const remainder = times(scale, rest);
    for (let k = 0; k < m; ++k) {
      const y = load2<T>(b, two);
      const others = minus(times(scale, exp(minus(load2<T>(a, two), top))), y);
      const largest = minus(minus(share, y), remainder);
      const g = select(largest, others, i64x2.eq(which, i64x2.splat(k)));
      store2<T>(c, times(both(alpha), g), two);
      a += step;
      b += step;
      c += step;
    }
  }
  return minus(times(share, log1p(rest)), chosen);
}

/** slot := alpha sum_p (S_p log sum_k e^(z_kp) - sum_k y_kp z_kp); c := alpha (S_p softmax(z_p) - y_p). Row-major (m, n). */
export function softmaxCrossEntropy<T>(m: i32, n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  const step = <usize>n * sizeof<T>();
  let sum: f64 = 0;
  if (m > 0) {
    for (; n >= 2; n -= 2) {
      sum = addLanes(sum, softmaxSamples<T>(m, step, a, b, c, alpha, true), true);
      a += 2 * sizeof<T>();
      b += 2 * sizeof<T>();
      if (c != 0) c += 2 * sizeof<T>();
    }
    if (n > 0) sum = addLanes(sum, softmaxSamples<T>(m, step, a, b, c, alpha, false), false);
  }
  if (out != 0) store<f64>(out, alpha * sum);
}

/** log(1 + e^(-t)), gradient -alpha b / (1 + e^t), both through e^(-|t|). */
// @ts-ignore: decorator
@inline
function logisticPair<T>(sum: f64, a: usize, b: usize, c: usize, alpha: f64, loss: bool, two: bool): f64 {
  const y = load2<T>(b, two);
  const t = times(y, load2<T>(a, two));
  const e = exp(f64x2.neg(f64x2.abs(t)));
  const negative = f64x2.lt(t, both(0.0));
  if (loss) sum = addLanes(sum, plus(v128.and(f64x2.neg(t), negative), log1p(e)), two);
  if (c != 0) {
    const weight = over(select(at(ONE), e, negative), plus(at(ONE), e));
    store2<T>(c, times(times(both(-alpha), y), weight), two);
  }
  return sum;
}

function logisticRun<T>(sum: f64, n: i32, a: usize, b: usize, c: usize, alpha: f64, loss: bool): f64 {
  for (; n >= 2; n -= 2) {
    sum = logisticPair<T>(sum, a, b, c, alpha, loss, true);
    a += 2 * sizeof<T>();
    b += 2 * sizeof<T>();
    if (c != 0) c += 2 * sizeof<T>();
  }
  return n > 0 ? logisticPair<T>(sum, a, b, c, alpha, loss, false) : sum;
}

/** slot := alpha sum log(1 + e^(-b a)); c := -alpha b / (1 + e^(b a)). */
export function logistic<T>(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  const loss = out != 0;
  let sum: f64 = 0;
  for (; n > CHUNK; n -= CHUNK) {
    sum = logisticRun<T>(sum, CHUNK, a, b, c, alpha, loss);
    a += CHUNK * sizeof<T>();
    b += CHUNK * sizeof<T>();
    if (c != 0) c += CHUNK * sizeof<T>();
  }
  sum = logisticRun<T>(sum, n, a, b, c, alpha, loss);
  if (loss) store<f64>(out, alpha * sum);
}

/** e^(-b a - top), and its share of the gradient: c := (-alpha b) (e / whole). */
// @ts-ignore: decorator
@inline
function weightPair<T>(sum: f64, a: usize, b: usize, c: usize, alpha: f64, top: f64, whole: f64, two: bool): f64 {
  const y = load2<T>(b, two);
  const e = exp(minus(f64x2.neg(times(y, load2<T>(a, two))), both(top)));
  if (c != 0) store2<T>(c, times(times(both(-alpha), y), over(e, both(whole))), two);
  return addLanes(sum, e, two);
}

/** sum + sum_i e^(-b_i a_i - top); c, unless it is 0, takes the gradients. */
function weightRun<T>(sum: f64, n: i32, a: usize, b: usize, c: usize, alpha: f64, top: f64, whole: f64): f64 {
  for (; n >= 2; n -= 2) {
    sum = weightPair<T>(sum, a, b, c, alpha, top, whole, true);
    a += 2 * sizeof<T>();
    b += 2 * sizeof<T>();
    if (c != 0) c += 2 * sizeof<T>();
  }
  return n > 0 ? weightPair<T>(sum, a, b, c, alpha, top, whole, false) : sum;
}

function weights<T>(n: i32, a: usize, b: usize, c: usize, alpha: f64, top: f64, whole: f64): f64 {
  let sum: f64 = 0;
  for (; n > CHUNK; n -= CHUNK) {
    sum = weightRun<T>(sum, CHUNK, a, b, c, alpha, top, whole);
    a += CHUNK * sizeof<T>();
    b += CHUNK * sizeof<T>();
    if (c != 0) c += CHUNK * sizeof<T>();
  }
  return weightRun<T>(sum, n, a, b, c, alpha, top, whole);
}

/** slot := alpha sum e^(-b a); c := -alpha b e^(-b a). */
export function exponential<T>(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  const sum = weights<T>(n, a, b, c, alpha, 0, 1);
  if (out != 0) store<f64>(out, alpha * sum);
}

/** max -b a; NaN compares with nothing, and shows in the sum. */
function largest<T>(n: i32, a: usize, b: usize): f64 {
  let top = both(-Infinity);
  for (; n >= 2; n -= 2) {
    top = f64x2.pmax(top, f64x2.neg(times(loadPair<T>(b), loadPair<T>(a))));
    a += 2 * sizeof<T>();
    b += 2 * sizeof<T>();
  }
  let most = f64x2.extract_lane(top, 0);
  const other = f64x2.extract_lane(top, 1);
  if (most < other) most = other;
  if (n > 0) {
    const last = -(<f64>load<T>(b) * <f64>load<T>(a));
    if (most < last) most = last;
  }
  return most;
}

/** slot := alpha (top + log sum e^(-b a - top)), top = max -b a; c := -alpha b softmax(-b a). Empty: the sum is 0. */
export function logSumExp<T>(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  const top = largest<T>(n, a, b);
  const sum = weights<T>(n, a, b, 0, alpha, top, 1);
  if (c != 0) weights<T>(n, a, b, c, alpha, top, sum);
  if (out == 0) return;
  const loss = n > 0 ? top + f64x2.extract_lane(log(both(sum)), 0) : -Infinity;
  store<f64>(out, alpha * loss);
}
