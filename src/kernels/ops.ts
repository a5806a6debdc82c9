// The op codes and the layout of an op record: the contract between the plan builder and both interpreters
// (assembly/plan.ts, reference/plan.ts; a test keeps the three in step).
//
// A record is 64 bytes, sixteen i32 words. Word 0 is `2 * code + (dtype is float64 ? 1 : 0)`: the element type is folded
// into the code, so an interpreter dispatches once. Pointers are byte offsets; scalars are pointers to float64 slots.

/** Words of one op record. */
export const OP_WORDS = 16
/** Bytes of one op record. */
export const OP_BYTES = 64

/** Index of each field in an op record. Unused fields are 0. */
export const Word = {
  code: 0,
  trans: 1,
  m: 2,
  n: 3,
  k: 4,
  a: 5,
  b: 6,
  c: 7,
  lda: 8,
  ldb: 9,
  ldc: 10,
  alpha: 11,
  beta: 12,
  out: 13,
} as const

/** Base op codes; the word in the record is `2 * code + isFloat64`. */
export const OpCode = {
  /** C := alpha op(A) op(B) + beta C, blocked and packed. trans m n k a lda b ldb c ldc alpha beta */
  gemmPacked: 1,
  /** The same for small matrices: operands read in place where their layout allows. */
  gemmDirect: 2,
  /** y := alpha op(A) x + beta y. trans m n a lda b=x ldb=incx c=y ldc=incy alpha beta */
  gemv: 3,
  /** A := A + alpha x y'. m n a=x lda=incx b=y ldb=incy c=A ldc=ld alpha */
  ger: 4,
  /** y := x, contiguous. n a=x c=y */
  copy: 5,
  /** x := alpha everywhere. n c alpha */
  fill: 6,
  /** x := alpha x. n c alpha */
  scal: 7,
  /** y := y + alpha x. n a=x c=y alpha */
  axpy: 8,
  /** c := a + b. n a b c */
  add: 9,
  /** c := a - b. n a b c */
  sub: 10,
  /** c := a * b elementwise. n a b c */
  mul: 11,
  /** slot[out] := sum a_i^2. n a out */
  sumsq: 12,
  /** slot[out] := sum a_i b_i. n a b out */
  dot: 13,
  /** slot[out] := slot[alpha] * slot[a] + slot[b] in float64, two roundings. a b alpha out (a, b slot pointers) */
  slotAxpy: 14,
  /** c := row `cursor` of the table a, n elements. n a beta=cursor c */
  row: 15,
  /** c (m, n) := the columns of a (m, lda) whose numbers are the int32 at b + 4 n cursor. m n a lda b c beta=cursor */
  gather: 16,
  /** c := alpha z, z standard normal numbers of the key (lda, ldb) folded with the step in slot beta. n c lda ldb alpha beta */
  normal: 17,
  /** c := alpha a + beta c. n a c alpha beta */
  axpby: 18,
  /** c := min(max(c, -alpha), alpha); NaN stays. n c alpha */
  clamp: 19,
  /** slot[out] := 1 where sqrt(slot[a]) <= slot[alpha], else slot[alpha] / sqrt(slot[a]), NaN of NaN. a alpha out (a a slot pointer) */
  clipFactor: 20,
  /** Moments m = a and v = b take in the gradient c, which becomes the direction. n a b c alpha = seven cells */
  adam: 21,
  /** The mean square v = b takes in the gradient c, which becomes the direction. n b c alpha = three cells */
  rmsprop: 22,
  /** c := a where a > 0, else alpha a + 0. n a c alpha */
  leakyRelu: 23,
  /** c := b where a > 0, else alpha b. n a b c alpha */
  leakyReluGradient: 24,
  /** c := tanh(a). n a c */
  tanh: 25,
  /** c := b (1 - a^2). n a b c */
  tanhGradient: 26,
  /** Softmax over the m rows of the logits a (m, n) against targets b: loss to slot[out], gradient to c. m n a b c alpha out */
  softmaxCrossEntropy: 27,
  /** sum log(1 + e^(-b a)) to slot[out], gradient to c. n a b c alpha out */
  logistic: 28,
  /** sum e^(-b a) to slot[out], gradient to c. n a b c alpha out */
  exponential: 29,
  /** log(sum e^(-b a)) to slot[out], its gradient to c. n a b c alpha out */
  logSumExp: 30,
  /** C := alpha A B + beta C for every member: assembly/ensemble. trans=flags m n k a b c lda=groups alpha beta (cells) */
  ensembleGemm: 40,
  /** out := sum x_i y_i for every member. m=groups n a=x b=y out=cells */
  ensembleDot: 41,
  /** y := y + alpha x with an alpha a member. m=groups n a=x c=y alpha=cells */
  ensembleAxpy: 42,
  /** x := alpha x with an alpha a member. m=groups n c=x alpha=cells */
  ensembleScal: 43,
  /** out := alpha a + b for every member's cells. trans=flags n=members a b alpha out */
  ensembleSlotAxpy: 44,
  /** Every member's c := a. m=groups n a c */
  ensembleBroadcast: 45,
  /** y := x, elements `lda` and `ldc` apart: a member out of an ensemble, or into it. n a lda c ldc */
  copyStrided: 46,
} as const

/** Bits of `trans` in a record of `ensembleGemm`, above those that transpose. */
export const EnsembleGemmFlag = { sharedA: 4, sharedB: 8, alphaEach: 16, betaEach: 32 } as const
/** What `ensembleGemm` stores, from bit 6 of `trans` on: s; alpha s; C + alpha s; beta C + alpha s. */
export const EnsembleGemmMode = { store: 0, scale: 64, update: 128, both: 192 } as const
/** Bits of `trans` in a record of `ensembleSlotAxpy`: which cells are one a member. */
export const EnsembleSlotFlag = { a: 1, b: 2, alpha: 4 } as const

/** Name of an op. */
export type OpName = keyof typeof OpCode

const NAMES = /* @__PURE__ */ new Map<number, OpName>(
  /* @__PURE__ */ Object.entries(OpCode).map(([name, code]) => [code, name as OpName]),
)

/** The name of a base op code, or undefined for a code that no interpreter knows. */
export function opName(code: number): OpName | undefined {
  return NAMES.get(code)
}
