// One-sided Jacobi on the rows of a small matrix, float64: plane rotations from the left until the rows are orthogonal,
//
//   J [X | G] = [diag(s) Z | J G]     X (n, n), Z with orthonormal rows; each row of G (n, extra) lies behind its row of X
//
// so that with G = I the product X = J' diag(s) Z is a singular value decomposition. Entries of X are scaled to about 1 by the
// caller. A rotation of rows x, y with p = x.y, a = x.x, b = y.y:
//
//   z = (b - a) / (2 p),  t = sign(z) / (|z| + sqrt(1 + z^2)),  c = 1 / sqrt(1 + t^2),  x := c x - (c t) y,  y := (c t) x + c y
import { dot } from '../level1';

/** Squared norms below this take no part: the product of two of them would underflow. 2^-480. */
// @ts-ignore: decorator
@inline
const NEGLIGIBLE: f64 = reinterpret<f64>(<i64>(1023 - 480) << 52);
// @ts-ignore: decorator
@inline
const EPS: f64 = reinterpret<f64>(<i64>(1023 - 52) << 52);
/** Sweeps with a purely relative test; after them, rows below eps sqrt(n) s_max are left as they are. */
// @ts-ignore: decorator
@inline
const RELATIVE_SWEEPS: i32 = 8;

/** x := c x - s y, y := s x + c y, two roundings to a sum in both builds. */
function rotate(n: i32, c: f64, s: f64, x: usize, y: usize): void {
  const vc = f64x2.splat(c);
  const vs = f64x2.splat(s);
  for (; n >= 2; n -= 2) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, f64x2.sub(f64x2.mul(vc, a), f64x2.mul(vs, b)));
    v128.store(y, f64x2.add(f64x2.mul(vs, a), f64x2.mul(vc, b)));
    x += 16;
    y += 16;
  }
  if (n > 0) {
    const a = load<f64>(x);
    const b = load<f64>(y);
    store<f64>(x, c * a - s * b);
    store<f64>(y, s * a + c * b);
  }
}

/** Row p against all rows after it; returns the number of rotations. */
function rowSweep(p: i32, n: i32, width: i32, x: usize, line: usize, squares: usize, floor: f64, tol: f64): i32 {
  const xp = x + <usize>p * line;
  let turned = 0;
  for (let q = p + 1; q < n; ++q) {
    const a = load<f64>(squares + (<usize>p << 3));
    const b = load<f64>(squares + (<usize>q << 3));
    if (!(a > floor) || !(b > floor)) continue;
    const xq = x + <usize>q * line;
    const product = dot<f64>(n, xp, 1, xq, 1);
    if (!(abs<f64>(product) > tol * (sqrt<f64>(a) * sqrt<f64>(b)))) continue;
    const z = (b - a) / (2 * product);
    const t = (z < 0 ? <f64>-1 : <f64>1) / (abs<f64>(z) + sqrt<f64>(1 + z * z));
    const c = 1 / sqrt<f64>(1 + t * t);
    rotate(width, c, c * t, xp, xq);
    store<f64>(squares + (<usize>p << 3), max<f64>(a - t * product, 0));
    store<f64>(squares + (<usize>q << 3), b + t * product);
    ++turned;
  }
  return turned;
}

/** Sums of squares of the rows, summed afresh; returns the largest. */
function measure(n: i32, x: usize, line: usize, squares: usize): f64 {
  let largest: f64 = 0;
  for (let p = 0; p < n; ++p) {
    const square = dot<f64>(n, x, 1, x, 1);
    store<f64>(squares + (<usize>p << 3), square);
    if (square > largest) largest = square;
    x += line;
  }
  return largest;
}

/**
 * Orthogonalize the rows of X in place; `ld` elements to a row, at least n + extra. `squares` (n) receives the squared lengths
 * of the rows as they are in the end, in no particular order.
 *
 * @returns sweeps done, or -1 when `maxSweeps` ended the iteration
 */
export function djacobi(n: i32, extra: i32, x: usize, ld: i32, squares: usize, maxSweeps: i32): i32 {
  const line = <usize>ld << 3;
  const tol = EPS * sqrt<f64>(<f64>max(n, 4));
  for (let sweep = 1; sweep <= maxSweeps; ++sweep) {
    const largest = measure(n, x, line, squares);
    const floor = sweep > RELATIVE_SWEEPS ? max<f64>(NEGLIGIBLE, EPS * EPS * <f64>n * largest) : NEGLIGIBLE;
    let turned = 0;
    for (let p = 0; p < n - 1; ++p) turned += rowSweep(p, n, n + extra, x, line, squares, floor, tol);
    if (turned == 0) return sweep;
  }
  measure(n, x, line, squares);
  return -1;
}
