// Singular values of an upper bidiagonal matrix B (d, e) by implicit QR sweeps (Golub and Kahan; zero shift after Demmel and
// Kahan 1990), and the rotations of one side on the rows of a matrix: B = L S R' gives Vt := R' Vt. The left vectors of a
// matrix are cheaper from products than from rotations (src/linalg/svd-qr.ts).
//
// d and e are float64 for both element types; rotations are rounded to it. Off-diagonal elements count as zero from
//
//   |e_i| <= tol (|d_i| + |d_i+1|)   or   |e_i| <= 2^-20 tol max(|d|, |e|),      tol = 2^-53 (float64), 2^-25 (float32)
//
// A sweep chases the bulge from the larger end of the diagonal to the smaller. Upwards it is the downward sweep on the matrix
// flipped about its antidiagonal, which is bidiagonal too and exchanges L and R: all code here counts in the direction of the
// chase, `step` being +8 or -8 bytes, and the rotations that are kept are the right ones of a downward sweep, the left ones of
// an upward sweep.
//
// Rotations are kept for `batch` sweeps, then applied at once (bidiagonal-rotations.ts). The matrix is scaled to about 1 by the
// caller, so that no square overflows or vanishes unless it counts as zero.
//
// work: ranges (batch, 2) i32 | rotations (batch, n, 2) | those of the other side (n, 2):  rotationScratchBytes in
// src/kernels/factor-scratch.ts.
import { swap } from '../level1';
import { rotateRows } from './bidiagonal-rotations';

/** Lengths below this count as zero: squares of what makes them up have lost bits. */
// @ts-ignore: decorator
@inline const LEAST: f64 = reinterpret<f64>(<i64>(1023 - 480) << 52);
/** A shift whose square is this much smaller than the square of the leading element changes nothing. */
// @ts-ignore: decorator
@inline const NO_SHIFT: f64 = reinterpret<f64>(<i64>(1023 - 53) << 52);

// @ts-ignore: decorator
@inline
function tolerance<T>(): f64 {
  return reinterpret<f64>(<i64>(sizeof<T>() == 8 ? 1023 - 53 : 1023 - 25) << 52);
}

/** sqrt(f^2 + g^2), or zero when it is too small to be told from it. */
// @ts-ignore: decorator
@inline
function length(f: f64, g: f64): f64 {
  const r = sqrt<f64>(f * f + g * g);
  return r >= LEAST ? r : 0;
}

// @ts-ignore: decorator
@inline
function keep<T>(at: usize, c: f64, s: f64): void {
  store<T>(at, <T>c);
  store<T>(at + sizeof<T>(), <T>s);
}

/** One sweep with a shift over `count` rotations; rotations go to `right` and `left`. */
function shiftedSweep<T>(count: i32, d: usize, e: usize, step: usize, shift: f64, right: usize, left: usize): void {
  let di = load<f64>(d);
  let ei = load<f64>(e);
  let f = (abs<f64>(di) - shift) * ((di >= 0 ? 1.0 : -1.0) + shift / di);
  let g = ei;
  for (let i = 0; i < count; ++i) {
    let r = length(f, g);
    let c: f64 = 1, s: f64 = 0;
    if (r > 0) {
      c = f / r;
      s = g / r;
    } else {
      r = f;
    }
    if (i > 0) store<f64>(e - step, r);
    keep<T>(right, c, s);
    f = c * di + s * ei;
    ei = c * ei - s * di;
    let next = load<f64>(d + step);
    g = s * next;
    next = c * next;
    r = length(f, g);
    c = 1;
    s = 0;
    if (r > 0) {
      c = f / r;
      s = g / r;
    } else {
      r = f;
    }
    store<f64>(d, r);
    keep<T>(left, c, s);
    f = c * ei + s * next;
    di = c * next - s * ei;
    d += step;
    if (i + 1 < count) {
      e += step;
      ei = load<f64>(e);
      g = s * ei;
      ei = c * ei;
    }
    right += 2 * sizeof<T>();
    left += 2 * sizeof<T>();
  }
  store<f64>(d, di);
  store<f64>(e, f);
}

