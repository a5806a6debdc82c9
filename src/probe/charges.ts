// The charges of the symmetry W_l -> A W_l, W_{l+1} -> W_{l+1} A^-1 between neighbouring layers, l = 1..L-1:
//
//   D_l = W_{l+1}' W_{l+1} / eta_{l+1} - W_l W_l' / eta_l      of the weights, (n_l, n_l), symmetric
//   N_l = W_{l+1}' V_{l+1} / eta_{l+1} - V_l W_l' / eta_l      of the velocities V_l of an optimizer with momentum, not symmetric
//   K_l = V_{l+1}' V_{l+1} / eta_{l+1} - V_l V_l' / eta_l      the kinetic term that moves both, symmetric
//
// with b_l b_l', c_l b_l' and c_l c_l' (c_l the velocity of the bias) added to the second products where layer l has a bias. Traces and diagonals
// are sums of products of entries; only the matrices themselves are products of matrices, and are formed once a frame.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { layersOf } from '../network/layers-of.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import { columnProducts, rowProducts, trace } from './norms.js'
import { biasesOf, checkLayer } from './parts.js'
import type { Probe, ProbeContext } from './probe.js'

/** Options of `noetherCharges`. */
export interface NoetherChargesOptions {
  /** `'trace'` (default): `tr D_l`. `'neurons'`: the diagonal, one charge for each neuron. `'matrix'`: all of `D_l`, row by row. */
  form?: 'trace' | 'neurons' | 'matrix'
  /** `'weights'` (default): D_l. `'velocities'`: N_l, of an optimizer with momentum (it may be 0). `'kinetic'`: K_l, of the same. */
  of?: 'weights' | 'velocities' | 'kinetic'
  /** Only the charge of layers l and l+1, 1 .. L-1. Default: all, one after the other. */
  layer?: number
  /** Learning rates `eta_1 .. eta_L` of the layers, relative to each other, > 0. Default: all 1. */
  rates?: readonly number[]
}

/**
 * Noether charges `D_l = W_{l+1}' W_{l+1} - W_l W_l'`, which gradient flow conserves and weight decay lambda damps as `e^(-2 lambda t)`; gradient
 * descent moves them by `eta^2 (G_{l+1}' G_{l+1} - G_l G_l')` a step. With velocities, `N_l = W_{l+1}' V_{l+1} - V_l W_l'` and
 * `K_l = V_{l+1}' V_{l+1} - V_l V_l'`, from which `chargeRecorder` of `deeplinear/theory` carries D_l and N_l along exactly.
 *
 * Shape: (L-1) traces; (n_1 + ... + n_{L-1}) neurons; (n_1^2 + ... + n_{L-1}^2) entries. With `layer` (1), (n_l) and (n_l, n_l). For activations that
 * are homogeneous, such as ReLU, only traces and neurons are charges. On a Gram network there are traces of weights only.
 * @throws {RangeArgError} a layer out of range, a rate that is not positive
 * @throws {ShapeError} another number of rates than layers
 * @throws {OptionError} a network without layers, or an optimizer without velocities
 * @example
 * probes.noetherCharges({ form: 'neurons', layer: 1 })
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716
 */
export function noetherCharges(options?: NoetherChargesOptions): Probe<'noetherCharges', Float64Array> {
  const given = checkOptions(options, 'noetherCharges', ['form', 'of', 'layer', 'rates'])
  const form = checkChoice(given.form ?? 'trace', 'form', ['trace', 'neurons', 'matrix'])
  const of = checkChoice(given.of ?? 'weights', 'of', ['weights', 'velocities', 'kinetic'])
  const layer = given.layer === undefined ? undefined : checkInteger(given.layer, 'layer', { min: 1 })
  const rates = given.rates === undefined ? undefined : readRates(given.rates)
  return {
    name: 'noetherCharges',
    shape(net) {
      const widths = chosenLayers(net, layer).map((l) => net.sizes[l])
      if (form === 'trace') return [widths.length]
      if (form === 'neurons') return [widths.reduce((sum, width) => sum + width, 0)]
      if (layer !== undefined) return [widths[0], widths[0]]
      return [widths.reduce((sum, width) => sum + width * width, 0)]
    },
    emit(p, context) {
      const { net } = context
      if (rates !== undefined && rates.length !== net.depth) {
        throw new ShapeError(`rates must hold ${net.depth} numbers, one a layer, got ${rates.length}`, {
          argument: 'rates',
        })
      }
      const inverse = rates?.map((rate) => 1 / rate) ?? new Array<number>(net.depth).fill(1)
      if (net.kind === 'gram' && form === 'trace' && of === 'weights') {
        chosenLayers(net, layer)
        return () => Float64Array.of(inverse[1] * trace(net.c1) - inverse[0] * trace(net.c2))
      }
      const emitOne = { trace: emitTrace, neurons: neuronCharges, matrix: emitMatrix }[form]
      const pairs = pairsOf(context, of)
      const read = chosenLayers(net, layer).map((l) => emitOne(p, pairs[l - 1], inverse[l - 1], inverse[l], context))
      return () => {
        const parts = read.map((one) => one())
        const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
        let offset = 0
        for (const part of parts) {
          all.set(part, offset)
          offset += part.length
        }
        return all
      }
    },
  }
}

