// Everyone, in the order of the tables.
import type { Adapter } from './adapter.js'
import { deeplinear } from './deeplinear.js'
import { jaxJs } from './jax-js.js'
import { mlMatrix } from './ml-matrix.js'
import { numericJs } from './numeric.js'
import { numpyTs } from './numpy-ts.js'
import { ort } from './ort.js'
import { naive, tile } from './plain.js'
import { tfjs } from './tfjs.js'

export const adapters: readonly Adapter[] = [
  ...deeplinear,
  numpyTs,
  ...tfjs,
  ort,
  jaxJs,
  mlMatrix,
  numericJs,
  tile,
  naive,
]

/** Those who run in a page as they come. */
export const inPages: readonly Adapter[] = [...deeplinear, numpyTs, tfjs[0], ort, tile, naive]
