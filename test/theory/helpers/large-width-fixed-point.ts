// The equations of the large-width limit as they stand, solved by iteration with dense inverses: all fields of all layers are one vector
// X = A X + B (sources), so that X = (1 - A)^-1 B (sources). Slow, for short times; shares no code with the library.

export interface FixedPointModel {
  depth: number
  times: number
  eta: number
  richness: number
  inverseWidth: number
  data: 'population' | 'repeated' | 'one-pass'
  inverseSamples: number
  noise: number
  eigenvalues: number[]
  targets: number[]
  weights: number[]
  residual?: number
  layerRates: number[]
  readoutVariance: number
}

type Mat = number[][]

const zeros = (n: number, m = n): Mat => Array.from({ length: n }, () => new Array<number>(m).fill(0))
const eye = (n: number): Mat => zeros(n).map((row, i) => row.map((_, j) => (i === j ? 1 : 0)))
const times = (a: Mat, b: Mat): Mat =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
const transpose = (a: Mat): Mat => a[0].map((_, j) => a.map((row) => row[j]))
const plus = (a: Mat, b: Mat, c = 1): Mat => a.map((row, i) => row.map((x, j) => x + c * b[i][j]))
const scale = (a: Mat, c: number): Mat => a.map((row) => row.map((x) => c * x))
const below = (a: Mat): Mat => a.map((row, i) => row.map((x, j) => (j < i ? x : 0)))
const congruence = (a: Mat, c: Mat): Mat => times(times(a, c), transpose(a))

/** Gauss-Jordan with partial pivoting. */
function inverse(a: Mat): Mat {
  const n = a.length
  const work = a.map((row, i) => [...row, ...eye(n)[i]])
  for (let c = 0; c < n; c++) {
    let p = c
    for (let i = c; i < n; i++) if (Math.abs(work[i][c]) > Math.abs(work[p][c])) p = i
    ;[work[c], work[p]] = [work[p], work[c]]
    const pivot = work[c][c]
    work[c] = work[c].map((x) => x / pivot)
    for (let i = 0; i < n; i++) {
      const factor = work[i][c]
      if (i !== c && factor !== 0) work[i] = work[i].map((x, j) => x - factor * work[c][j])
    }
  }
  return work.map((row) => row.slice(n))
}

export function fixedPoint(model: FixedPointModel) {
  const { depth: L, times: T, eta, richness: gh, inverseWidth, data, inverseSamples, noise, layerRates } = model
  const { eigenvalues, targets, weights } = model
  const ones = zeros(T).map((row) => row.map(() => 1))
  const start = scale(ones, model.readoutVariance)
  let [H, G] = [Array.from({ length: L + 1 }, () => zeros(T)), Array.from({ length: L + 2 }, () => zeros(T))]
  let [A, B] = [Array.from({ length: L + 1 }, () => zeros(T)), Array.from({ length: L + 1 }, () => zeros(T))]
  G[L + 1] = start
  let Cdelta = zeros(T)
  let R = eye(T)
  let test = new Array<number>(T).fill(0)
  let bias: Mat = []
  let sweeps = 0
  for (; sweeps < 200; sweeps++) {
    // The data's fields.
    const M = plus(scale(B[0], 1 / gh), scale(below(G[1]), eta * layerRates[0]))
    let [Cv, Cq, A0, S] = [zeros(T), zeros(T), zeros(T), zeros(T)]
    bias = []
    eigenvalues.forEach((lam, k) => {
      const Rv = inverse(plus(eye(T), scale(times(M, R), lam)))
      const noiseIn = Math.sqrt(lam * inverseSamples)
      const onBeta = times(
        Rv,
        ones.map((row) => row.slice(0, 1)),
      )
      const onXi = scale(Rv, -Math.sqrt(inverseWidth) / gh)
      const onPhi = scale(times(Rv, M), -noiseIn)
      const q = (x: Mat) => scale(times(R, x), lam)
      const average = (beta: Mat, xi: Mat, phi: Mat) =>
        plus(plus(scale(times(beta, transpose(beta)), targets[k]), congruence(xi, G[1])), congruence(phi, Cdelta))
      Cv = plus(Cv, average(onBeta, onXi, onPhi), weights[k] * lam)
      Cq = plus(Cq, average(q(onBeta), q(onXi), plus(q(onPhi), scale(eye(T), noiseIn))), weights[k])
      A0 = plus(A0, q(onXi), weights[k] * Math.sqrt(inverseWidth))
      S = plus(S, onPhi, weights[k] * noiseIn)
      bias.push(onBeta.map(([value]) => value))
    })
    if (data === 'repeated') {
      R = inverse(plus(eye(T), S, -1))
      Cdelta = congruence(R, plus(Cv, ones, noise * noise))
    } else Cdelta = zeros(T).map((row, i) => row.map((_, j) => (i === j ? Cv[i][i] + noise * noise : 0)))
    // The layers: fields h^1 .. h^L, g^1 .. g^L as blocks of one vector; sources u^1 .. u^L, r^1 .. r^L.
    const n = 2 * L * T
    const [X, F, C] = [zeros(n), zeros(n), zeros(n)]
    const put = (into: Mat, i: number, j: number, block: Mat) => {
      for (let a = 0; a < T; a++) for (let c = 0; c < T; c++) into[i * T + a][j * T + c] += block[a][c]
    }
    for (let l = 1; l <= L; l++) {
      const skipUp = model.residual !== undefined && l > 1
      const skipDown = model.residual !== undefined && l < L
      const [up, down] = [skipUp ? model.residual! : 1, skipDown ? model.residual! : 1]
      const learned = below(l === 1 ? Cq : H[l - 1])
      const P = plus(scale(l === 1 ? A0 : A[l - 1], up), learned, up * up * eta * gh * layerRates[l - 1])
      const Q =
        l === L
          ? scale(below(ones), eta * gh * layerRates[L])
          : plus(scale(B[l], down), below(G[l + 1]), down * down * eta * gh * layerRates[l])
      put(X, l - 1, L + l - 1, P)
      put(X, L + l - 1, l - 1, Q)
      if (skipUp) put(X, l - 1, l - 2, eye(T))
      if (skipDown) put(X, L + l - 1, L + l, eye(T))
      put(F, l - 1, l - 1, scale(eye(T), up))
      put(F, L + l - 1, L + l - 1, scale(eye(T), down))
      put(C, l - 1, l - 1, l === 1 ? Cq : H[l - 1])
      put(C, L + l - 1, L + l - 1, l === L ? start : G[l + 1])
    }
    const response = times(inverse(plus(eye(n), X, -1)), F)
    const covariance = congruence(response, C)
    const block = (from: Mat, i: number, j: number) =>
      zeros(T).map((row, a) => row.map((_, c) => from[i * T + a][j * T + c]))
    H = H.map((old, l) => (l === 0 ? old : block(covariance, l - 1, l - 1)))
    G = G.map((old, l) => (l === 0 || l === L + 1 ? old : block(covariance, L + l - 1, L + l - 1)))
    A = A.map((old, l) => (l === 0 ? old : block(response, l - 1, L + l - 1)))
    B = B.map((old, l) => (l === L ? old : block(response, L + l, l)))
    const before = test
    test = Cv.map((row, i) => row[i])
    if (sweeps > T && test.every((value, t) => Math.abs(value - before[t]) <= 1e-15 * Math.abs(value))) break
  }
  return { test, train: Cdelta.map((row, i) => row[i]), bias, H: H.slice(1), G: G.slice(1, L + 1), sweeps }
}
