// Copies of blocks of A and B in the order in which the microkernels read them. No padding anywhere: a packed block has
// as many elements as the block.
//
//   A, mc x kc    panels of R rows, six while `sixes` says so, then four: (i, k) -> i0 * kc + R k + i - i0,  i0 first row
//                 the last one to three row by row:           (i, k) -> i * kc + k
//   B, kc x nc    strips as in strips.ts, each row by row:    (k, j) -> j0 * kc + w k + j - j0,  j0 first column and w
//                                                                                             width of the strip
import { copy } from '../level1';
import { LANES } from '../simd';
import { countStrips, NR, sixes } from './block';

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

/** Copy n elements `step` bytes apart to others `toStep` bytes apart. */
function gather<T>(n: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  for (; n > 0; --n) {
    store<T>(to, load<T>(from));
    from += step;
    to += toStep;
  }
}

/** The same with `vectors` neighbouring vectors, 1 or 2. */
function gatherVectors(vectors: i32, n: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  for (; n > 0; --n) {
    v128.store(to, v128.load(from));
    if (vectors > 1) v128.store(to, v128.load(from, 16), 16);
    from += step;
    to += toStep;
  }
}

/** Two strips of B at once, a line of the cache from every row: k rows of 64 bytes become k rows of 32 bytes at `to` and as many behind them. */
function gatherStrips(k: i32, from: usize, step: usize, to: usize): void {
  let next = to + (<usize>k << 5);
  for (; k > 0; --k) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(next, v128.load(from, 32));
    v128.store(next, v128.load(from, 48), 16);
    from += step;
    to += 32;
    next += 32;
  }
}

/** `lines` lines of `n` contiguous elements, `lead` bytes apart, become columns: element (line, i) goes to i * step + line elements. */
function transpose<T>(lines: i32, n: i32, from: usize, lead: usize, to: usize, step: usize): void {
  for (; lines >= 4; lines -= 4) {
    transpose4<T>(n, from, lead, to, step);
    from += lead << 2;
    to += 4 * sizeof<T>();
  }
  for (; lines > 0; --lines) {
    gather<T>(n, from, sizeof<T>(), to, step);
    from += lead;
    to += sizeof<T>();
  }
}

/** Two lines of `n` contiguous elements, `lead` bytes apart, become n pairs, `step` bytes apart. */
function transpose2<T>(n: i32, from: usize, lead: usize, to: usize, step: usize): void {
  const p1 = from + lead;
  let x: usize = 0;
  if (sizeof<T>() == 4) {
    for (; n >= 4; n -= 4) {
      const r0 = v128.load(from + x), r1 = v128.load(p1 + x);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      v128.store_lane<f64>(to, t0, 0);
      v128.store_lane<f64>(to + step, t0, 1);
      v128.store_lane<f64>(to + 2 * step, t1, 0);
      v128.store_lane<f64>(to + 3 * step, t1, 1);
      to += step << 2;
      x += 16;
    }
  } else {
    for (; n >= 2; n -= 2) {
      const r0 = v128.load(from + x), r1 = v128.load(p1 + x);
      v128.store(to, v128.shuffle<f64>(r0, r1, 0, 2));
      v128.store(to + step, v128.shuffle<f64>(r0, r1, 1, 3));
      to += step << 1;
      x += 16;
    }
  }
  for (; n > 0; --n) {
    store<T>(to, load<T>(from + x));
    store<T>(to, load<T>(p1 + x), sizeof<T>());
    to += step;
    x += sizeof<T>();
  }
}

/** A panel of `rows` rows, 4 or 6, of op(A). */
function packPanel<T>(trans: bool, rows: i32, k: i32, a: usize, lda: usize, to: usize): void {
  const step = <usize>rows * sizeof<T>();
  if (!trans) {
    transpose4<T>(k, a, lda, to, step);
    if (rows == 6) transpose2<T>(k, a + (lda << 2), lda, to + 4 * sizeof<T>(), step);
  } else if (sizeof<T>() == 8) {
    gatherVectors(2, k, a, lda, to, step);
    if (rows == 6) gatherVectors(1, k, a + 32, lda, to + 32, step);
  } else {
    gatherVectors(1, k, a, lda, to, step);
    if (rows == 6) gather<f64>(k, a + 16, lda, to + 16, step);
  }
}

/** Pack an (m, k) block of op(A); `trans` tells that it is stored as (k, m). */
export function packA<T>(trans: bool, m: i32, k: i32, a: usize, lda: usize, to: usize): void {
  const line = <usize>k * sizeof<T>();
  for (let six = sixes(m), left = m; left >= 4; --six) {
    const rows = six > 0 ? 6 : 4;
    packPanel<T>(trans, rows, k, a, lda, to);
    a += <usize>rows * (trans ? sizeof<T>() : lda);
    to += <usize>rows * line;
    left -= rows;
    m = left;
  }
  if (trans) {
    transpose<T>(k, m, a, lda, to, line);
    return;
  }
  for (; m > 0; --m) {
    copy<T>(k, a, 1, to, 1);
    a += lda;
    to += line;
  }
}

/** Pack a (k, n) block of op(B); `trans` tells that it is stored as (n, k). */
export function packB<T>(trans: bool, k: i32, n: i32, b: usize, ldb: usize, to: usize): void {
  const line = <usize>k * sizeof<T>();
  while (n > 0) {
    const strips = countStrips<T>(n);
    if (!trans && strips > 1) {
      gatherStrips(k, b, ldb, to);
      b += 64;
      to += line * <usize>(2 * NR<T>());
      n -= 2 * NR<T>();
      continue;
    }
    const width = strips > 0 ? NR<T>() : n > NR<T>() ? n : min(n, LANES<T>());
    const row = <usize>width * sizeof<T>();
    if (trans) {
      transpose<T>(width, k, b, ldb, to, row);
      b += <usize>width * ldb;
    } else {
      let j = width - width % LANES<T>();
      for (let x = 0; x < j; x += NR<T>()) {
        const at = <usize>x * sizeof<T>();
        gatherVectors((j - x) / LANES<T>(), k, b + at, ldb, to + at, row);
      }
      for (; j < width; ++j) gather<T>(k, b + <usize>j * sizeof<T>(), ldb, to + <usize>j * sizeof<T>(), row);
      b += row;
    }
    to += <usize>width * line;
    n -= width;
  }
}
