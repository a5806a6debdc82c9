// Vector kernels of an ensemble: for every member what level1.ts does for one, over `elements` elements of each of `groups` groups.
// Cells (`alpha`, `beta`) are one a member: with one for all members the ordinary kernels run over the whole block.
import { loadPair, madd, zero } from '../simd';
import { cells, cellStep, GROUP, STEP } from './lanes';

/** Two members' dot products, in the order of the contract: eight partial sums over i mod 8, then the tail. */
// @ts-ignore: decorator
@inline
function dotPair<T>(elements: i32, x: usize, y: usize): v128 {
  let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0, p4 = p0, p5 = p0, p6 = p0, p7 = p0;
  let n = elements;
  for (; n >= 8; n -= 8) {
    p0 = madd<f64>(p0, loadPair<T>(x), loadPair<T>(y));
    p1 = madd<f64>(p1, loadPair<T>(x + STEP), loadPair<T>(y + STEP));
    p2 = madd<f64>(p2, loadPair<T>(x + 2 * STEP), loadPair<T>(y + 2 * STEP));
    p3 = madd<f64>(p3, loadPair<T>(x + 3 * STEP), loadPair<T>(y + 3 * STEP));
    p4 = madd<f64>(p4, loadPair<T>(x + 4 * STEP), loadPair<T>(y + 4 * STEP));
    p5 = madd<f64>(p5, loadPair<T>(x + 5 * STEP), loadPair<T>(y + 5 * STEP));
    p6 = madd<f64>(p6, loadPair<T>(x + 6 * STEP), loadPair<T>(y + 6 * STEP));
    p7 = madd<f64>(p7, loadPair<T>(x + 7 * STEP), loadPair<T>(y + 7 * STEP));
    x += STEP << 3;
    y += STEP << 3;
  }
  let sum = f64x2.add(
    f64x2.add(f64x2.add(p0, p2), f64x2.add(p4, p6)), f64x2.add(f64x2.add(p1, p3), f64x2.add(p5, p7)));
  for (; n > 0; --n) {
    sum = madd<f64>(sum, loadPair<T>(x), loadPair<T>(y));
    x += STEP;
    y += STEP;
  }
  return sum;
}

/** out_r := sum x_i y_i of member r. */
export function ensembleDot<T>(groups: i32, elements: i32, x: usize, y: usize, out: usize): void {
  const length = <usize>elements * STEP;
  for (; groups > 0; --groups) {
    for (let lane: usize = 0; lane < STEP; lane += 2 * sizeof<T>()) {
      v128.store(out, dotPair<T>(elements, x + lane, y + lane));
      out += 16;
    }
    x += length;
    y += length;
  }
}

/** y := y + alpha x; alpha = 0 does nothing. */
export function ensembleAxpy<T>(groups: i32, elements: i32, alpha: usize, x: usize, y: usize): void {
  for (; groups > 0; --groups) {
    const a0 = cells<T>(alpha, true, 0), a1 = cells<T>(alpha, true, 1);
    const none0 = v128.eq<T>(a0, zero<T>()), none1 = v128.eq<T>(a1, zero<T>());
    const end = y + <usize>elements * STEP;
    if (v128.any_true(v128.or(none0, none1))) {
      for (; y != end; y += STEP) {
        const y0 = v128.load(y), y1 = v128.load(y, 16);
        v128.store(y, v128.bitselect(y0, madd<T>(y0, a0, v128.load(x)), none0));
        v128.store(y, v128.bitselect(y1, madd<T>(y1, a1, v128.load(x, 16)), none1), 16);
        x += STEP;
      }
    } else {
      for (; y != end; y += STEP) {
        v128.store(y, madd<T>(v128.load(y), a0, v128.load(x)));
        v128.store(y, madd<T>(v128.load(y, 16), a1, v128.load(x, 16)), 16);
        x += STEP;
      }
    }
    alpha += cellStep<T>(true);
  }
}

/** x := alpha x. */
export function ensembleScal<T>(groups: i32, elements: i32, alpha: usize, x: usize): void {
  for (; groups > 0; --groups) {
    const a0 = cells<T>(alpha, true, 0), a1 = cells<T>(alpha, true, 1);
    for (let n = elements; n > 0; --n) {
      v128.store(x, v128.mul<T>(a0, v128.load(x)));
      v128.store(x, v128.mul<T>(a1, v128.load(x, 16)), 16);
      x += STEP;
    }
    alpha += cellStep<T>(true);
  }
}

/** Every member's element i := x_i of a vector of all members. */
export function ensembleBroadcast<T>(groups: i32, elements: i32, x: usize, y: usize): void {
  for (; groups > 0; --groups) {
    let p = x;
    for (let n = elements; n > 0; --n) {
      const v = v128.load_splat<T>(p);
      v128.store(y, v);
      v128.store(y, v, 16);
      p += sizeof<T>();
      y += STEP;
    }
  }
}
