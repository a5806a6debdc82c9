// What local rules of feedback are made of. Each primitive is an objective R of B alone, a the input of a layer and z = W a what it makes of it:
//
//   decay    1/2 |B|^2          dR/dB = B
//   amp      -E a'B z           -E a z'      = -C W'        C = E a a'
//   null     1/2 E |B z|^2      B E z z'     = B W C W'
//   sparse   1/2 E |a'B|^2      E a a' B     = C B
//   self     -tr(B W)           -W'
//
// E is over white noise, C = variance I, in closed form; over noise drawn in every step; or over the activities h_{l-1} of the samples.
// The forward weights are only read: no derivative of R reaches them.
import { checkInteger, checkNumber, checkOptions, describe } from '../../check.js'
import type { Matrix } from '../../engine/matrix.js'
import { OptionError } from '../../errors.js'
import type { PlanBuilder } from '../../plan/builder.js'
import { foldIn, type Key, key } from '../../random/key.js'
import type { AlignmentRule, FeedbackLayer } from './rule.js'

/** What drives a rule: the activities of the layer below, or white noise; its expectation, or that many samples drawn in every step. */
export type FeedbackSignal = 'activity' | { variance?: number; samples?: number; seed?: number | bigint }

/** Coefficients of the primitives, >= 0. */
export interface Primitives {
  readonly decay?: number
  readonly amp?: number
  readonly null?: number
  readonly sparse?: number
  readonly self?: number
}

type CheckedSignal =
  | { readonly kind: 'activity' }
  | { readonly kind: 'white'; readonly variance: number }
  | { readonly kind: 'sampled'; readonly variance: number; readonly samples: number; readonly seed: Key }

/**
 * A rule from its primitives and their defaults.
 * @param options coefficients by name, `rate`, and `signal` where the rule takes one
 */
export function composeRule<K extends keyof Primitives>(
  name: string,
  defaults: Readonly<Record<K, number>>,
  options: unknown,
  takesSignal: boolean,
): AlignmentRule {
  const names = Object.keys(defaults) as K[]
  const given = checkOptions(options as object | undefined, name, [
    ...names,
    'rate',
    ...(takesSignal ? (['signal'] as const) : []),
  ]) as Partial<Record<K | 'rate' | 'signal', unknown>>
  const coefficients: Primitives = Object.fromEntries(
    names.map((primitive) => [primitive, checkNumber(given[primitive] ?? defaults[primitive], primitive, { min: 0 })]),
  )
  const rate = checkNumber(given.rate ?? 1, 'rate', { above: 0 })
  const signal: CheckedSignal = takesSignal ? checkSignal(given.signal) : { kind: 'white', variance: 1 }
  return {
    name,
    own: true,
    rate,
    signal: takesSignal ? signal.kind : 'none',
    description: { rule: name, ...coefficients, rate, ...(takesSignal ? { signal } : {}) },
    emitUpdate(p, layer) {
      p.note(`${name} of B_${layer.layer}`)
      const out = p.copy(layer.feedback)
      p.scale(coefficients.decay ?? 0, out)
      if (signal.kind === 'white') emitExpected(p, layer, coefficients, signal.variance, out)
      else emitSampled(p, layer, coefficients, signal, out)
      return out
    },
  }
}

function checkSignal(given: unknown): CheckedSignal {
  if (given === 'activity') return { kind: 'activity' }
  if (typeof given === 'string') {
    throw new OptionError(`signal must be 'activity' or { variance, samples, seed }, got ${describe(given)}`, {
      argument: 'signal',
    })
  }
  const noise = checkOptions(given as object | undefined, 'signal', ['variance', 'samples', 'seed'])
  const variance = checkNumber(noise.variance ?? 1, 'signal.variance', { above: 0 })
  if (noise.samples === undefined) {
    if (noise.seed === undefined) return { kind: 'white', variance }
    throw new OptionError('signal.seed is for noise that is drawn; give samples as well', { argument: 'signal.seed' })
  }
  const samples = checkInteger(noise.samples, 'signal.samples', { min: 1, max: 2 ** 20 })
  return { kind: 'sampled', variance, samples, seed: key((noise.seed ?? 0) as number | bigint) }
}

/** The primitives of white noise in closed form: C = variance I. */
function emitExpected(
  p: PlanBuilder,
  { weight, feedback }: FeedbackLayer,
  { amp = 0, null: nullify = 0, sparse = 0, self = 0 }: Primitives,
  variance: number,
  out: Matrix,
): void {
  const mirror = amp * variance + self
  if (mirror > 0) p.gemm({ alpha: -mirror, a: weight.T, b: identity(p, weight.rows), beta: 1, c: out })
  if (nullify > 0) {
    const loop = p.gemm({ a: feedback, b: weight })
    p.gemm({ alpha: nullify * variance, a: loop, b: weight.T, beta: 1, c: out })
  }
  if (sparse > 0) p.axpy(sparse * variance, feedback, out)
}

/** The same as means over columns of a: activities, or noise of this step. */
function emitSampled(
  p: PlanBuilder,
  { layer, weight, feedback, below }: FeedbackLayer,
  { amp = 0, null: nullify = 0, sparse = 0 }: Primitives,
  signal: Exclude<CheckedSignal, { kind: 'white' }>,
  out: Matrix,
): void {
  const a =
    signal.kind === 'activity'
      ? below
      : p.normal(foldIn(signal.seed, layer), p.temporary(weight.cols, signal.samples), Math.sqrt(signal.variance))
  const mean = 1 / a.cols
  if (amp > 0 || nullify > 0) {
    const z = p.gemm({ a: weight, b: a })
    if (amp > 0) p.gemm({ alpha: -amp * mean, a, b: z.T, beta: 1, c: out })
    if (nullify > 0) p.gemm({ alpha: nullify * mean, a: p.gemm({ a: feedback, b: z }), b: z.T, beta: 1, c: out })
  }
  if (sparse > 0) p.gemm({ alpha: sparse * mean, a, b: p.gemm({ a: feedback.T, b: a }).T, beta: 1, c: out })
}

/** Transposes a factor on its way through a product. */
function identity(p: PlanBuilder, n: number): Matrix {
  const data = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0))
  return p.own(p.engine.matrix([n, n], data, { dtype: p.dtype }))
}
