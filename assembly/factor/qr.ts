// QR factorization by Householder reflections, row-major: A = Q R with Q = H_0 H_1 ... H_(r-1), r = min(m, n).
//
// geqrf leaves R on and above the diagonal of A and v_k below it in column k; the diagonal of R has the sign opposite to the
// entry it replaces. `nb` is the width of a panel: within a panel reflections are applied one by one (gemv and ger), to the
// columns beyond it as one block (three products). It decides where sums are cut, so it is part of what decides the bits.
//
// work: V (m, nb) | T (nb, nb) | V'V (nb, nb) | W (2 nb, n) | what a product needs:  qrScratchBytes in
// src/kernels/factor-scratch.ts.
import { gemv, ger } from '../level2';
import { copyReflectors, larfb, larfg, larft } from './householder';

/** Factor a panel of n columns reflection by reflection. `w` has room for n elements. */
function geqr2<T>(m: i32, n: i32, a: usize, lda: i32, tau: usize, w: usize): void {
  const size = sizeof<T>();
  const next = <usize>(lda + 1) * size;
  const steps = min(m, n);
  for (let k = 0; k < steps; ++k) {
    const factor = larfg<T>(m - k, a, lda);
    store<T>(tau + <usize>k * size, factor);
    const rest = n - k - 1;
    if (factor != <T>0 && rest > 0) {
      const diagonal = load<T>(a);
      store<T>(a, <T>1);
      gemv<T>(1, m - k, rest, <T>1, a + size, lda, a, lda, <T>0, w, 1);
      ger<T>(m - k, rest, <T>-factor, a, lda, w, 1, a + size, lda);
      store<T>(a, diagonal);
    }
    a += next;
  }
}

/** One panel and the update of the columns beyond it. */
function factorBlock<T>(m: i32, n: i32, b: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  const size = sizeof<T>();
  const t = work + <usize>m * <usize>nb * size;
  const gram = t + <usize>(nb * nb) * size;
  const w = gram + <usize>(nb * nb) * size;
  geqr2<T>(m, b, a, lda, tau, w);
  if (n <= b) return;
  const room = w + 2 * <usize>nb * <usize>n * size;
  copyReflectors<T>(m, b, a, lda, work);
  larft<T>(m, b, work, tau, t, gram, room);
  larfb<T>(true, m, n - b, b, work, t, a + <usize>b * size, lda, w, room);
}

/** Factor A (m, n) in place; tau has room for min(m, n) elements. */
function geqrf<T>(m: i32, n: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  const size = sizeof<T>();
  const steps = min(m, n);
  for (let k = 0; k < steps; k += nb) {
    const at = a + (<usize>k * <usize>lda + <usize>k) * size;
    factorBlock<T>(m - k, n - k, min(nb, steps - k), at, lda, tau + <usize>k * size, work, nb);
  }
}

/** Multiply Q(:, 0 .. n) by the block of reflections in its first b columns, which become the block's own columns. */
function formBlock<T>(m: i32, n: i32, b: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  const size = sizeof<T>();
  const t = work + <usize>m * <usize>nb * size;
  const gram = t + <usize>(nb * nb) * size;
  const w = gram + <usize>(nb * nb) * size;
  const room = w + 2 * <usize>nb * <usize>n * size;
  copyReflectors<T>(m, b, a, lda, work);
  larft<T>(m, b, work, tau, t, gram, room);
  let row = a;
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < b; ++j) store<T>(row + <usize>j * size, i == j ? <T>1 : <T>0);
    // Rows of this block are still zero beyond it.
    if (i < b) memory.fill(row + <usize>b * size, 0, <usize>(n - b) * size);
    row += <usize>lda * size;
  }
  larfb<T>(false, m, n, b, work, t, a, lda, w, room);
}

/**
 * The first n columns of Q, m >= n, in place of the reflectors that geqrf left in the first k <= n columns of A; further
 * columns complete them to an orthonormal set.
 */
function orgqr<T>(m: i32, n: i32, k: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  const size = sizeof<T>();
  // Columns beyond the reflectors start as columns of the identity.
  for (let i = k; i < m && k < n; ++i) {
    const row = a + (<usize>i * <usize>lda + <usize>k) * size;
    for (let j = k; j < n; ++j) store<T>(row + <usize>(j - k) * size, i == j ? <T>1 : <T>0);
  }
  if (k <= 0) return;
  for (let from = (k - 1) / nb * nb; from >= 0; from -= nb) {
    const at = a + (<usize>from * <usize>lda + <usize>from) * size;
    formBlock<T>(m - from, n - from, min(nb, k - from), at, lda, tau + <usize>from * size, work, nb);
  }
}

export function sgeqrf(m: i32, n: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  geqrf<f32>(m, n, a, lda, tau, work, nb);
}

export function dgeqrf(m: i32, n: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  geqrf<f64>(m, n, a, lda, tau, work, nb);
}

export function sorgqr(m: i32, n: i32, k: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  orgqr<f32>(m, n, k, a, lda, tau, work, nb);
}

export function dorgqr(m: i32, n: i32, k: i32, a: usize, lda: i32, tau: usize, work: usize, nb: i32): void {
  orgqr<f64>(m, n, k, a, lda, tau, work, nb);
}
