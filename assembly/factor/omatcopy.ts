// B := alpha op(A) out of place: scaled copies and transposes.

/** Rows and columns of a block of a transpose: both sides stay in the first-level cache. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 32;

/** b(j, i) := alpha a(i, j) for one block. */
function transposeBlock<T>(m: i32, n: i32, alpha: T, a: usize, rowA: usize, b: usize, rowB: usize): void {
  for (; m > 0; --m) {
    let to = b;
    for (let j: usize = 0; j < <usize>n; ++j) {
      store<T>(to, <T>(alpha * load<T>(a + j * sizeof<T>())));
      to += rowB;
    }
    a += rowA;
    b += sizeof<T>();
  }
}

/** B := alpha A for A (m, n), or B := alpha A' when bit 0 of `trans` is set; one rounding an element. */
function omatcopy<T>(trans: i32, m: i32, n: i32, alpha: T, a: usize, lda: i32, b: usize, ldb: i32): void {
  const size = sizeof<T>();
  const rowA = <usize>lda * size;
  const rowB = <usize>ldb * size;
  if (trans & 1) {
    for (let i = 0; i < m; i += BLOCK) {
      for (let j = 0; j < n; j += BLOCK) {
        const from = a + <usize>i * rowA + <usize>j * size;
        transposeBlock<T>(min(BLOCK, m - i), min(BLOCK, n - j), alpha, from, rowA, b + <usize>j * rowB + <usize>i * size, rowB);
      }
    }
    return;
  }
  for (; m > 0; --m) {
    for (let j: usize = 0; j < <usize>n; ++j) store<T>(b + j * size, <T>(alpha * load<T>(a + j * size)));
    a += rowA;
    b += rowB;
  }
}

export function somatcopy(trans: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32): void {
  omatcopy<f32>(trans, m, n, <f32>alpha, a, lda, b, ldb);
}

export function domatcopy(trans: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32): void {
  omatcopy<f64>(trans, m, n, alpha, a, lda, b, ldb);
}