/** What the charge of layers l and l+1 is made of: `above' of W_{l+1}` minus `below of W_l'` minus the same of the bias. */
export interface ChargePair {
  readonly layer: number
  /** W_{l+1}, and itself or its velocity; the velocity twice for K_l. */
  readonly above: readonly [Matrix, Matrix]
  /** The same of W_l, the other way round; the same of b_l. */
  readonly below: readonly (readonly [Matrix, Matrix])[]
}

/** The pairs of neighbouring layers l = 1 .. L-1. @throws {OptionError} a network without layers, an optimizer without velocities */
export function pairsOf(
  { net, optimizerState }: ProbeContext,
  of: 'weights' | 'velocities' | 'kinetic',
  probe = 'noetherCharges',
): ChargePair[] {
  const weights = layersOf(net, `probes.${probe}`)
  const biases = biasesOf(net)
  const partner = (matrix: Matrix, name: string): Matrix => {
    if (of === 'weights') return matrix
    const velocity = optimizerState.find((part) => part.name === `velocity ${name}`)?.matrix
    if (velocity !== undefined) return velocity
    throw new OptionError(
      `of: '${of}' needs an optimizer that keeps velocities, such as momentum(); this one keeps none`,
      { argument: 'of' },
    )
  }
  return weights.slice(1).map((above, i) => {
    const layer = i + 1
    const bias = biases[i]
    const pair = (matrix: Matrix, name: string): [Matrix, Matrix] => {
      const moved = partner(matrix, name)
      return [moved, of === 'kinetic' ? moved : matrix]
    }
    const below = [pair(weights[i], `W_${layer}`)]
    if (bias !== undefined) below.push(pair(bias, `b_${layer}`))
    const [velocity, own] = pair(above, `W_${layer + 1}`)
    return { layer, above: [own, velocity], below }
  })
}

const formed = new WeakMap<ProbeContext, Map<string, Matrix>>()

/** D_l, N_l or K_l, formed at most once a frame for all probes of a run; u and v are 1 / eta_l and 1 / eta_{l+1}. */
export function chargeMatrix(
  p: PlanBuilder,
  { layer, above, below }: ChargePair,
  u: number,
  v: number,
  context: ProbeContext,
): Matrix {
  let known = formed.get(context)
  if (known === undefined) {
    known = new Map()
    formed.set(context, known)
  }
  const key = `${layer} ${above[0].pointer} ${above[1].pointer} ${u} ${v}`
  let charge = known.get(key)
  if (charge === undefined) {
    charge = p.note(`charge of W_${layer}, W_${layer + 1}`).gemm({ alpha: v, a: above[0].T, b: above[1] })
    for (const [x, y] of below) p.gemm({ alpha: -u, a: x, b: y.T, beta: 1, c: charge })
    known.set(key, charge)
  }
  return charge
}

type EmitCharge = (p: PlanBuilder, pair: ChargePair, u: number, v: number, context: ProbeContext) => () => Float64Array

const emitMatrix: EmitCharge = (...all) => {
  const charge = chargeMatrix(...all)
  return () => new Float64Array(charge.view())
}

const emitTrace: EmitCharge = (p, { layer, above, below }, u, v) => {
  p.note(`trace of the charge of W_${layer}, W_${layer + 1}`)
  const [first, ...others] = [above, ...below].map(([x, y]) => p.dot(x, y))
  return () => Float64Array.of(others.reduce((sum, slot) => sum - u * slot.value, v * first.value))
}

const neuronCharges: EmitCharge = (_p, { above, below }, u, v) => {
  return () => {
    const charges = columnProducts(...above).map((value) => v * value)
    for (const [x, y] of below) {
      const products = rowProducts(x, y)
      for (let i = 0; i < charges.length; i++) charges[i] -= u * products[i]
    }
    return charges
  }
}

function chosenLayers(net: Network, layer: number | undefined): number[] {
  if (layer !== undefined) return [checkLayer(layer, net, net.depth - 1)]
  return Array.from({ length: net.depth - 1 }, (_, i) => i + 1)
}

function readRates(rates: unknown): number[] {
  if (!Array.isArray(rates)) {
    throw new DTypeError(`rates must be an array of numbers, got ${describe(rates)}`, { argument: 'rates' })
  }
  return rates.map((rate, l) => checkNumber(rate, `rates[${l}]`, { above: 0 }))
}
