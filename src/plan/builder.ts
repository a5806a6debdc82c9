// Writing a plan: each method appends one op record. Shapes, element types, aliasing and ownership are checked here, so
// that neither interpreter checks anything; the gemm path is chosen here, so that no step chooses it again.
import { checkChoice, checkInteger, describe } from '../check.js'
import { assertSameDType, assertSameEngine, EngineCore } from '../engine/core.js'
import { Matrix, type Operand } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import type { DType } from '../kernels/kernels.js'
import { OP_WORDS, OpCode, type OpName, Word } from '../kernels/ops.js'
import { Plan, type PlanHead } from './plan.js'
import { type ScalarSlot, SlotPool } from './slot.js'

/** A product `c := alpha a b + beta c`. Without `c` the result goes to a new temporary of the plan. */
export interface GemmArguments {
  a: Operand
  b: Operand
  alpha?: ScalarSlot | number
  beta?: ScalarSlot | number
  c?: Matrix
}

/**
 * Collects op records over matrices of one engine and one element type.
 * @example
 * const p = new PlanBuilder(engine, 'float64')
 * const product = p.gemm({ a: A, b: B.T })   // a temporary of the plan
 * const plan = p.build()
 * plan.run(1)
 */
export class PlanBuilder {
  readonly engine: EngineCore
  readonly dtype: DType
  readonly #words: number[] = []
  readonly #notes: string[] = []
  readonly #temporaries: { dispose(): void }[] = []
  readonly #operands = new Set<Matrix>()
  readonly #slots: SlotPool
  #scratchBytes = 0
  #head: PlanHead | undefined
  #note = ''
  #built = false

  constructor(engine: EngineCore, dtype: DType) {
    if (!(engine instanceof EngineCore)) {
      throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
    }
    this.engine = engine
    this.dtype = checkChoice(dtype, 'dtype', ['float32', 'float64'])
    this.#slots = new SlotPool(engine)
  }

  /** What the following ops are for; shown when the plan prints itself. */
  note(text: string): this {
    this.#note = text
    return this
  }

  /** A matrix that belongs to the plan and is freed with it. */
  temporary(rows: number, cols: number): Matrix {
    checkInteger(rows, 'rows')
    checkInteger(cols, 'cols')
    return this.own(new Matrix(this.engine, rows, cols, this.dtype))
  }

  /** Hand a matrix, or whatever else holds memory, over to the plan: it is freed with it. */
  own<T extends { dispose(): void }>(thing: T): T {
    this.#temporaries.push(thing)
    return thing
  }

  /** A scalar that may be changed between runs, or that ops write. */
  scalar(value = 0): ScalarSlot {
    return this.#slots.scalar(value)
  }