/** One sweep with shift zero: every element keeps its relative accuracy. */
function plainSweep<T>(count: i32, d: usize, e: usize, step: usize, right: usize, left: usize): void {
  let c: f64 = 1, c2: f64 = 1, s2: f64 = 0;
  let di = load<f64>(d);
  for (let i = 0; i < count; ++i) {
    const ei = load<f64>(e);
    const f = di * c;
    let r = length(f, ei);
    let s: f64 = 0;
    c = 1;
    if (r > 0) {
      c = f / r;
      s = ei / r;
    } else {
      r = f;
    }
    if (i > 0) store<f64>(e - step, s2 * r);
    keep<T>(right, c, s);
    di = load<f64>(d + step);
    const f2 = c2 * r;
    const g2 = di * s;
    r = length(f2, g2);
    c2 = 1;
    s2 = 0;
    if (r > 0) {
      c2 = f2 / r;
      s2 = g2 / r;
    } else {
      r = f2;
    }
    store<f64>(d, r);
    keep<T>(left, c2, s2);
    d += step;
    e += step;
    right += 2 * sizeof<T>();
    left += 2 * sizeof<T>();
  }
  const h = di * c;
  store<f64>(d, h * c2);
  store<f64>(e - step, h * s2);
}

/** The smaller singular value of ((f, g), (0, h)): |f h| over the larger one. */
function smallerOfTwo(f: f64, g: f64, h: f64): f64 {
  f = abs<f64>(f);
  g = abs<f64>(g);
  h = abs<f64>(h);
  const size = max<f64>(max<f64>(f, h), g);
  if (!(size > 0)) return 0;
  f /= size;
  g /= size;
  h /= size;
  const sum = sqrt<f64>((f + h) * (f + h) + g * g) + sqrt<f64>((f - h) * (f - h) + g * g);
  return size * (min<f64>(f, h) * (2 * max<f64>(f, h) / sum));
}

/**
 * The largest shift that makes sense for the block lo .. hi. With mu_hi = |d_hi|, mu_i = |d_i| mu_i+1 / (mu_i+1 + |e_i|), the
 * least mu is the smallest singular value up to sqrt(n). Where that is nothing beside the largest element, a larger shift,
 * taken from the end of the block, would leave it in the middle for long; a plain sweep drives it out.
 */
function shiftLimit(lo: i32, hi: i32, d: usize, e: usize, tol: f64): f64 {
  let mu = abs<f64>(load<f64>(d + 8 * hi));
  let least = mu;
  let most = mu;
  for (let i = hi - 1; i >= lo; --i) {
    const size = abs<f64>(load<f64>(d + 8 * i));
    const off = abs<f64>(load<f64>(e + 8 * i));
    mu = size * (mu / (mu + off));
    least = min<f64>(least, mu);
    most = max<f64>(most, max<f64>(size, off));
  }
  return least <= tol * most ? 16 * least : f64.MAX_VALUE;
}

/** One sweep over the block lo .. hi in the direction of `step`; d and e are its first elements in that direction. */
function sweep<T>(count: i32, d: usize, e: usize, step: usize, limit: f64, right: usize, left: usize): void {
  const last = <usize>(count - 1) * step;
  const lead = abs<f64>(load<f64>(d));
  const shift = smallerOfTwo(load<f64>(d + last), load<f64>(e + last), load<f64>(d + last + step));
  const share = shift / lead;
  // Not for a leading zero, which a plain sweep turns into a zero e at the other end; NaN takes the plain sweep too.
  if (!(lead > 0 && share * share > NO_SHIFT && shift <= limit)) plainSweep<T>(count, d, e, step, right, left);
  else shiftedSweep<T>(count, d, e, step, shift, right, left);
}

/** Largest |d| and |e|. */
function largest(n: i32, d: usize, e: usize): f64 {
  let most: f64 = 0;
  for (let i = 0; i < n; ++i) {
    most = max<f64>(most, abs<f64>(load<f64>(d + 8 * i)));
    if (i + 1 < n) most = max<f64>(most, abs<f64>(load<f64>(e + 8 * i)));
  }
  return most;
}

/** Whether e_i is too small to matter. */
// @ts-ignore: decorator
@inline
function negligible(i: i32, d: usize, e: usize, tol: f64, floor: f64): bool {
  const size = abs<f64>(load<f64>(e + 8 * i));
  return size <= floor || size <= tol * (abs<f64>(load<f64>(d + 8 * i)) + abs<f64>(load<f64>(d + 8 * i + 8)));
}

/** First index of the block of non-negligible e that ends at `hi`; what bounds it is set to zero. */
function blockStart(hi: i32, d: usize, e: usize, tol: f64, floor: f64): i32 {
  for (let i = hi - 1; i >= 0; --i) {
    if (negligible(i, d, e, tol, floor)) {
      store<f64>(e + 8 * i, 0);
      return i + 1;
    }
  }
  return 0;
}

