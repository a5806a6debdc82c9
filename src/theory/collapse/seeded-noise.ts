// Noise of a stream: a row of standard normal numbers a step, from a seed or as given.
import { describe } from '../../check.js'
import { OptionError, ShapeError } from '../../errors.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { checkNumbers } from '../numerics/arrays.js'

/** A row of `width` numbers for step 0, 1, ... */
export type NoiseRows = (step: number) => Float64Array

/**
 * Rows of `normal(foldIn(key(seed), step), width)`, or rows of `given`, which holds them for all steps.
 * @param scale factor of normal numbers; what is given is taken as it is
 */
export function noiseRows(
  seed: unknown,
  given: unknown,
  name: string,
  { steps, width, scale = 1 }: { steps: number; width: number; scale?: number },
): NoiseRows {
  if (given !== undefined) {
    if (seed !== undefined) {
      throw new OptionError(`give either seed or ${name}, got both`, { argument: name })
    }
    const rows = checkNumbers(given, name)
    if (rows.length !== steps * width) {
      throw new ShapeError(
        `${name} must hold ${steps} steps of ${width} numbers, ${steps * width} in all, got ${describe(given)}`,
        { argument: name },
      )
    }
    return (step) => rows.subarray(step * width, (step + 1) * width)
  }
  const stream = key((seed ?? 0) as number | bigint)
  return (step) => {
    const row = normal(foldIn(stream, step), width)
    if (scale !== 1) for (let i = 0; i < width; i++) row[i] *= scale
    return row
  }
}
