// Kernels over contiguous elements: one rounding per element, no order that could matter.
import { LANES } from './simd';

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
