// The jobs of the pool, and what one chunk of each is. A job is a few words: its kind, how many chunks it has, and what they share.
import { block } from '../gemm/strips';
import { packA, packB } from '../gemm/pack';
import { blockOfCopies } from '../gemm/panels';

/** Copy columns of B. */
// @ts-ignore: decorator
@inline
export const COPY: i32 = 0;
/** Tiles of C over A in place. */
// @ts-ignore: decorator
@inline
export const TILES: i32 = 1;
/** Tiles of C over a copy of rows of A. */
// @ts-ignore: decorator
@inline
export const TILES_OF_COPY: i32 = 2;

// The words of a job, by name.
// @ts-ignore: decorator
@inline export const KIND: usize = 0;
/** How many chunks: rows of chunks times columns of chunks. */
// @ts-ignore: decorator
@inline export const COUNT: usize = 4;
// @ts-ignore: decorator
@inline export const TRANS: usize = 8;
// @ts-ignore: decorator
@inline export const M: usize = 12;
// @ts-ignore: decorator
@inline export const N: usize = 16;
// @ts-ignore: decorator
@inline export const K: usize = 20;
// @ts-ignore: decorator
@inline export const A: usize = 24;
/** Bytes from a line of A as it is stored to the next. */
// @ts-ignore: decorator
@inline export const ROW_A: usize = 28;
// @ts-ignore: decorator
@inline export const B: usize = 32;
// @ts-ignore: decorator
@inline export const ROW_B: usize = 36;
/** Where the copy of B is; 0: B is read in place. */
// @ts-ignore: decorator
@inline export const COPY_B: usize = 40;
// @ts-ignore: decorator
@inline export const C: usize = 44;
// @ts-ignore: decorator
@inline export const ROW_C: usize = 48;
// @ts-ignore: decorator
@inline export const UPDATE: usize = 52;
// @ts-ignore: decorator
@inline export const ALPHA: usize = 56;
/** Rows of C of a chunk. */
// @ts-ignore: decorator
@inline export const ROWS: usize = 64;
/** Columns of a chunk, whole strips; the last one across takes what is left as well, so that its strips are those of the whole. */
// @ts-ignore: decorator
@inline export const COLUMNS: usize = 68;
/** Chunks beside each other. */
// @ts-ignore: decorator
@inline export const ACROSS: usize = 72;
/** Bytes of an element. */
// @ts-ignore: decorator
@inline export const SIZE: usize = 76;

/** Do a chunk, by the number of those that were left when it was claimed. */
export function runChunk(job: usize, left: i32, work: usize): void {
  if (load<usize>(job, SIZE) == 4) chunkOf<f32>(job, left, work);
  else chunkOf<f64>(job, left, work);
}

/** A chunk is a part of C: its columns of B, or its tiles. */
function chunkOf<T>(job: usize, left: i32, work: usize): void {
  const size = sizeof<T>();
  const kind = load<i32>(job, KIND);
  const trans = load<i32>(job, TRANS);
  const across = load<i32>(job, ACROSS);
  const chunk = load<i32>(job, COUNT) - left;
  const x = chunk % across;
  const j = x * load<i32>(job, COLUMNS);
  const n = (x == across - 1 ? load<i32>(job, N) : j + load<i32>(job, COLUMNS)) - j;
  const k = load<i32>(job, K);
  const line = <usize>k * size;
  const storedRowB = load<usize>(job, ROW_B);
  const storedB = load<usize>(job, B) + <usize>j * (trans & 2 ? storedRowB : size);
  const copyB = load<usize>(job, COPY_B);
  const b = copyB ? copyB + <usize>j * line : storedB;
  if (kind == COPY) {
    packB<T>((trans & 2) != 0, k, n, storedB, storedRowB, b);
    return;
  }
  const i = (chunk / across) * load<i32>(job, ROWS);
  const m = min(load<i32>(job, ROWS), load<i32>(job, M) - i);
  const rowA = load<usize>(job, ROW_A);
  const rs = trans & 1 ? size : rowA;
  const cs = trans & 1 ? rowA : size;
  const a = load<usize>(job, A) + <usize>i * rs;
  const rowC = load<usize>(job, ROW_C);
  const c = load<usize>(job, C) + <usize>i * rowC + <usize>j * size;
  const alpha = <T>load<f64>(job, ALPHA);
  const update = load<i32>(job, UPDATE) != 0;
  if (kind == TILES_OF_COPY) {
    packA<T>((trans & 1) != 0, m, k, a, rowA, work);
    blockOfCopies<T>(m, n, k, work, b, alpha, update, c, rowC);
  } else {
    block<T>(m, n, k, a, rs, cs, b, copyB ? line : size, copyB ? 0 : trans & 2 ? size : storedRowB, alpha, update, c, rowC);
  }
}
