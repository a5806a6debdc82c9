// Losses summed over samples, and their gradients in the outputs. Operands are positions in one array of elements; all
// arithmetic is float64, and storing a gradient rounds it once. Each returns the loss; without `gradient` (undefined) none is
// written. The gradient may be stored over the outputs or over the targets.
import { exp, log } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import type { Kernels, MarginLoss } from '../kernels.js'
import type { Elements, Views } from './views.js'

type LossName = 'softmaxCrossEntropy' | 'logistic' | 'exponential' | 'logSumExp'
type Margins = (x: Elements, n: number, alpha: number, a: number, b: number, gradient: number | undefined) => number

/** The kernels of the losses: pointers become positions; pointer 0 means that a loss or a gradient is not wanted. */
export function makeLosses(views: () => Views): Pick<Kernels, `${'s' | 'd'}${LossName}`> {
  const single = () => views().float32
  const double = () => views().float64
  const softmax =
    (view: () => Elements, shift: number): Kernels['dsoftmaxCrossEntropy'] =>
    (m, n, alpha, a, b, c, out) => {
      const loss = softmaxCrossEntropy(view(), m, n, alpha, a >>> shift, b >>> shift, c ? c >>> shift : undefined)
      if (out !== 0) views().float64[out >>> 3] = loss
    }
  const margins =
    (view: () => Elements, shift: number, sum: Margins): MarginLoss =>
    (n, alpha, a, b, c, out) => {
      const loss = sum(view(), n, alpha, a >>> shift, b >>> shift, c ? c >>> shift : undefined)
      if (out !== 0) views().float64[out >>> 3] = loss
    }
  return {
    ...{ ssoftmaxCrossEntropy: softmax(single, 2), dsoftmaxCrossEntropy: softmax(double, 3) },
    ...{ slogistic: margins(single, 2, logistic), dlogistic: margins(double, 3, logistic) },
    ...{ sexponential: margins(single, 2, exponential), dexponential: margins(double, 3, exponential) },
    ...{ slogSumExp: margins(single, 2, logSumExp), dlogSumExp: margins(double, 3, logSumExp) },
  }
}

/** e^x, where a weight below e^-700 counts as nothing. */
function weight(x: number): number {
  return x < -700 ? 0 : exp(x)
}

/**
 * `alpha sum_p (S_p log sum_k e^(z_kp) - sum_k y_kp z_kp)` with `S_p = sum_k y_kp`; gradient `alpha (S_p softmax(z_p) - y_p)`.
 * Row-major (m, n), a column a sample.
 *
 * With the first largest logit z_t taken out, `rest = sum over k other than t of e^(z_k - z_t)`, a sample's loss is
 * `S log(1 + rest) - sum y_k (z_k - z_t)`; its gradient is `s e^(z_k - z_t) - y_k`, `s = S / (1 + rest)`, and for t itself
 * `(S - y_t) - s rest`: nothing cancels where one class has all the weight.
 */
function softmaxCrossEntropy(
  x: Elements,
  m: number,
  n: number,
  alpha: number,
  a: number,
  b: number,
  gradient: number | undefined,
): number {
  let sum = 0
  for (let p = 0; p < n && m > 0; p++) {
    let top = x[a + p]
    let which = 0
    for (let k = 1; k < m; k++) {
      const z = x[a + k * n + p]
      if (top < z) {
        top = z
        which = k
      }
    }
    // 0; NaN where the largest logit is not finite, which spoils everything that follows, as it should.
    let rest = top - top
    let share = 0
    let chosen = 0
    for (let k = 0; k < m; k++) {
      const d = x[a + k * n + p] - top
      const y = x[b + k * n + p]
      if (k !== which) rest += weight(d)
      share += y
      // 0 * -Infinity is nothing, not NaN.
      if (y !== 0) chosen += y * d
    }
    if (gradient !== undefined) {
      const scale = share / (1 + rest)
      for (let k = 0; k < m; k++) {
        const at = k * n + p
        const y = x[b + at]
        const g = k === which ? share - y - scale * rest : scale * weight(x[a + at] - top) - y
        x[gradient + at] = alpha * g
      }
    }
    sum += share * log1p(rest) - chosen
  }
  return alpha * sum
}

/** `alpha sum log(1 + e^(-t))`, `t = b a`; gradient `-alpha b / (1 + e^t)`, both through e^(-|t|). */
function logistic(x: Elements, n: number, alpha: number, a: number, b: number, gradient: number | undefined): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const y = x[b + i]
    const t = y * x[a + i]
    const e = weight(-Math.abs(t))
    sum += (t < 0 ? -t : 0) + log1p(e)
    if (gradient !== undefined) x[gradient + i] = -alpha * y * ((t < 0 ? 1 : e) / (1 + e))
  }
  return alpha * sum
}

/** `alpha sum e^(-b a)`; gradient `-alpha b e^(-b a)`. */
function exponential(
  x: Elements,
  n: number,
  alpha: number,
  a: number,
  b: number,
  gradient: number | undefined,
): number {
  return alpha * weights(x, n, alpha, a, b, gradient, 0, 1)
}

/** `alpha (top + log sum e^(-b a - top))` with `top = max -b a`; gradient `-alpha b softmax(-b a)`. */
function logSumExp(x: Elements, n: number, alpha: number, a: number, b: number, gradient: number | undefined): number {
  let top = -Infinity
  // NaN compares with nothing, and shows in the sum.
  for (let i = 0; i < n; i++) if (top < -(x[b + i] * x[a + i])) top = -(x[b + i] * x[a + i])
  const sum = weights(x, n, alpha, a, b, undefined, top, 1)
  if (gradient !== undefined) weights(x, n, alpha, a, b, gradient, top, sum)
  return alpha * (top + log(sum))
}

/** `sum e^(-b a - top)`; the gradient is `(-alpha b) (e^(-b a - top) / whole)`. */
function weights(
  x: Elements,
  n: number,
  alpha: number,
  a: number,
  b: number,
  gradient: number | undefined,
  top: number,
  whole: number,
): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const y = x[b + i]
    const e = weight(-(y * x[a + i]) - top)
    sum += e
    if (gradient !== undefined) x[gradient + i] = -alpha * y * (e / whole)
  }
  return sum
}
