// Update rules that keep moments of the gradient: each reads the gradient g once and leaves the direction in its place.
// `cells` are float64 numbers one after the other, rounded to the element type here.
import { LANES, madd, madd1 } from './simd';

// @ts-ignore: decorator
@inline
function cell<T>(cells: usize, i: usize): T {
  return <T>load<f64>(cells + (i << 3));
}

/**
 * m := b1 m + o1 g,  v := b2 v + o2 g^2,  g := (c1 m) / (sqrt(c2 v) + eps).
 * The cells: b1, o1 = 1 - b1, b2, o2 = 1 - b2, eps, and the corrections c1 and c2 of this step.
 */
export function adam<T>(n: i32, m: usize, v: usize, g: usize, cells: usize): void {
  const b1 = cell<T>(cells, 0), o1 = cell<T>(cells, 1);
  const b2 = cell<T>(cells, 2), o2 = cell<T>(cells, 3);
  const eps = cell<T>(cells, 4);
  const c1 = cell<T>(cells, 5), c2 = cell<T>(cells, 6);
  const vb1 = v128.splat<T>(b1), vo1 = v128.splat<T>(o1);
  const vb2 = v128.splat<T>(b2), vo2 = v128.splat<T>(o2);
  const veps = v128.splat<T>(eps);
  const vc1 = v128.splat<T>(c1), vc2 = v128.splat<T>(c2);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    const x = v128.load(g);
    const first = madd<T>(v128.mul<T>(vb1, v128.load(m)), vo1, x);
    const second = madd<T>(v128.mul<T>(vb2, v128.load(v)), vo2, v128.mul<T>(x, x));
    v128.store(m, first);
    v128.store(v, second);
    const root = v128.sqrt<T>(v128.mul<T>(vc2, second));
    v128.store(g, v128.div<T>(v128.mul<T>(vc1, first), v128.add<T>(root, veps)));
    m += 16;
    v += 16;
    g += 16;
  }
  for (; n > 0; --n) {
    const x = load<T>(g);
    const first = madd1<T>(<T>(b1 * load<T>(m)), o1, x);
    const second = madd1<T>(<T>(b2 * load<T>(v)), o2, <T>(x * x));
    store<T>(m, first);
    store<T>(v, second);
    store<T>(g, <T>(<T>(c1 * first) / <T>(sqrt<T>(<T>(c2 * second)) + eps)));
    m += sizeof<T>();
    v += sizeof<T>();
    g += sizeof<T>();
  }
}

/** v := rho v + o g^2,  g := g / (sqrt(v) + eps). The cells: rho, o = 1 - rho, eps. */
export function rmsprop<T>(n: i32, v: usize, g: usize, cells: usize): void {
  const rho = cell<T>(cells, 0), o = cell<T>(cells, 1), eps = cell<T>(cells, 2);
  const vrho = v128.splat<T>(rho), vo = v128.splat<T>(o), veps = v128.splat<T>(eps);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    const x = v128.load(g);
    const second = madd<T>(v128.mul<T>(vrho, v128.load(v)), vo, v128.mul<T>(x, x));
    v128.store(v, second);
    v128.store(g, v128.div<T>(x, v128.add<T>(v128.sqrt<T>(second), veps)));
    v += 16;
    g += 16;
  }
  for (; n > 0; --n) {
    const x = load<T>(g);
    const second = madd1<T>(<T>(rho * load<T>(v)), o, <T>(x * x));
    store<T>(v, second);
    store<T>(g, <T>(x / <T>(sqrt<T>(second) + eps)));
    v += sizeof<T>();
    g += sizeof<T>();
  }
}

/**
 * What brings a vector of squared norm `square` down to the norm `limit`: 1 where it is no longer than that, else limit over
 * its norm. float64 for both element types. The comparison is the one that is false for NaN, so that a NaN comes out as NaN.
 */
export function clipFactor(limit: f64, square: f64): f64 {
  const norm = sqrt<f64>(square);
  return norm <= limit ? 1 : limit / norm;
}