  /** c := alpha a b + beta c; returns c. */
  gemm({ a, b, alpha = 1, beta = 0, c }: GemmArguments): Matrix {
    // Shapes come from the matrices: an operand that somebody made by hand may claim anything.
    const [m, k] = this.#shapeOf(a, 'a')
    const [inner, n] = this.#shapeOf(b, 'b')
    if (inner !== k) {
      throw new ShapeError(`gemm: a is ${m} x ${k}, b is ${inner} x ${n}; the inner sizes differ`, { argument: 'b' })
    }
    const out = c ?? this.temporary(m, n)
    this.#checkShape(out, m, n, 'c')
    if (out === a.matrix || out === b.matrix) {
      throw new OptionError('gemm: c must not be a or b: it would be overwritten while it is read', { argument: 'c' })
    }
    const trans = (a.transposed ? 1 : 0) | (b.transposed ? 2 : 0)
    const path = gemmPath(this.dtype, trans, m, n, k)
    this.#scratchBytes = Math.max(this.#scratchBytes, gemmScratchBytes(this.dtype, trans, m, n, k))
    this.#emit(path === 'packed' ? 'gemmPacked' : 'gemmDirect', {
      trans,
      m,
      n,
      k,
      a: a.matrix.pointer,
      lda: a.matrix.cols,
      b: b.matrix.pointer,
      ldb: b.matrix.cols,
      c: out.pointer,
      ldc: out.cols,
      alpha: this.#pointerOf(alpha),
      beta: this.#pointerOf(beta),
    })
    return out
  }

  /** c := a + b elementwise; c may be a or b. */
  add(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return this.#elementwise('add', a, b, c)
  }

  /** c := a - b elementwise; c may be a or b. */
  subtract(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return this.#elementwise('sub', a, b, c)
  }

  /** c := a * b elementwise (Hadamard); c may be a or b. */
  multiply(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return this.#elementwise('mul', a, b, c)
  }

  /** y := y + alpha x. */
  axpy(alpha: ScalarSlot | number, x: Matrix, y: Matrix): void {
    this.#check(x, 'x')
    this.#checkShape(y, x.rows, x.cols, 'y')
    this.#emit('axpy', { n: x.size, a: x.pointer, c: y.pointer, alpha: this.#pointerOf(alpha) })
  }

  /** y := x. */
  copy(x: Matrix, y?: Matrix): Matrix {
    this.#check(x, 'x')
    const out = y ?? this.temporary(x.rows, x.cols)
    this.#checkShape(out, x.rows, x.cols, 'y')
    this.#emit('copy', { n: x.size, a: x.pointer, c: out.pointer })
    return out
  }

  /** x := alpha x. */
  scale(alpha: ScalarSlot | number, x: Matrix): void {
    this.#check(x, 'x')
    this.#emit('scal', { n: x.size, c: x.pointer, alpha: this.#pointerOf(alpha) })
  }

  /** slot := sum of squares of a, accumulated in float64. */
  sumOfSquares(a: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    this.#check(a, 'a')
    this.#emit('sumsq', { n: a.size, a: a.pointer, out: this.#pointerOf(out) })
    return out
  }

  /** slot := sum of a * b, accumulated in float64. */
  dot(a: Matrix, b: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    this.#check(a, 'a')
    this.#checkShape(b, a.rows, a.cols, 'b')
    this.#emit('dot', { n: a.size, a: a.pointer, b: b.pointer, out: this.#pointerOf(out) })
    return out
  }

  /** slot := alpha a + b, on slots. */
  slotAxpy(
    alpha: ScalarSlot | number,
    a: ScalarSlot,
    b: ScalarSlot | number,
    out: ScalarSlot = this.scalar(),
  ): ScalarSlot {
    this.#emit('slotAxpy', {
      a: this.#pointerOf(a),
      b: this.#pointerOf(b),
      alpha: this.#pointerOf(alpha),
      out: this.#pointerOf(out),
    })
    return out
  }

  /**
   * Say that the records so far have put the end-to-end map of the weights, as they are when the plan starts, into `map`. Whoever needs
   * that map between two runs may then run this head alone, and the rest of the plan later: no product is formed twice.
   */
  publishEndToEnd(map: Matrix): void {
    this.#head ??= { endToEnd: map, count: this.#words.length / OP_WORDS }
  }

  /** Freeze the records into linear memory. The builder is spent. */
  build(): Plan {
    if (this.#built)
      throw new OptionError('this plan was built already; start a new PlanBuilder', { argument: 'build' })
    const plan = new Plan(this.engine, this.dtype, Int32Array.from(this.#words), this.#notes, this.#scratchBytes, {
      operands: this.#operands,
      temporaries: this.#temporaries,
      slots: this.#slots,
      head: this.#head,
    })
    // Only now: where no memory is left for the records, `discard` still frees what was collected.
    this.#built = true
    return plan
  }

  /** Free what was collected so far, when building fails. */
  discard(): void {
    if (this.#built) return
    this.#built = true
    for (const thing of this.#temporaries.splice(0)) thing.dispose()
    this.#slots.dispose()
  }

  #elementwise(name: 'add' | 'sub' | 'mul', a: Matrix, b: Matrix, c: Matrix | undefined): Matrix {
    this.#check(a, 'a')
    this.#checkShape(b, a.rows, a.cols, 'b')
    const out = c ?? this.temporary(a.rows, a.cols)
    this.#checkShape(out, a.rows, a.cols, 'c')
    this.#emit(name, { n: a.size, a: a.pointer, b: b.pointer, c: out.pointer })
    return out
  }

  #shapeOf(operand: Operand, name: string): [number, number] {
    const matrix = operand?.matrix
    this.#check(matrix, name)
    return operand.transposed ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols]
  }

  #check(matrix: Matrix, name: string): void {
    assertSameEngine(this.engine, matrix, name)
    assertSameDType(this.dtype, matrix, name)
    this.#operands.add(matrix)
  }

  #checkShape(matrix: Matrix, rows: number, cols: number, name: string): void {
    this.#check(matrix, name)
    if (matrix.rows !== rows || matrix.cols !== cols) {
      throw new ShapeError(`${name} must be ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, { argument: name })
    }
  }

  #pointerOf(scalar: ScalarSlot | number): number {
    if (typeof scalar === 'number') return this.#slots.constant(scalar).pointer
    if (!this.#slots.owns(scalar)) {
      throw new OptionError(
        `a scalar of a plan must be a number or a slot made by its builder, got ${describe(scalar)}`,
        {
          argument: 'scalar',
        },
      )
    }
    return scalar.pointer
  }

  #emit(name: OpName, fields: Partial<Record<Exclude<keyof typeof Word, 'code'>, number>>): void {
    if (this.#built)
      throw new OptionError('this plan was built or discarded already; start a new PlanBuilder', { argument: 'plan' })
    const record = new Array<number>(OP_WORDS).fill(0)
    record[Word.code] = 2 * OpCode[name] + (this.dtype === 'float64' ? 1 : 0)
    for (const [field, value] of Object.entries(fields)) record[Word[field as keyof typeof Word]] = value
    this.#words.push(...record)
    this.#notes.push(this.#note)
  }
}
