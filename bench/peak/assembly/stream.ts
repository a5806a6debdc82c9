// How fast operands can arrive: reads of `bytes` from `at`, eight vectors at a time, in order.

/** `passes` times over the buffer; `bytes` is a multiple of 128. Returns a lane of the exclusive or of all vectors. */
export function read(at: usize, bytes: usize, passes: i32): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  for (; passes > 0; passes--) {
    for (let p = at, end = at + bytes; p < end; p += 128) {
      a = v128.xor(a, v128.xor(v128.load(p), v128.load(p, 64)));
      b = v128.xor(b, v128.xor(v128.load(p, 16), v128.load(p, 80)));
      c = v128.xor(c, v128.xor(v128.load(p, 32), v128.load(p, 96)));
      d = v128.xor(d, v128.xor(v128.load(p, 48), v128.load(p, 112)));
    }
  }
  return i32x4.extract_lane(v128.xor(v128.xor(a, b), v128.xor(c, d)), 0);
}
