// Decompositions: the engine under test, the same bits in TypeScript, and, on float64, ml-matrix. Results are disposed inside the
// timed work: that is how a caller must use them.
import { Matrix as MlMatrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix'
import { createEngineSync, type DType, type Engine, type Matrix } from '../src/index.js'
import { key } from '../src/random/key.js'
import { normal } from '../src/random/normal.js'
import type { Case, Contender } from './measure.js'

/** What is measured; `flops` over n^3 are the usual counts for all factors of an (n, n) matrix. */
const WORK = {
  svd: {
    flops: 22,
    ours: (a: Matrix) => {
      const { u, v } = (a.engine as Engine).svd(a)
      u.dispose()
      v.dispose()
    },
    peer: (a: MlMatrix) => void new SingularValueDecomposition(a),
  },
  qr: {
    flops: 8 / 3,
    ours: (a: Matrix) => {
      const { q, r } = (a.engine as Engine).qr(a)
      q.dispose()
      r.dispose()
    },
    peer: (a: MlMatrix) => {
      const factors = new QrDecomposition(a)
      void factors.orthogonalMatrix
      void factors.upperTriangularMatrix
    },
  },
}

/** The suite, for the engine under test. */
export function linalgCases(ours: Engine, dtype: DType): Case[] {
  return [
    ...[64, 128, 256, 512].map((n) => decomposition(ours, 'svd', n, dtype)),
    ...[256, 512].map((n) => decomposition(ours, 'qr', n, dtype)),
  ]
}

/** One decomposition of a random (n, n) matrix. */
function decomposition(ours: Engine, work: keyof typeof WORK, n: number, dtype: DType): Case {
  const { flops, ours: run, peer } = WORK[work]
  const data = () => normal(key(1), n * n)
  const on = (engine: Engine, name: string): Contender => {
    const a = engine.matrix([n, n], data(), { dtype })
    return { name, run: () => run(a) }
  }
  const [mine, sameBits, mlMatrix] = [`wasm ${ours.info.build}`, 'TypeScript, same bits', 'ml-matrix']
  const contenders = [
    { name: mine, make: () => on(ours, mine) },
    { name: sameBits, make: () => on(createEngineSync({ backend: 'typescript' }), sameBits) },
  ]
  if (dtype === 'float64') {
    contenders.push({
      name: mlMatrix,
      make: () => {
        const a = MlMatrix.from1DArray(n, n, Array.from(data()))
        return { name: mlMatrix, run: () => peer(a) }
      },
    })
  }
  // The slowest contender takes seconds for a call: one is enough for a round.
  return { suite: 'linalg', name: `${work} ${n}`, dtype, flops: flops * n ** 3, iterations: 1, contenders }
}
