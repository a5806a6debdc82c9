// The gradient of a two-layer network in Gram form, as ops, and what second derivatives make of it. With G = dC/dA the Gram matrices
// move, per unit of time and with the opposite sign, by
//
//   plain      A: C_1 G + G C_2              C_1: A G' + G A'                C_2: A' G + G' A
//   along      the derivative of these along (c_1, a, c_2), with e = G~ along a
//   curvature  H grad C, in the layers W_2: E W_1' + G G' W_2 and W_1: W_2' E + W_1 G' G with E = G~ along C_1 G + G C_2:
//              A: C_1 E + E C_2 + G G' A + A G' G,   C_1: S + S', S = E A' + G G' C_1,   C_2: T + T', T = C_2 G' G + A' E
//
// where G~ is the derivative of G. The first two are linear in G: with -G and -G~ they are the slopes.
import type { Matrix, Operand } from '../engine/matrix.js'
import type { GramNetwork } from '../network/gram.js'
import type { PlanBuilder } from '../plan/builder.js'

/** The state, or a direction in it. */
export interface GramState {
  readonly c1: Matrix
  readonly a: Matrix
  readonly c2: Matrix
}

/** c := sum of products of pairs. */
function sumOfProducts(p: PlanBuilder, pairs: readonly (readonly [Operand, Operand])[]): Matrix {
  const [[a, b], ...rest] = pairs
  const c = p.gemm({ a, b })
  for (const [left, right] of rest) p.gemm({ a: left, b: right, beta: 1, c })
  return c
}

/** The plain lines above. */
export function emitGramGradient(p: PlanBuilder, { c1, a, c2 }: GramNetwork, g: Matrix): GramState {
  return {
    c1: sumOfProducts(p.note('C_1'), [
      [a, g.T],
      [g, a.T],
    ]),
    a: sumOfProducts(p.note('A'), [
      [c1, g],
      [g, c2],
    ]),
    c2: sumOfProducts(p.note('C_2'), [
      [a.T, g],
      [g.T, a],
    ]),
  }
}

/** Their derivative along a direction `d`; `e` is G~ along d.a. */
export function emitGramAlong(p: PlanBuilder, net: GramNetwork, g: Matrix, d: GramState, e: Matrix): GramState {
  const { c1, a, c2 } = net
  return {
    c1: sumOfProducts(p.note('C_1 along'), [
      [d.a, g.T],
      [g, d.a.T],
      [a, e.T],
      [e, a.T],
    ]),
    a: sumOfProducts(p.note('A along'), [
      [d.c1, g],
      [g, d.c2],
      [c1, e],
      [e, c2],
    ]),
    c2: sumOfProducts(p.note('C_2 along'), [
      [d.a.T, g],
      [g.T, d.a],
      [a.T, e],
      [e.T, a],
    ]),
  }
}

/** H grad C as it moves the Gram matrices; `e` is G~ along C_1 G + G C_2. */
export function emitGramCurvature(p: PlanBuilder, { c1, a, c2 }: GramNetwork, g: Matrix, e: Matrix): GramState {
  const gg = p.note('curvature').gemm({ a: g, b: g.T })
  const hh = p.gemm({ a: g.T, b: g })
  return {
    c1: sumOfProducts(p, [
      [e, a.T],
      [a, e.T],
      [gg, c1],
      [c1, gg],
    ]),
    a: sumOfProducts(p, [
      [c1, e],
      [e, c2],
      [gg, a],
      [a, hh],
    ]),
    c2: sumOfProducts(p, [
      [c2, hh],
      [hh, c2],
      [a.T, e],
      [e.T, a],
    ]),
  }
}
