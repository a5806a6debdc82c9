// Copies of blocks of A and B in the order in which the microkernels read them. No padding anywhere: a packed block has
// as many elements as the block.
//
//   A, mc x kc    groups of 4 rows, each column by column:  (i, k) -> (i - i mod 4) * kc + 4 k + i mod 4
//                 the last mc mod 4 rows row by row:        (i, k) -> i * kc + k
//   B, kc x nc    strips of 2 vectors of columns, each row by row, then one vector and then the rest, where there are
//                 such:                                     (k, j) -> j0 * kc + w k + j - j0,  j0 first column and w
//                                                                                             width of the strip
import { LANES, loadPart, storePart } from '../simd';

/**
 * Four lines of `n` contiguous elements, `lead` bytes apart, become n groups of four elements: the transpose of a
 * (4, n) block, in 4 x 4 (float32) or 2 x 2 (float64) steps of shuffles. `step` is the distance between groups.
 */
function transpose4<T>(n: i32, from: usize, lead: usize, to: usize, step: usize): void {
  const p1 = from + lead;
  const p2 = p1 + lead;
  const p3 = p2 + lead;
  let x: usize = 0;
  if (sizeof<T>() == 4) {
    for (; n >= 4; n -= 4) {
      const r0 = v128.load(from + x), r1 = v128.load(p1 + x);
      const r2 = v128.load(p2 + x), r3 = v128.load(p3 + x);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(t0, t2, 0, 2));
      v128.store(to + step, v128.shuffle<f64>(t0, t2, 1, 3));
      v128.store(to + 2 * step, v128.shuffle<f64>(t1, t3, 0, 2));
      v128.store(to + 3 * step, v128.shuffle<f64>(t1, t3, 1, 3));
      to += step << 2;
      x += 16;
    }
  } else {
    for (; n >= 2; n -= 2) {
      const r0 = v128.load(from + x), r1 = v128.load(p1 + x);
      const r2 = v128.load(p2 + x), r3 = v128.load(p3 + x);
      v128.store(to, v128.shuffle<f64>(r0, r1, 0, 2));
      v128.store(to, v128.shuffle<f64>(r2, r3, 0, 2), 16);
      v128.store(to + step, v128.shuffle<f64>(r0, r1, 1, 3));
      v128.store(to + step, v128.shuffle<f64>(r2, r3, 1, 3), 16);
      to += step << 1;
      x += 16;
    }
  }
  for (; n > 0; --n) {
    store<T>(to, load<T>(from + x));
    store<T>(to, load<T>(p1 + x), sizeof<T>());
    store<T>(to, load<T>(p2 + x), 2 * sizeof<T>());
    store<T>(to, load<T>(p3 + x), 3 * sizeof<T>());
    to += step;
    x += sizeof<T>();
  }
}

/** Copy n elements `step` bytes apart to contiguous ones. */
function gather<T>(n: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  for (; n > 0; --n) {
    store<T>(to, load<T>(from));
    from += step;
    to += toStep;
  }
}

/** Copy `n` rows of `width` elements, a constant of 1 .. 2 LANES, `lead` bytes apart, one behind the other. */
// @ts-ignore: decorator
@inline
function copyRows<T>(n: i32, from: usize, lead: usize, to: usize, width: i32): void {
  for (; n > 0; --n) {
    if (width == 2 * LANES<T>()) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      storePart<T>(to, loadPart<T>(from, width), width);
    }
    from += lead;
    to += <usize>width * sizeof<T>();
  }
}

/** Pack an (m, k) block of op(A); `trans` tells that it is stored as (k, m). */
export function packA<T>(trans: bool, m: i32, k: i32, a: usize, lda: usize, to: usize): void {
  const line = <usize>k * sizeof<T>();
  for (; m >= 4; m -= 4) {
    if (trans) {
      let from = a;
      let out = to;
      for (let i = k; i > 0; --i) {
        v128.store(out, v128.load(from));
        if (sizeof<T>() == 8) v128.store(out, v128.load(from, 16), 16);
        from += lda;
        out += 4 * sizeof<T>();
      }
      a += 4 * sizeof<T>();
    } else {
      transpose4<T>(k, a, lda, to, 4 * sizeof<T>());
      a += lda << 2;
    }
    to += line << 2;
  }
  for (; m > 0; --m) {
    gather<T>(k, a, trans ? lda : sizeof<T>(), to, sizeof<T>());
    a += trans ? sizeof<T>() : lda;
    to += line;
  }
}

/** Pack a (k, n) block of op(B); `trans` tells that it is stored as (n, k). */
export function packB<T>(trans: bool, k: i32, n: i32, b: usize, ldb: usize, to: usize): void {
  const line = <usize>k * sizeof<T>();
  while (n > 0) {
    let width = 2 * LANES<T>();
    if (n < width) width = n >= LANES<T>() ? LANES<T>() : n;
    const row = <usize>width * sizeof<T>();
    if (trans) {
      let j = 0;
      for (; j + 4 <= width; j += 4) {
        transpose4<T>(k, b + <usize>j * ldb, ldb, to + <usize>j * sizeof<T>(), row);
      }
      for (; j < width; ++j) gather<T>(k, b + <usize>j * ldb, sizeof<T>(), to + <usize>j * sizeof<T>(), row);
      b += <usize>width * ldb;
    } else {
      if (width == 2 * LANES<T>()) copyRows<T>(k, b, ldb, to, 2 * LANES<T>());
      else if (width == LANES<T>()) copyRows<T>(k, b, ldb, to, LANES<T>());
      else if (width == 1) copyRows<T>(k, b, ldb, to, 1);
      else if (width == 2) copyRows<T>(k, b, ldb, to, 2);
      else copyRows<T>(k, b, ldb, to, 3);
      b += row;
    }
    to += <usize>width * line;
    n -= width;
  }
}
