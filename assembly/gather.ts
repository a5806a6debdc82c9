// Choosing columns: what a step of stochastic gradient descent reads of its data.

/** c (m, n) := the columns index[0 .. n - 1] (int32) of a, rows `lda` elements apart. Elements move as they are. */
export function gather<T>(m: i32, n: i32, a: usize, lda: i32, index: usize, c: usize): void {
  const step = <usize>lda * sizeof<T>();
  const end = index + (<usize>n << 2);
  for (; m > 0; --m) {
    for (let p = index; p < end; p += 4) {
      store<T>(c, load<T>(a + <usize>load<i32>(p) * sizeof<T>()));
      c += sizeof<T>();
    }
    a += step;
  }
}
