// gemm over the pool: the loops of ../gemm/blocked and ../gemm/direct with chunks of C in the place of their inner ones. The copy of B is
// shared and made together; everybody copies rows of A alone. An element of C is summed by one thread in the order of the one-thread
// kernels, so no bit depends on who did what.
import { KC, MC, NC } from '../gemm/block';
import {
  A, ACROSS, ALPHA, B, C, COLUMNS, COPY, COPY_B, COUNT, K, KIND, M, N, ROW_A, ROW_B, ROW_C, ROWS, SIZE, TILES, TILES_OF_COPY, TRANS,
  UPDATE,
} from './chunk';
import { fork, job, threads } from './pool';

/** Fewest multiply-adds that are shared: some microseconds, against less than one for a fork and a join. */
// @ts-ignore: decorator
@inline const SHARED_WORK: f64 = 131072;
/** Fewest that are worth waking a thread: about a millisecond. */
// @ts-ignore: decorator
@inline const LARGE_WORK: f64 = 8388608;
/** Chunks a thread, about: few enough to cost nothing, enough that nobody waits long for the last one. */
// @ts-ignore: decorator
@inline const CHUNKS: i32 = 4;
/** Fewest elements of B that are copied together. */
// @ts-ignore: decorator
@inline const SHARED_COPY: i32 = 8192;

/** Whether a product goes over the pool. */
// @ts-ignore: decorator
@inline
export function sharesGemm(m: i32, n: i32, k: i32): bool {
  return threads() > 1 && <f64>m * <f64>n * <f64>k >= SHARED_WORK;
}

/** Rows of a chunk come in this many: whole tiles of four rows and of six. */
// @ts-ignore: decorator
@inline const ROWS_AT_ONCE: i32 = 12;
/** Fewest strips of columns of a chunk of tiles. */
// @ts-ignore: decorator
@inline const STRIPS: i32 = 4;

// @ts-ignore: decorator
@inline
function divide(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/**
 * C := alpha op(A) op(B), added to C when `update`; alpha and k are not 0. `copyA` and `copyB` say what is packed; `work` is laid out as for
 * the kernels of one thread.
 */
export function shareGemm(
  size: usize, copyA: bool, copyB: bool, trans: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, rowA: usize, b: usize, rowB: usize,
  update: bool, c: usize, rowC: usize, work: usize,
): void {
  const width = 32 / <i32>size; // of a strip
  const most = copyA ? NC : n;
  const copy = copyA ? work + <usize>min(m, MC) * <usize>min(k, KC) * size : work;
  const large = <f64>m * <f64>n * <f64>k >= LARGE_WORK;
  const wanted = CHUNKS * threads();
  let rows = divide(divide(m, wanted), ROWS_AT_ONCE) * ROWS_AT_ONCE;
  if (copyA) rows = min(rows, MC);
  const down = divide(m, rows);
  const words = job();
  store<usize>(words, size, SIZE);
  store<i32>(words, trans, TRANS);
  store<i32>(words, m, M);
  store<usize>(words, rowA, ROW_A);
  store<usize>(words, rowB, ROW_B);
  store<usize>(words, copyB ? copy : 0, COPY_B);
  store<usize>(words, rowC, ROW_C);
  store<f64>(words, alpha, ALPHA);
  store<i32>(words, rows, ROWS);
  for (let jc = 0; jc < n; jc += most) {
    const nc = min(n - jc, most);
    const strips = max(nc / width, 1);
    store<i32>(words, nc, N);
    store<usize>(words, c + <usize>jc * size, C);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(k - pc, KC);
      store<i32>(words, kc, K);
      store<usize>(words, a + <usize>pc * (trans & 1 ? rowA : size), A);
      store<usize>(words, b + (trans & 2 ? <usize>pc * size + <usize>jc * rowB : <usize>pc * rowB + <usize>jc * size), B);
      store<i32>(words, <i32>(update || pc > 0), UPDATE);
      if (copyB) run(COPY, width, 1, strips, nc * kc < SHARED_COPY ? strips : divide(strips, wanted), large, work);
      // A few rows of C are divided by columns as well.
      run(copyA ? TILES_OF_COPY : TILES, width, down, strips, max(divide(strips, divide(wanted, down)), STRIPS), large, work);
    }
  }
}

/** A job of `down` times as many chunks as `strips` gives when `each` go into one, and two at least into the last: a broad strip may take in both. */
function run(kind: i32, width: i32, down: i32, strips: i32, each: i32, large: bool, work: usize): void {
  const words = job();
  const across = max(divide(strips - 1, each), 1);
  store<i32>(words, kind, KIND);
  store<i32>(words, each * width, COLUMNS);
  store<i32>(words, across, ACROSS);
  store<i32>(words, down * across, COUNT);
  fork(down * across, large, work);
}
