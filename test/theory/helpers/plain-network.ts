// A deep linear network and its gradient flow in the plainest form: nested arrays, sums written out, Runge-Kutta of order 4 with fixed steps. The oracle of the
// theory; shares no code with the library.

export type Rows = number[][]

export const product = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))
export const transposed = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))
export const chainProduct = (weights: Rows[]): Rows => weights.slice(1).reduce((map, w) => product(w, map), weights[0])
export const toRows = (flat: ArrayLike<number>, columns: number): Rows =>
  Array.from({ length: flat.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => flat[i * columns + j]),
  )
export const diagonal = (values: number[]): Rows => values.map((v, i) => values.map((_, j) => (i === j ? v : 0)))
export const minus = (a: Rows, b: Rows): Rows => a.map((row, i) => row.map((value, j) => value - b[i][j]))
export const normOf = (a: Rows): number => Math.sqrt(a.flat().reduce((sum, value) => sum + value * value, 0))

/** Minus the gradient in each layer, for dC/dA as a function of the map. */
export function descent(weights: Rows[], gradient: (map: Rows) => Rows): Rows[] {
  const g = gradient(chainProduct(weights))
  return weights.map((w, l) => {
    const above = weights.slice(l + 1)
    const below = weights.slice(0, l)
    const left = above.length > 0 ? product(transposed(chainProduct(above)), g) : g
    const full = below.length > 0 ? product(left, transposed(chainProduct(below))) : left
    return w.map((row, i) => row.map((_, j) => -full[i][j]))
  })
}

const moved = (weights: Rows[], h: number, by: Rows[]): Rows[] =>
  weights.map((w, l) => w.map((row, i) => row.map((value, j) => value + h * by[l][i][j])))

/** The weights after time t, in `steps` steps of Runge-Kutta 4. */
export function flow(weights: Rows[], gradient: (map: Rows) => Rows, t: number, steps: number): Rows[] {
  const h = t / steps
  let now = weights
  for (let k = 0; k < steps; k++) {
    const k1 = descent(now, gradient)
    const k2 = descent(moved(now, h / 2, k1), gradient)
    const k3 = descent(moved(now, h / 2, k2), gradient)
    const k4 = descent(moved(now, h, k3), gradient)
    now = moved(moved(moved(moved(now, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4)
  }
  return now
}

/** Numbers in (-1, 1) that look random: the fractional parts of a sine. */
export function noise(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })
}

/** L with L L' = a, a positive definite. */
function cholesky(a: Rows): Rows {
  const l = a.map((row) => row.map(() => 0))
  for (let j = 0; j < a.length; j++) {
    for (let i = j; i < a.length; i++) {
      let sum = a[i][j]
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k]
      l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j]
    }
  }
  return l
}

/** An orthogonal matrix: Gram-Schmidt on the columns of noise, twice. */
export function orthogonalNoise(n: number, seed: number): Rows {
  const columns = toRows(noise(n * n, seed), n)
  for (let pass = 0; pass < 2; pass++) {
    columns.forEach((column, k) => {
      for (let i = 0; i < k; i++) {
        const share = column.reduce((sum, value, t) => sum + value * columns[i][t], 0)
        for (let t = 0; t < n; t++) column[t] -= share * columns[i][t]
      }
      const length = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0))
      for (let t = 0; t < n; t++) column[t] /= length
    })
  }
  return transposed(columns)
}

/** The square root of a positive definite matrix: Denman and Beavers' iteration, inverses by Gauss-Jordan. */
function rootOf(b: Rows): Rows {
  const mean = (x: Rows, y: Rows) => x.map((row, i) => row.map((value, j) => 0.5 * (value + y[i][j])))
  let root = b
  let other = diagonal(b.map(() => 1))
  for (let k = 0; k < 30; k++) [root, other] = [mean(root, inverse(other)), mean(other, inverse(root))]
  return mean(root, transposed(root))
}

function inverse(a: Rows): Rows {
  const work = a.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))])
  for (let j = 0; j < a.length; j++) {
    const pivot = work[j][j]
    work[j] = work[j].map((x) => x / pivot)
    for (let i = 0; i < a.length; i++) {
      const factor = work[i][j]
      if (i !== j) work[i] = work[i].map((x, k) => x - factor * work[j][k])
    }
  }
  return work.map((row) => row.slice(a.length))
}

/** The Gram matrices sqrt(A A' + c^2) and sqrt(A'A + c^2). */
export function gramRoots(map: Rows, c: number): { left: Rows; right: Rows } {
  const raised = (square: Rows) => square.map((row, i) => row.map((x, j) => x + (i === j ? c * c : 0)))
  return {
    left: rootOf(raised(product(map, transposed(map)))),
    right: rootOf(raised(product(transposed(map), map))),
  }
}

/** Two layers of width m + n whose Gram matrices are those of mixed dynamics at the map A. */
export function mixedStart(map: Rows, c: number): Rows[] {
  const { left, right } = gramRoots(map, c)
  const gram = [
    ...left.map((row, i) => [...row, ...map[i]]),
    ...right.map((row, j) => [...map.map((r) => r[j]), ...row]),
  ]
  const l = cholesky(gram)
  return [transposed(l.slice(map.length)), l.slice(0, map.length)]
}
