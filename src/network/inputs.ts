// What networks are applied to, checked.
import { assertSameDType, assertSameEngine } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { ShapeError } from '../errors.js'
import type { NetworkBase } from './network.js'

/** Inputs of a network: a matrix of its engine and element type with n_0 rows. */
export function checkInputs({ engine, dtype, sizes }: NetworkBase, inputs: Matrix): void {
  assertSameEngine(engine, inputs, 'inputs')
  assertSameDType(dtype, inputs, 'inputs')
  if (inputs.rows !== sizes[0]) {
    throw new ShapeError(`inputs must have ${sizes[0]} rows, got ${inputs.rows}`, { argument: 'inputs' })
  }
}
