// The kernel interface: what an executor offers to the engine. Two stand behind it: the WebAssembly binary (wasm.ts) and
// the pure TypeScript reference (reference/), which is both the oracle and the production fallback. Both work on byte
// offsets into one linear memory and obey the numeric contract of assembly/README.md.

/** Element type of a matrix. */
export type DType = 'float32' | 'float64'

/** Byte offset into linear memory. */
export type Pointer = number

/** Bytes at the beginning of linear memory that nobody is given: the tables of the elementary functions lie there. */
export const RESERVED_BYTES = 4096

/** Where in them the kernels find which tile gemm is built of, one byte: 1 for six rows, 0 for four. Only the relaxed build reads it. */
export const TILE_CHOICE = 32

/** Bytes of an element. */
export function elementBytes(dtype: DType): 4 | 8 {
  return dtype === 'float64' ? 8 : 4
}

/** The memory that kernels work on. `grow` replaces `buffer`: every view over the old one is dead afterwards. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer
  /** Grow to at least `byteLength` bytes; false when refused, with nothing changed. */
  grow(byteLength: number): boolean
  /** What the host threw when it last refused to grow. */
  readonly refusal?: unknown
}

type Gemm = (
  trans: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Pointer,
  lda: number,
  b: Pointer,
  ldb: number,
  beta: number,
  c: Pointer,
  ldc: number,
  work: Pointer,
) => void

type Gemv = (
  trans: number,
  m: number,
  n: number,
  alpha: number,
  a: Pointer,
  lda: number,
  x: Pointer,
  incx: number,
  beta: number,
  y: Pointer,
  incy: number,
) => void

type Ger = (
  m: number,
  n: number,
  alpha: number,
  x: Pointer,
  incx: number,
  y: Pointer,
  incy: number,
  a: Pointer,
  lda: number,
) => void

type Binary = (n: number, a: Pointer, b: Pointer, c: Pointer) => void
type TwoVectors = (n: number, x: Pointer, incx: number, y: Pointer, incy: number) => void
type Reduce = (n: number, x: Pointer, incx: number) => number

type Gather = (m: number, n: number, a: Pointer, lda: number, index: Pointer, c: Pointer) => void
type Axpby = (n: number, alpha: number, x: Pointer, beta: number, y: Pointer) => void
type Adam = (n: number, m: Pointer, v: Pointer, g: Pointer, cells: Pointer) => void
type RmsProp = (n: number, v: Pointer, g: Pointer, cells: Pointer) => void
type LeakyRelu = (n: number, alpha: number, a: Pointer, c: Pointer) => void
type LeakyReluGradient = (n: number, alpha: number, a: Pointer, b: Pointer, c: Pointer) => void

type QrFactor = (m: number, n: number, a: Pointer, lda: number, tau: Pointer, work: Pointer, nb: number) => void
type QrForm = (
  m: number,
  n: number,
  k: number,
  a: Pointer,
  lda: number,
  tau: Pointer,
  work: Pointer,
  nb: number,
) => void

type Trsm = (
  flags: number,
  m: number,
  n: number,
  alpha: number,
  a: Pointer,
  lda: number,
  b: Pointer,
  ldb: number,
  work: Pointer,
) => void
type Cholesky = (n: number, a: Pointer, lda: number, work: Pointer) => number
type LuFactor = (m: number, n: number, a: Pointer, lda: number, pivots: Pointer, work: Pointer) => number
type Tridiagonal = (n: number, a: Pointer, lda: number, d: Pointer, e: Pointer, tau: Pointer, work: Pointer) => void
type TridiagonalForm = (
  n: number,
  a: Pointer,
  lda: number,
  tau: Pointer,
  q: Pointer,
  ldq: number,
  work: Pointer,
) => void
type RotatePanel = (panel: Pointer, sweeps: Pointer, count: number, rotations: Pointer) => void

type Bidiagonalize = (
  m: number,
  n: number,
  a: Pointer,
  lda: number,
  d: Pointer,
  e: Pointer,
  tauq: Pointer,
  taup: Pointer,
  work: Pointer,
  nb: number,
) => void

type BidiagonalQr = (
  n: number,
  d: Pointer,
  e: Pointer,
  vt: Pointer,
  ldv: number,
  work: Pointer,
  batch: number,
  most: number,
) => number

type CopyMatrix = (
  trans: number,
  m: number,
  n: number,
  alpha: number,
  a: Pointer,
  lda: number,
  b: Pointer,
  ldb: number,
) => void

type Normal = (n: number, k0: number, k1: number, step: number, alpha: number, c: Pointer) => void
/** A loss of margins b a: gradient to c, value to the float64 cell `out`; 0 where one is not wanted. */
export type MarginLoss = (n: number, alpha: number, a: Pointer, b: Pointer, c: Pointer, out: Pointer) => void
type SoftmaxLoss = (m: number, n: number, alpha: number, a: Pointer, b: Pointer, c: Pointer, out: Pointer) => void

