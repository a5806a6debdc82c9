// The ops of ensembles in the reference: one record.
import { OpCode, Word } from '../ops.js'
import { makeEnsembleGemm } from './ensemble-gemm.js'
import { ensembleAxpy, ensembleBroadcast, ensembleDot, ensembleScal, ensembleSlotAxpy } from './ensemble-level1.js'
import type { Views } from './views.js'

const same = (x: number) => x

/** Make the function that runs the record at word `base`, if it is one of an ensemble. */
export function makeEnsemble(views: () => Views): (base: number) => void {
  const single = { lanes: 8, shift: 2, gemm: makeEnsembleGemm(8, Math.fround) }
  const double = { lanes: 4, shift: 3, gemm: makeEnsembleGemm(4, same) }
  return (base) => {
    const { int32, float32, float64: cells } = views()
    const code = int32[base + Word.code]
    const wide = (code & 1) === 1
    const { lanes, shift, gemm } = wide ? double : single
    const array = wide ? cells : float32
    const integer = (index: number) => int32[base + index]
    const element = (index: number) => (int32[base + index] >>> 0) >>> shift
    const cell = (index: number) => (int32[base + index] >>> 0) >>> 3
    const [flags, m, n, k] = [integer(Word.trans), integer(Word.m), integer(Word.n), integer(Word.k)]
    const [a, b, c] = [element(Word.a), element(Word.b), element(Word.c)]
    const [alpha, out] = [cell(Word.alpha), cell(Word.out)]
    switch (code >> 1) {
      case OpCode.ensembleGemm:
        gemm(array, cells, flags, m, n, k, integer(Word.lda), alpha, a, b, cell(Word.beta), c)
        break
      case OpCode.ensembleDot:
        ensembleDot(array, cells, lanes, m, n, a, b, out)
        break
      case OpCode.ensembleAxpy:
        ensembleAxpy(array, cells, lanes, m, n, alpha, a, c)
        break
      case OpCode.ensembleScal:
        ensembleScal(array, cells, lanes, m, n, alpha, c)
        break
      case OpCode.ensembleSlotAxpy:
        ensembleSlotAxpy(cells, flags, n, alpha, cell(Word.a), cell(Word.b), out)
        break
      case OpCode.ensembleBroadcast:
        ensembleBroadcast(array, lanes, m, n, a, c)
        break
    }
  }
}
