// The symmetric eigendecomposition: the engine under test, the same bits in TypeScript, and ml-matrix, which works in float64 only.
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix'
import { createEngineSync, type DType, type Engine } from '../src/index.js'
import { key } from '../src/random/key.js'
import { normal } from '../src/random/normal.js'
import type { Case, Contender } from './measure.js'

const SAME_BITS = 'TypeScript, same bits'
const ML_MATRIX = 'ml-matrix, float64'

/** Values and vectors of a random symmetric (n, n) matrix; 9 n^3 is the usual count of flops. */
export function eigh(ours: Engine, n: number, dtype: DType): Case {
  const label = `wasm ${ours.info.build}`
  const on = (engine: Engine, name: string): Contender => {
    const a = engine.matrix([n, n], randomSymmetric(n), { dtype })
    return { name, run: () => engine.eigh(a).vectors.dispose() }
  }
  const peer = (): Contender => {
    const data = randomSymmetric(n)
    const a = new MlMatrix(Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * n, (i + 1) * n))))
    return { name: ML_MATRIX, run: () => void new EigenvalueDecomposition(a, { assumeSymmetric: true }) }
  }
  const contenders = [
    { name: label, make: () => on(ours, label) },
    { name: SAME_BITS, make: () => on(createEngineSync({ backend: 'typescript' }), SAME_BITS) },
    { name: ML_MATRIX, make: peer },
  ]
  return { suite: 'linalg', name: `eigh ${n}`, dtype, flops: 9 * n ** 3, contenders }
}

function randomSymmetric(n: number): Float64Array {
  const data = normal(key(1), n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j]
  return data
}
