// The same limit with fused multiply-adds, s := x y + s, in the same twelve chains. Its own binary: an engine without relaxed SIMD refuses it.

/** `passes` passes; returns a lane so that nothing is dropped. 12 * 4 * 2 flop a pass. */
export function smadd(passes: i32, x0: f32, y0: f32): f32 {
  const x = f32x4.splat(x0);
  const y = f32x4.splat(y0);
  let a = f32x4.splat(0), b = f32x4.splat(1), c = f32x4.splat(2), d = f32x4.splat(3);
  let e = f32x4.splat(4), f = f32x4.splat(5), g = f32x4.splat(6), h = f32x4.splat(7);
  let i = f32x4.splat(8), j = f32x4.splat(9), k = f32x4.splat(10), l = f32x4.splat(11);
  for (; passes > 0; passes--) {
    a = f32x4.relaxed_madd(x, y, a);
    b = f32x4.relaxed_madd(x, y, b);
    c = f32x4.relaxed_madd(x, y, c);
    d = f32x4.relaxed_madd(x, y, d);
    e = f32x4.relaxed_madd(x, y, e);
    f = f32x4.relaxed_madd(x, y, f);
    g = f32x4.relaxed_madd(x, y, g);
    h = f32x4.relaxed_madd(x, y, h);
    i = f32x4.relaxed_madd(x, y, i);
    j = f32x4.relaxed_madd(x, y, j);
    k = f32x4.relaxed_madd(x, y, k);
    l = f32x4.relaxed_madd(x, y, l);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const high = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

/** The same in float64: 12 * 2 * 2 flop a pass. */
export function dmadd(passes: i32, x0: f64, y0: f64): f64 {
  const x = f64x2.splat(x0);
  const y = f64x2.splat(y0);
  let a = f64x2.splat(0), b = f64x2.splat(1), c = f64x2.splat(2), d = f64x2.splat(3);
  let e = f64x2.splat(4), f = f64x2.splat(5), g = f64x2.splat(6), h = f64x2.splat(7);
  let i = f64x2.splat(8), j = f64x2.splat(9), k = f64x2.splat(10), l = f64x2.splat(11);
  for (; passes > 0; passes--) {
    a = f64x2.relaxed_madd(x, y, a);
    b = f64x2.relaxed_madd(x, y, b);
    c = f64x2.relaxed_madd(x, y, c);
    d = f64x2.relaxed_madd(x, y, d);
    e = f64x2.relaxed_madd(x, y, e);
    f = f64x2.relaxed_madd(x, y, f);
    g = f64x2.relaxed_madd(x, y, g);
    h = f64x2.relaxed_madd(x, y, h);
    i = f64x2.relaxed_madd(x, y, i);
    j = f64x2.relaxed_madd(x, y, j);
    k = f64x2.relaxed_madd(x, y, k);
    l = f64x2.relaxed_madd(x, y, l);
  }
  const low = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(e, f));
  const high = f64x2.add(f64x2.add(f64x2.add(g, h), f64x2.add(i, j)), f64x2.add(k, l));
  return f64x2.extract_lane(f64x2.add(low, high), 0);
}