/** The kernels of one executor, named as their exports; `s` is float32, `d` is float64. See assembly/README.md. */
export interface Kernels {
  sgemmPacked: Gemm
  dgemmPacked: Gemm
  sgemmDirect: Gemm
  dgemmDirect: Gemm
  sgemv: Gemv
  dgemv: Gemv
  sger: Ger
  dger: Ger
  sdot: (n: number, x: Pointer, incx: number, y: Pointer, incy: number) => number
  ddot: (n: number, x: Pointer, incx: number, y: Pointer, incy: number) => number
  snrm2: Reduce
  dnrm2: Reduce
  sasum: Reduce
  dasum: Reduce
  isamax: Reduce
  idamax: Reduce
  saxpy: (n: number, alpha: number, x: Pointer, incx: number, y: Pointer, incy: number) => void
  daxpy: (n: number, alpha: number, x: Pointer, incx: number, y: Pointer, incy: number) => void
  sscal: (n: number, alpha: number, x: Pointer, incx: number) => void
  dscal: (n: number, alpha: number, x: Pointer, incx: number) => void
  scopy: TwoVectors
  dcopy: TwoVectors
  sswap: TwoVectors
  dswap: TwoVectors
  sadd: Binary
  dadd: Binary
  ssub: Binary
  dsub: Binary
  smul: Binary
  dmul: Binary
  sfill: (n: number, value: number, x: Pointer) => void
  dfill: (n: number, value: number, x: Pointer) => void
  ssumsq: (n: number, x: Pointer) => number
  dsumsq: (n: number, x: Pointer) => number
  snonfinite: (n: number, x: Pointer) => number
  dnonfinite: (n: number, x: Pointer) => number
  /** Columns of a by int32 numbers. */
  sgather: Gather
  dgather: Gather
  /** y := alpha x + beta y. */
  saxpby: Axpby
  daxpby: Axpby
  /** x := min(max(x, -limit), limit). */
  sclamp: (n: number, limit: number, x: Pointer) => void
  dclamp: (n: number, limit: number, x: Pointer) => void
  /** Moments m and v take in the gradient g, which becomes the direction; seven float64 cells. */
  sadam: Adam
  dadam: Adam
  /** The mean square v takes in the gradient g, which becomes the direction; three float64 cells. */
  srmsprop: RmsProp
  drmsprop: RmsProp
  /** c := a where a > 0, else alpha a. */
  sleakyRelu: LeakyRelu
  dleakyRelu: LeakyRelu
  /** c := b where a > 0, else alpha b. */
  sleakyReluGradient: LeakyReluGradient
  dleakyReluGradient: LeakyReluGradient
  /** c := b (1 - a^2). */
  stanhGradient: Binary
  dtanhGradient: Binary
  /** Householder QR in place: R above, reflectors below the diagonal, panels of `nb` columns. */
  sgeqrf: QrFactor
  dgeqrf: QrFactor
  /** The first n columns of Q in place of the reflectors that geqrf left in k columns. */
  sorgqr: QrForm
  dorgqr: QrForm
  /** op(A) X = alpha B or X op(A) = alpha B over B; flags: 1 transposed, 2 upper, 4 unit diagonal, 8 right. */
  strsm: Trsm
  dtrsm: Trsm
  /** L over A = L L'; 0, or 1 + the index of the first pivot that is not positive. */
  spotrf: Cholesky
  dpotrf: Cholesky
  /** P A = L U over A, pivots as i32; 0, or 1 + the index of the first pivot that is zero. */
  sgetrf: LuFactor
  dgetrf: LuFactor
  /** Q' A Q = T: d and e in float64, reflections in the rows of A. */
  ssytrd: Tridiagonal
  dsytrd: Tridiagonal
  /** Q of sytrd. */
  sorgtr: TridiagonalForm
  dorgtr: TridiagonalForm
  /** QR sweeps on T that write their rotations down; 0 done, 1 call again, 2 the cap was reached. */
  dsteqrSweeps: (
    d: Pointer,
    e: Pointer,
    eps: number,
    limit: number,
    cap: number,
    state: Pointer,
    sweeps: Pointer,
    rotations: Pointer,
  ) => number
  /** Rotate neighbouring lines of 64 bytes. */
  srotatePanel: RotatePanel
  drotatePanel: RotatePanel
  /** The k largest singular values of a bidiagonal matrix by bisection; work: 2 n + 24 float64. */
  dbisect: (n: number, d: Pointer, e: Pointer, k: number, passes: number, values: Pointer, work: Pointer) => void
  /** One-sided Jacobi on the rows of a small X, extra columns turned along; sweeps done, or -1 at the cap. */
  djacobi: (n: number, extra: number, x: Pointer, ld: number, squares: Pointer, maxSweeps: number) => number
  /** A = Q B P' with B upper bidiagonal, m >= n: reflectors in place, d and e float64. */
  sgebrd: Bidiagonalize
  dgebrd: Bidiagonalize
  /** Singular values of a bidiagonal matrix; its right rotations on the rows of Vt. The number of sweeps, or -1. */
  sbdsqr: BidiagonalQr
  dbdsqr: BidiagonalQr
  /** B := alpha op(A) out of place. */
  somatcopy: CopyMatrix
  domatcopy: CopyMatrix
  /** c := alpha z, standard normal numbers of the key (k0, k1) folded with `step`. */
  snormal: Normal
  dnormal: Normal
  /** c := tanh(a), computed in float64. */
  stanh: (n: number, a: Pointer, c: Pointer) => void
  dtanh: (n: number, a: Pointer, c: Pointer) => void
  /** alpha times the cross-entropy of softmax over the rows of a (m, n) against b. */
  ssoftmaxCrossEntropy: SoftmaxLoss
  dsoftmaxCrossEntropy: SoftmaxLoss
  /** alpha sum log(1 + e^(-b a)), alpha sum e^(-b a), alpha log sum e^(-b a). */
  slogistic: MarginLoss
  dlogistic: MarginLoss
  sexponential: MarginLoss
  dexponential: MarginLoss
  slogSumExp: MarginLoss
  dlogSumExp: MarginLoss
  /** Run `count` op records once. */
  planStep: (ops: Pointer, count: number, work: Pointer) => void
  /** Run `count` op records `steps` times. */
  planRun: (ops: Pointer, count: number, steps: number, work: Pointer) => void
}
