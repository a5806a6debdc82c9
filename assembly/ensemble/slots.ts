// Arithmetic on the cells of members, in float64. `a`, `b` and `alpha` are one cell a member or one for all: `flags` bit 0 tells that a is one
// a member, bit 1 the same of b, bit 2 of alpha.

// @ts-ignore: decorator
@inline
function step(flags: i32, bit: i32): usize {
  return flags & bit ? 8 : 0;
}

/** out := alpha a + b: two roundings in both builds. */
export function ensembleSlotAxpy(flags: i32, members: i32, alpha: usize, a: usize, b: usize, out: usize): void {
  for (; members > 0; --members) {
    store<f64>(out, load<f64>(alpha) * load<f64>(a) + load<f64>(b));
    a += step(flags, 1);
    b += step(flags, 2);
    alpha += step(flags, 4);
    out += 8;
  }
}
