// The plan interpreter of the reference: the op records of ../ops.ts over the kernels that it is given.
import type { Kernels } from '../kernels.js'
import { OP_BYTES, OpCode, Word } from '../ops.js'
import { makeEnsemble } from './ensemble.js'
import { clipFactor } from './optimizer.js'
import type { Views } from './views.js'

/** The two entry points of an interpreter. */
export type PlanKernels = Pick<Kernels, 'planStep' | 'planRun'>

/** Kernels that plans call. */
export type CallableKernels = Omit<Kernels, keyof PlanKernels>

/** Make the interpreter over `kernels`; `views` returns the views of their memory as it is now. */
export function makePlan(kernels: CallableKernels, views: () => Views): PlanKernels {
  const ensemble = makeEnsemble(views)
  const planStep: Kernels['planStep'] = (ops, count, work) => {
    const { int32, float64 } = views()
    for (let record = 0; record < count; record++) {
      const base = (ops + record * OP_BYTES) >> 2
      const word = int32[base + Word.code]
      const wide = (word & 1) === 1
      const pointer = (index: number) => int32[base + index] >>> 0
      const slot = (index: number) => pointer(index) >>> 3
      const m = int32[base + Word.m]
      const n = int32[base + Word.n]
      const a = pointer(Word.a)
      const b = pointer(Word.b)
      const c = pointer(Word.c)
      const lda = int32[base + Word.lda]
      const ldb = int32[base + Word.ldb]
      const ldc = int32[base + Word.ldc]
      const trans = int32[base + Word.trans]
      // A slot that the op does not use has pointer 0, which reads some number and is never used.
      const alpha = float64[slot(Word.alpha)]
      const beta = float64[slot(Word.beta)]
      switch (word >> 1) {
        case OpCode.gemmPacked:
        case OpCode.gemmDirect: {
          const gemm = wide ? kernels.dgemmDirect : kernels.sgemmDirect
          gemm(trans, m, n, int32[base + Word.k], alpha, a, lda, b, ldb, beta, c, ldc, work)
          break
        }
        case OpCode.gemv:
          ;(wide ? kernels.dgemv : kernels.sgemv)(trans, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
          break
        case OpCode.ger:
          ;(wide ? kernels.dger : kernels.sger)(m, n, alpha, a, lda, b, ldb, c, ldc)
          break
        case OpCode.copy:
          ;(wide ? kernels.dcopy : kernels.scopy)(n, a, 1, c, 1)
          break
        case OpCode.fill:
          ;(wide ? kernels.dfill : kernels.sfill)(n, alpha, c)
          break
        case OpCode.scal:
          ;(wide ? kernels.dscal : kernels.sscal)(n, alpha, c, 1)
          break
        case OpCode.axpy:
          ;(wide ? kernels.daxpy : kernels.saxpy)(n, alpha, a, 1, c, 1)
          break
        case OpCode.add:
          ;(wide ? kernels.dadd : kernels.sadd)(n, a, b, c)
          break
        case OpCode.sub:
          ;(wide ? kernels.dsub : kernels.ssub)(n, a, b, c)
          break
        case OpCode.mul:
          ;(wide ? kernels.dmul : kernels.smul)(n, a, b, c)
          break
        case OpCode.sumsq:
          float64[slot(Word.out)] = (wide ? kernels.dsumsq : kernels.ssumsq)(n, a)
          break
        case OpCode.dot:
          float64[slot(Word.out)] = (wide ? kernels.ddot : kernels.sdot)(n, a, 1, b, 1)
          break
        case OpCode.slotAxpy:
          float64[slot(Word.out)] = alpha * float64[a >>> 3] + float64[b >>> 3]
          break
        case OpCode.row:
          ;(wide ? kernels.dcopy : kernels.scopy)(n, a + beta * n * (wide ? 8 : 4), 1, c, 1)
          break
        case OpCode.gather:
          ;(wide ? kernels.dgather : kernels.sgather)(m, n, a, lda, b + beta * n * 4, c)
          break
        case OpCode.axpby:
          ;(wide ? kernels.daxpby : kernels.saxpby)(n, alpha, a, beta, c)
          break
        case OpCode.clamp:
          ;(wide ? kernels.dclamp : kernels.sclamp)(n, alpha, c)
          break
        case OpCode.clipFactor:
          float64[slot(Word.out)] = clipFactor(alpha, float64[a >>> 3])
          break
        case OpCode.adam:
          ;(wide ? kernels.dadam : kernels.sadam)(n, a, b, c, pointer(Word.alpha))
          break
        case OpCode.rmsprop:
          ;(wide ? kernels.drmsprop : kernels.srmsprop)(n, b, c, pointer(Word.alpha))
          break
        case OpCode.leakyRelu:
          ;(wide ? kernels.dleakyRelu : kernels.sleakyRelu)(n, alpha, a, c)
          break
        case OpCode.leakyReluGradient:
          ;(wide ? kernels.dleakyReluGradient : kernels.sleakyReluGradient)(n, alpha, a, b, c)
          break
        case OpCode.tanhGradient:
          ;(wide ? kernels.dtanhGradient : kernels.stanhGradient)(n, a, b, c)
          break
        case OpCode.normal:
          ;(wide ? kernels.dnormal : kernels.snormal)(n, lda, ldb, beta, alpha, c)
          break
        case OpCode.tanh:
          ;(wide ? kernels.dtanh : kernels.stanh)(n, a, c)
          break
        case OpCode.softmaxCrossEntropy: {
          const loss = wide ? kernels.dsoftmaxCrossEntropy : kernels.ssoftmaxCrossEntropy
          loss(m, n, alpha, a, b, c, pointer(Word.out))
          break
        }
        case OpCode.logistic:
          ;(wide ? kernels.dlogistic : kernels.slogistic)(n, alpha, a, b, c, pointer(Word.out))
          break
        case OpCode.exponential:
          ;(wide ? kernels.dexponential : kernels.sexponential)(n, alpha, a, b, c, pointer(Word.out))
          break
        case OpCode.logSumExp:
          ;(wide ? kernels.dlogSumExp : kernels.slogSumExp)(n, alpha, a, b, c, pointer(Word.out))
          break
        case OpCode.copyStrided:
          ;(wide ? kernels.dcopy : kernels.scopy)(n, a, lda, c, ldc)
          break
        default:
          ensemble(base)
      }
    }
  }
  return {
    planStep,
    planRun: (ops, count, steps, work) => {
      for (let step = 0; step < steps; step++) planStep(ops, count, work)
    },
  }
}
