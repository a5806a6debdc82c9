// The end-to-end map of a network as it is now.
import type { Matrix } from '../engine/matrix.js'
import { PlanBuilder } from '../plan/builder.js'
import type { NetworkBase } from './network.js'

/** Run the ops of the end-to-end map once and copy the result. */
export function runEndToEnd(net: Pick<NetworkBase, 'engine' | 'dtype' | 'emitEndToEnd'>): Matrix {
  const p = new PlanBuilder(net.engine, net.dtype)
  try {
    const map = net.emitEndToEnd(p)
    const plan = p.build()
    try {
      plan.run(1)
      return net.engine.matrix(map)
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  }
}