/** Apply the kept sweeps to Vt. */
function flush<T>(n: i32, sweeps: i32, up: bool, vt: usize, ldv: i32, work: usize, batch: i32): void {
  if (sweeps == 0) return;
  const row = <usize>ldv * sizeof<T>();
  const rotations = work + 8 * <usize>batch;
  const first = up ? vt + <usize>(n - 1) * row : vt;
  rotateRows<T>(n, sweeps, work, rotations, <usize>n * 2 * sizeof<T>(), first, up ? 0 - row : row, <i32>(row >> 6));
}

/** Non-negative, descending d; the rows follow. A change of sign is one of L, which nobody forms. */
function sortValues<T>(n: i32, d: usize, vt: usize, ldv: i32): void {
  const row = <usize>ldv * sizeof<T>();
  for (let i = 0; i < n; ++i) store<f64>(d + 8 * i, abs<f64>(load<f64>(d + 8 * i)));
  for (let i = 0; i + 1 < n; ++i) {
    let best = i;
    for (let j = i + 1; j < n; ++j) if (load<f64>(d + 8 * j) > load<f64>(d + 8 * best)) best = j;
    if (best == i) continue;
    const value = load<f64>(d + 8 * i);
    store<f64>(d + 8 * i, load<f64>(d + 8 * best));
    store<f64>(d + 8 * best, value);
    swap<T>(ldv, vt + <usize>i * row, 1, vt + <usize>best * row, 1);
  }
}

/**
 * d := the singular values of B, descending; e := 0.
 *
 * @param vt rows of length ldv, a whole multiple of 64 bytes; 0 for no vectors
 * @param batch sweeps to keep before they are applied, at least 1
 * @param most sweeps to do before giving up
 * @returns the number of sweeps, or -1: then the e that are left tell how far it is
 */
function bdsqr<T>(
  n: i32, d: usize, e: usize, vt: usize, ldv: i32, work: usize, batch: i32, most: i32,
): i32 {
  const tol = tolerance<T>();
  const floor = tol * largest(n, d, e) * (1.0 / 1048576.0);
  const line = <usize>n * 2 * sizeof<T>();
  const rotations = work + 8 * <usize>batch;
  const spare = rotations + <usize>batch * line;
  let kept = 0, total = 0;
  let up = false;
  let hi = n - 1;
  let blockLo = n, blockHi = n;
  while (hi > 0) {
    const lo = blockStart(hi, d, e, tol, floor);
    if (lo == hi) {
      --hi;
      continue;
    }
    if (total == most) break;
    if (lo >= blockHi || hi <= blockLo || blockHi == n) {
      const upwards = abs<f64>(load<f64>(d + 8 * lo)) < abs<f64>(load<f64>(d + 8 * hi));
      if (upwards != up) {
        flush<T>(n, kept, up, vt, ldv, work, batch);
        kept = 0;
        up = upwards;
      }
    }
    blockLo = lo;
    blockHi = hi;
    const first = up ? n - 1 - hi : lo;
    const rotation = rotations + <usize>kept * line + <usize>first * 2 * sizeof<T>();
    store<i32>(work + 8 * kept, first);
    store<i32>(work + 8 * kept + 4, first + hi - lo);
    const limit = shiftLimit(lo, hi, d, e, tol);
    if (up) sweep<T>(hi - lo, d + 8 * hi, e + 8 * hi - 8, <usize>-8, limit, spare, rotation);
    else sweep<T>(hi - lo, d + 8 * lo, e + 8 * lo, 8, limit, rotation, spare);
    ++total;
    if (ldv > 0 && ++kept == batch) {
      flush<T>(n, kept, up, vt, ldv, work, batch);
      kept = 0;
    }
  }
  flush<T>(n, kept, up, vt, ldv, work, batch);
  if (hi > 0) return -1;
  sortValues<T>(n, d, vt, ldv);
  return total;
}

export function sbdsqr(
  n: i32, d: usize, e: usize, vt: usize, ldv: i32, work: usize, batch: i32, most: i32,
): i32 {
  return bdsqr<f32>(n, d, e, vt, ldv, work, batch, most);
}

export function dbdsqr(
  n: i32, d: usize, e: usize, vt: usize, ldv: i32, work: usize, batch: i32, most: i32,
): i32 {
  return bdsqr<f64>(n, d, e, vt, ldv, work, batch, most);
}
