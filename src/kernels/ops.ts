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
} as const

/** Name of an op. */
export type OpName = keyof typeof OpCode

const NAMES = new Map<number, OpName>(Object.entries(OpCode).map(([name, code]) => [code, name as OpName]))

/** The name of a base op code, or undefined for a code that no interpreter knows. */
export function opName(code: number): OpName | undefined {
  return NAMES.get(code)
}
