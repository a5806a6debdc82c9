// Kernels over contiguous elements: no order that could matter, one rounding per element but for axpby.
import { LANES, madd, madd1 } from './simd';

/** c := a + b; c may be a or b. */
export function add<T>(n: i32, a: usize, b: usize, c: usize): void {
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(c, v128.add<T>(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    store<T>(c, <T>(load<T>(a) + load<T>(b)));
    a += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}

/** c := a - b; c may be a or b. */
export function sub<T>(n: i32, a: usize, b: usize, c: usize): void {
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(c, v128.sub<T>(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    store<T>(c, <T>(load<T>(a) - load<T>(b)));
    a += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}

/** c := a * b; c may be a or b. */
export function mul<T>(n: i32, a: usize, b: usize, c: usize): void {
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(c, v128.mul<T>(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    store<T>(c, <T>(load<T>(a) * load<T>(b)));
    a += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}

/** y := beta y + alpha x; no shortcut for zeros, so that NaN and infinity in either come through. */
export function axpby<T>(n: i32, alpha: T, x: usize, beta: T, y: usize): void {
  const factor = v128.splat<T>(alpha), decay = v128.splat<T>(beta);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(y, madd<T>(v128.mul<T>(decay, v128.load(y)), factor, v128.load(x)));
    x += 16;
    y += 16;
  }
  for (; n > 0; --n) {
    store<T>(y, madd1<T>(<T>(beta * load<T>(y)), alpha, load<T>(x)));
    x += sizeof<T>();
    y += sizeof<T>();
  }
}

/** x := min(max(x, -limit), limit), limit >= 0; a NaN stays, and a limit that is NaN makes all NaN. */
export function clamp<T>(n: i32, limit: T, x: usize): void {
  const above = v128.splat<T>(limit), below = v128.neg<T>(above);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(x, v128.min<T>(v128.max<T>(v128.load(x), below), above));
    x += 16;
  }
  for (; n > 0; --n) {
    store<T>(x, min<T>(max<T>(load<T>(x), -limit), limit));
    x += sizeof<T>();
  }
}

/** x := value. */
export function fill<T>(n: i32, value: T, x: usize): void {
  const v = v128.splat<T>(value);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(x, v);
    x += 16;
  }
  for (; n > 0; --n) {
    store<T>(x, value);
    x += sizeof<T>();
  }
}

/** Index of the first NaN or infinity, or -1. A number is finite exactly when x - x is zero. */
export function nonfinite<T>(n: i32, x: usize): i32 {
  let i = 0;
  for (; i + LANES<T>() <= n; i += LANES<T>()) {
    const v = v128.load(x);
    const d = v128.sub<T>(v, v);
    if (!v128.all_true<i32>(v128.eq<T>(d, d))) break;
    x += 16;
  }
  for (; i < n; ++i) {
    const value = load<T>(x);
    if (<T>(value - value) != <T>0) return i;
    x += sizeof<T>();
  }
  return -1;
}
