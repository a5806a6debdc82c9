// Implicit QR iteration with Wilkinson's shift on a symmetric tridiagonal matrix, in float64 for both element types. The
// rotations are written down, not applied: the caller applies many sweeps at once to panels that fit the first-level cache.
//
//   G = [c s; -s c] in the plane (k, k + 1),   T := G T G',   k ascending from the first row of an unreduced block

/** e below this is zero beside entries of about 1: its square still is a normal number. 2^-500. */
// @ts-ignore: decorator
@inline
const FLOOR: f64 = reinterpret<f64>(0x20b0000000000000);

/** Sums of squares below this are formed again after scaling. 2^-960. */
// @ts-ignore: decorator
@inline
const SMALL: f64 = reinterpret<f64>(0x03f0000000000000);

/** All of T is diagonal. */
// @ts-ignore: decorator
@inline
const DONE: i32 = 0;
/** `limit` sweeps were recorded; more are needed. */
// @ts-ignore: decorator
@inline
const MORE: i32 = 1;
/** The cap on all sweeps was reached. */
// @ts-ignore: decorator
@inline
const CAPPED: i32 = 2;

/** One sweep over rows first .. last; writes last - first pairs (c, s) to `out`. */
function sweep(first: i32, last: i32, d: usize, e: usize, out: usize): void {
  const end = d + (<usize>last << 3);
  let dk = d + (<usize>first << 3);
  let ek = e + (<usize>first << 3);
  // Wilkinson's shift: the eigenvalue of the last 2 x 2 block that is nearer to its last entry.
  const b = load<f64>(e + (<usize>(last - 1) << 3));
  const delta = 0.5 * (load<f64>(end - 8) - load<f64>(end));
  const root = sqrt<f64>(delta * delta + b * b);
  const shift = load<f64>(end) - b * b / (delta + (delta >= 0 ? root : -root));
  let x = load<f64>(dk) - shift;
  let z = load<f64>(ek);
  let begun = false;
  while (dk < end) {
    let u = x;
    let w = z;
    let square = u * u + w * w;
    let scale = 1.0;
    if (square < SMALL) {
      // 2^600 brings what is not zero back into range.
      scale = reinterpret<f64>(0x6570000000000000);
      u *= scale;
      w *= scale;
      square = u * u + w * w;
    }
    let c = 1.0;
    let s = 0.0;
    if (square > 0) {
      const length = sqrt<f64>(square);
      c = u / length;
      s = w / length;
      if (begun) store<f64>(ek - 8, length / scale);
    } else if (begun) {
      store<f64>(ek - 8, 0);
    }
    const p = load<f64>(dk);
    const q = load<f64>(dk + 8);
    const g = load<f64>(ek);
    const t = c * p + s * g;
    const r = c * g + s * q;
    store<f64>(dk, c * t + s * r);
    store<f64>(dk + 8, c * (c * q - s * g) - s * (c * g - s * p));
    x = c * r - s * t;
    store<f64>(ek, x);
    store<f64>(out, c);
    store<f64>(out + 8, s);
    out += 16;
    dk += 8;
    ek += 8;
    if (dk < end) {
      const next = load<f64>(ek);
      z = s * next;
      store<f64>(ek, c * next);
    }
    begun = true;
  }
}

/**
 * Sweeps until T is diagonal, at most `limit` in this call and `cap` in all. e_k is taken for zero when
 * |e_k| <= eps (|d_k| + |d_(k+1)|) or |e_k| <= 2^-500.
 *
 * `state` (i32): 0 last row that is not finished, n - 1 at first; 1 sweeps so far, 0 at first; 2 sweeps of this call, out.
 * `sweeps` gets pairs (first row, rotations), `rotations` at most `limit` (n - 1) pairs (c, s).
 *
 * @returns 0 done, 1 call again, 2 the cap was reached
 */
export function steqrSweeps(
  d: usize, e: usize, eps: f64, limit: i32, cap: i32, state: usize, sweeps: usize, rotations: usize,
): i32 {
  let last = load<i32>(state);
  let total = load<i32>(state, 4);
  let count = 0;
  let status = DONE;
  while (last > 0) {
    let first = last;
    while (first > 0) {
      const ek = e + (<usize>(first - 1) << 3);
      const dk = d + (<usize>(first - 1) << 3);
      const size = abs<f64>(load<f64>(ek));
      // Written so that NaN ends the search.
      if (!(size > eps * (abs<f64>(load<f64>(dk)) + abs<f64>(load<f64>(dk + 8)))) || !(size > FLOOR)) {
        store<f64>(ek, 0);
        break;
      }
      --first;
    }
    if (first == last) {
      --last;
      continue;
    }
    if (total >= cap) {
      status = CAPPED;
      break;
    }
    if (count == limit) {
      status = MORE;
      break;
    }
    sweep(first, last, d, e, rotations);
    store<i32>(sweeps, first);
    store<i32>(sweeps, last - first, 4);
    sweeps += 8;
    rotations += <usize>(last - first) << 4;
    ++count;
    ++total;
  }
  store<i32>(state, last);
  store<i32>(state, total, 4);
  store<i32>(state, count, 8);
  return status;
}
