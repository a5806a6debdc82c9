// Activations and the factors that their derivatives put on a gradient. A comparison with NaN is false, so that a NaN takes
// the other branch and stays one. Both builds round every product: nothing here is fused.
import { LANES, zero } from './simd';

/** c := a where a > 0, else alpha a + 0, which is never -0; c may be a. alpha = 0 is the rectifier. */
export function leakyRelu<T>(n: i32, alpha: T, a: usize, c: usize): void {
  const slope = v128.splat<T>(alpha);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    const x = v128.load(a);
    const below = v128.add<T>(v128.mul<T>(slope, x), zero<T>());
    v128.store(c, v128.bitselect(x, below, v128.gt<T>(x, zero<T>())));
    a += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    const x = load<T>(a);
    store<T>(c, x > <T>0 ? x : <T>(<T>(alpha * x) + <T>0));
    a += sizeof<T>();
    c += sizeof<T>();
  }
}

/** c := b where a > 0, else alpha b; c may be a or b. */
export function leakyReluGradient<T>(n: i32, alpha: T, a: usize, b: usize, c: usize): void {
  const slope = v128.splat<T>(alpha);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    const g = v128.load(b);
    v128.store(c, v128.bitselect(g, v128.mul<T>(slope, g), v128.gt<T>(v128.load(a), zero<T>())));
    a += 16;
    b += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    const g = load<T>(b);
    store<T>(c, load<T>(a) > <T>0 ? g : <T>(alpha * g));
    a += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}

/** c := b (1 - a^2), three roundings: the gradient through a = tanh(z); c may be a or b. */
export function tanhGradient<T>(n: i32, a: usize, b: usize, c: usize): void {
  const one = v128.splat<T>(<T>1);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    const y = v128.load(a);
    v128.store(c, v128.mul<T>(v128.load(b), v128.sub<T>(one, v128.mul<T>(y, y))));
    a += 16;
    b += 16;
    c += 16;
  }
  for (; n > 0; --n) {
    const y = load<T>(a);
    store<T>(c, <T>(load<T>(b) * <T>(<T>1 - <T>(y * y))));
    a += sizeof<T>();
    b += sizeof<T>();
    c += sizeof<T>();
  }
}
