// Writing a plan: each method appends one op record. Shapes, element types, aliasing and ownership are checked here, so
// that neither interpreter checks anything; the gemm path is chosen here, so that no step chooses it again.
import { checkChoice, checkInteger, describe } from '../check.js'
import { assertSameDType, assertSameEngine, EngineCore } from '../engine/core.js'
import { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import { Matrix, type Operand } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import type { DType, Pointer } from '../kernels/kernels.js'
import { OP_WORDS, OpCode, type OpName, Word } from '../kernels/ops.js'
import { checkKey, type Key } from '../random/key.js'
import { type FillRow, type IndexTable, StepFeed } from './feed.js'
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

/** The words of a record by name. */
export type OpFields = Partial<Record<Exclude<keyof typeof Word, 'code'>, number>>

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
  /** Members of the ensemble that the plan is for; 0 for a single network. */
  readonly members: number
  protected readonly words: number[] = []
  protected readonly operands = new Set<Matrix>()
  protected readonly slots: SlotPool
  protected scratchBytes = 0
  readonly #notes: string[] = []
  readonly #temporaries: { dispose(): void }[] = []
  #feed: StepFeed | undefined
  #head: PlanHead | undefined
  #note = ''
  #built = false
  #ticks = false

  constructor(engine: EngineCore, dtype: DType, members = 0) {
    if (!(engine instanceof EngineCore)) {
      throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
    }
    this.engine = engine
    this.dtype = checkChoice(dtype, 'dtype', ['float32', 'float64'])
    this.members = checkInteger(members, 'members', { max: 2 ** 24 })
    this.slots = new SlotPool(engine)
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
    return this.slots.scalar(value)
  }

  /** c := alpha a b + beta c; returns c. */
  gemm({ a, b, alpha = 1, beta = 0, c }: GemmArguments): Matrix {
    // Shapes come from the matrices: an operand that somebody made by hand may claim anything.
    const [m, k] = this.shapeOf(a, 'a')
    const [inner, n] = this.shapeOf(b, 'b')
    if (inner !== k) {
      throw new ShapeError(`gemm: a is ${m} x ${k}, b is ${inner} x ${n}; the inner sizes differ`, { argument: 'b' })
    }
    const out = c ?? this.temporary(m, n)
    this.checkShape(out, m, n, 'c')
    if (out === a.matrix || out === b.matrix) {
      throw new OptionError('gemm: c must not be a or b: it would be overwritten while it is read', { argument: 'c' })
    }
    const trans = (a.transposed ? 1 : 0) | (b.transposed ? 2 : 0)
    const path = gemmPath(this.dtype, trans, m, n, k)
    this.scratchBytes = Math.max(this.scratchBytes, gemmScratchBytes(this.dtype, trans, m, n, k))
    this.emit(path === 'packed' ? 'gemmPacked' : 'gemmDirect', {
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
      alpha: this.pointerOf(alpha),
      beta: this.pointerOf(beta),
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
    this.check(x, 'x')
    this.checkShape(y, x.rows, x.cols, 'y')
    this.emit('axpy', { n: x.size, a: x.pointer, c: y.pointer, alpha: this.pointerOf(alpha) })
  }

  /** y := x. */
  copy(x: Matrix, y?: Matrix): Matrix {
    this.check(x, 'x')
    const out = y ?? this.temporary(x.rows, x.cols)
    this.checkShape(out, x.rows, x.cols, 'y')
    this.emit('copy', { n: x.size, a: x.pointer, c: out.pointer })
    return out
  }

  /** x := alpha x. */
  scale(alpha: ScalarSlot | number, x: Matrix): void {
    this.check(x, 'x')
    this.emit('scal', { n: x.size, c: x.pointer, alpha: this.pointerOf(alpha) })
  }

  /** slot := sum of squares of a, accumulated in float64. */
  sumOfSquares(a: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    this.check(a, 'a')
    this.emit('sumsq', { n: a.size, a: a.pointer, out: this.pointerOf(out) })
    return out
  }

  /** slot := sum of a * b, accumulated in float64. */
  dot(a: Matrix, b: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    this.check(a, 'a')
    this.checkShape(b, a.rows, a.cols, 'b')
    this.emit('dot', { n: a.size, a: a.pointer, b: b.pointer, out: this.pointerOf(out) })
    return out
  }

  /** slot := alpha a + b, on slots. */
  slotAxpy(
    alpha: ScalarSlot | number,
    a: ScalarSlot,
    b: ScalarSlot | number,
    out: ScalarSlot = this.scalar(),
  ): ScalarSlot {
    this.emit('slotAxpy', {
      a: this.pointerOf(a),
      b: this.pointerOf(b),
      alpha: this.pointerOf(alpha),
      out: this.pointerOf(out),
    })
    return out
  }

  /** Scalars that lie one after the other, as ops with several scalars read them. */
  scalars(values: number | readonly number[]): readonly ScalarSlot[] {
    return this.slots.run(typeof values === 'number' ? new Array<number>(values).fill(0) : values)
  }

  /** A learning rate, or one for each step: where several networks train together, each may have its own multiple of it. */
  rate(value: number | FillRow<Float64Array>): ScalarSlot {
    return typeof value === 'number' ? this.scalar(value) : this.feed.scalars(1, value)[0]
  }

  /** out := row `cursor` of a table at `table`, as long as out. Tables belong to `feed`. @internal */
  row(table: Pointer, out: Matrix | readonly ScalarSlot[], cursor: ScalarSlot): void {
    const beta = this.pointerOf(cursor)
    if (out instanceof Matrix) this.emit('row', { n: out.size, a: table, beta, c: out.pointer })
    else this.emit('row', { n: out.length, a: table, beta, c: this.pointerOf(out[0]) }, 'float64')
  }

  /** The columns of `a` whose numbers stand in this step's row of `indices`; a temporary of the plan. */
  gather(a: Matrix, indices: IndexTable): Matrix {
    this.check(a, 'a')
    const { feed } = this
    const out = this.temporary(a.rows, indices.count)
    indices.limit = Math.min(indices.limit, a.cols)
    this.emit('gather', {
      m: a.rows,
      n: indices.count,
      a: a.pointer,
      lda: a.cols,
      b: indices.pointer,
      c: out.pointer,
      beta: this.pointerOf(feed.cursor),
    })
    return out
  }

  /** c := alpha z with standard normal numbers z: `normal(foldIn(key, step), size)` of the step that runs. */
  normal(key: Key, c: Matrix, alpha: ScalarSlot | number = 1): Matrix {
    this.check(c, 'c')
    const { feed } = this
    const [k0, k1] = checkKey(key)
    this.emit('normal', {
      n: c.size,
      c: c.pointer,
      lda: k0 | 0,
      ldb: k1 | 0,
      alpha: this.pointerOf(alpha),
      beta: this.pointerOf(feed.step),
    })
    return c
  }

  /** y := alpha x + beta y, each product rounded. */
  axpby(alpha: ScalarSlot | number, x: Matrix, beta: ScalarSlot | number, y: Matrix): void {
    this.check(x, 'x')
    this.checkShape(y, x.rows, x.cols, 'y')
    const [a, b] = [this.pointerOf(alpha), this.pointerOf(beta)]
    this.emit('axpby', { n: x.size, a: x.pointer, c: y.pointer, alpha: a, beta: b })
  }

  /** x := min(max(x, -limit), limit); NaN stays. */
  clamp(limit: ScalarSlot | number, x: Matrix): void {
    this.check(x, 'x')
    this.emit('clamp', { n: x.size, c: x.pointer, alpha: this.pointerOf(limit) })
  }

  /** slot := min(1, limit / sqrt(square)), NaN of NaN: what brings a vector of squared norm `square` to at most `limit`. */
  clipFactor(limit: ScalarSlot | number, square: ScalarSlot, out: ScalarSlot = this.scalar()): ScalarSlot {
    const [alpha, a] = [this.pointerOf(limit), this.pointerOf(square)]
    this.emit('clipFactor', { alpha, a, out: this.pointerOf(out) })
    return out
  }

  /**
   * m := beta1 m + (1 - beta1) g, v := beta2 v + (1 - beta2) g^2, g := (c1 m) / (sqrt(c2 v) + eps).
   * @param cells seven in a row: beta1, 1 - beta1, beta2, 1 - beta2, eps, c1, c2
   */
  adam(cells: readonly ScalarSlot[], m: Matrix, v: Matrix, g: Matrix): void {
    this.check(g, 'g')
    this.checkShape(m, g.rows, g.cols, 'm')
    this.checkShape(v, g.rows, g.cols, 'v')
    if (m === v || m === g || v === g) {
      throw new OptionError('adam: m, v and g must be three matrices: each has contents of its own', { argument: 'm' })
    }
    const alpha = this.pointerOfRun(cells, 7)
    this.emit('adam', { n: g.size, a: m.pointer, b: v.pointer, c: g.pointer, alpha })
  }

  /**
   * v := rho v + (1 - rho) g^2, g := g / (sqrt(v) + eps).
   * @param cells three in a row: rho, 1 - rho, eps
   */
  rmsprop(cells: readonly ScalarSlot[], v: Matrix, g: Matrix): void {
    this.check(g, 'g')
    this.checkShape(v, g.rows, g.cols, 'v')
    if (v === g) {
      throw new OptionError('rmsprop: v and g must be two matrices: each has contents of its own', { argument: 'v' })
    }
    this.emit('rmsprop', { n: g.size, b: v.pointer, c: g.pointer, alpha: this.pointerOfRun(cells, 3) })
  }

  /** c := z where z > 0, else slope z; c may be z. */
  leakyRelu(slope: number, z: Matrix, c?: Matrix): Matrix {
    this.check(z, 'z')
    const out = c ?? this.temporary(z.rows, z.cols)
    this.checkShape(out, z.rows, z.cols, 'c')
    this.emit('leakyRelu', { n: z.size, a: z.pointer, c: out.pointer, alpha: this.pointerOf(slope) })
    return out
  }

  /** c := g where z > 0, else slope g; c may be g. */
  leakyReluGradient(slope: number, z: Matrix, g: Matrix, c: Matrix = g): Matrix {
    this.check(z, 'z')
    this.checkShape(g, z.rows, z.cols, 'g')
    this.checkShape(c, z.rows, z.cols, 'c')
    const alpha = this.pointerOf(slope)
    this.emit('leakyReluGradient', { n: z.size, a: z.pointer, b: g.pointer, c: c.pointer, alpha })
    return c
  }

  /** c := tanh(z); c may be z. */
  tanh(z: Matrix, c?: Matrix): Matrix {
    this.check(z, 'z')
    const out = c ?? this.temporary(z.rows, z.cols)
    this.checkShape(out, z.rows, z.cols, 'c')
    this.emit('tanh', { n: z.size, a: z.pointer, c: out.pointer })
    return out
  }

  /** c := g (1 - y^2) for y = tanh(z); c may be g. */
  tanhGradient(y: Matrix, g: Matrix, c: Matrix = g): Matrix {
    this.check(y, 'y')
    this.checkShape(g, y.rows, y.cols, 'g')
    this.checkShape(c, y.rows, y.cols, 'c')
    this.emit('tanhGradient', { n: y.size, a: y.pointer, b: g.pointer, c: c.pointer })
    return c
  }

  /**
   * A loss of outputs and targets, summed over the samples and multiplied by `scale`; its gradient goes to `gradient`, its value to `loss`;
   * either may be left out.
   *
   * - `softmaxCrossEntropy`: `sum_p -sum_k y_kp log softmax(z_p)_k`, rows are classes, columns of y sum to 1
   * - `logistic`: `sum log(1 + e^(-y f))`;  `exponential`: `sum e^(-y f)`;  `logSumExp`: `log sum e^(-y f)`
   */
  sampleLoss(
    name: 'softmaxCrossEntropy' | 'logistic' | 'exponential' | 'logSumExp',
    outputs: Matrix,
    targets: Matrix,
    { scale = 1, gradient, loss }: { scale?: ScalarSlot | number; gradient?: Matrix; loss?: ScalarSlot },
  ): void {
    this.check(outputs, 'outputs')
    this.checkShape(targets, outputs.rows, outputs.cols, 'targets')
    if (gradient !== undefined) this.checkShape(gradient, outputs.rows, outputs.cols, 'gradient')
    const { rows, cols } = outputs
    this.emit(name, {
      ...(name === 'softmaxCrossEntropy' ? { m: rows, n: cols } : { n: outputs.size }),
      a: outputs.pointer,
      b: targets.pointer,
      c: gradient?.pointer ?? 0,
      alpha: this.pointerOf(scale),
      out: loss === undefined ? 0 : this.pointerOf(loss),
    })
  }

  /**
   * Say that the records so far have put the end-to-end map of the weights, as they are when the plan starts, into `map`. Whoever needs
   * that map between two runs may then run this head alone, and the rest of the plan later: no product is formed twice.
   */
  publishEndToEnd(map: Matrix): void {
    this.#head ??= { endToEnd: map, count: this.words.length / OP_WORDS }
  }

  /** What TypeScript tells each step: schedules, indices of samples, injected noise. Made on first use. */
  get feed(): StepFeed {
    this.#feed ??= this.own(new StepFeed(this))
    return this.#feed
  }

  /** Freeze the records into linear memory. The builder is spent. */
  build(): Plan {
    if (this.#built)
      throw new OptionError('this plan was built already; start a new PlanBuilder', { argument: 'build' })
    // Once, also where no memory was left for the records and this is another attempt.
    if (!this.#ticks) this.#feed?.emitTick(this)
    this.#ticks = true
    const head = this.#head
    const arranged = this.arrange(this.words, head?.count)
    const plan = new Plan(this.engine, this.dtype, Int32Array.from(this.words), this.#notes, this.scratchBytes, {
      operands: this.operands,
      temporaries: this.#temporaries,
      slots: this.slots,
      head: head && { ...head, count: arranged.head },
      arranged: Int32Array.from(arranged.words),
      feed: this.#feed,
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
    this.slots.dispose()
  }

  /** The records as they are to run, and how many of them the head, the first `head` records, has become. */
  protected arrange(words: readonly number[], head = 0): { words: readonly number[]; head: number } {
    return { words, head }
  }

  #elementwise(name: 'add' | 'sub' | 'mul', a: Matrix, b: Matrix, c: Matrix | undefined): Matrix {
    this.check(a, 'a')
    this.checkShape(b, a.rows, a.cols, 'b')
    const out = c ?? this.temporary(a.rows, a.cols)
    this.checkShape(out, a.rows, a.cols, 'c')
    this.emit(name, { n: a.size, a: a.pointer, b: b.pointer, c: out.pointer })
    return out
  }

  protected shapeOf(operand: Operand, name: string): [number, number] {
    const matrix = operand?.matrix
    this.check(matrix, name)
    return operand.transposed ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols]
  }

  protected check(matrix: Matrix, name: string): void {
    assertSameEngine(this.engine, matrix, name)
    assertSameDType(this.dtype, matrix, name)
    if (matrix instanceof EnsembleMatrix && matrix.members !== this.members) {
      const plan = this.members === 0 ? 'a plan of a single network' : `a plan of ${this.members} members`
      throw new ShapeError(`${name} holds a matrix for each of ${matrix.members} members, this is ${plan}`, {
        argument: name,
      })
    }
    this.operands.add(matrix)
  }

  protected checkShape(matrix: Matrix, rows: number, cols: number, name: string): void {
    this.check(matrix, name)
    if (matrix.rows !== rows || matrix.cols !== cols) {
      throw new ShapeError(`${name} must be ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, { argument: name })
    }
  }

  protected pointerOf(scalar: ScalarSlot | number): number {
    if (typeof scalar === 'number') return this.slots.constant(scalar).pointer
    if (!this.slots.owns(scalar)) {
      throw new OptionError(
        `a scalar of a plan must be a number or a slot made by its builder, got ${describe(scalar)}`,
        {
          argument: 'scalar',
        },
      )
    }
    return scalar.pointer
  }

  /** The pointer to `count` cells that ops read one after the other, as `scalars` makes them. */
  protected pointerOfRun(cells: readonly ScalarSlot[], count: number): number {
    const first = this.pointerOf(cells?.[0])
    if (cells.length !== count || cells.some((cell, i) => this.pointerOf(cell) !== first + 8 * i)) {
      throw new OptionError(`cells must be the ${count} scalars that scalars() made together, in order`, {
        argument: 'cells',
      })
    }
    return first
  }

  /** Append one record. */
  protected emit(name: OpName, fields: OpFields, dtype = this.dtype): void {
    if (this.#built)
      throw new OptionError('this plan was built or discarded already; start a new PlanBuilder', { argument: 'plan' })
    const record = new Array<number>(OP_WORDS).fill(0)
    record[Word.code] = 2 * OpCode[name] + (dtype === 'float64' ? 1 : 0)
    for (const [field, value] of Object.entries(fields)) record[Word[field as keyof typeof Word]] = value
    this.words.push(...record)
    this.#notes.push(this.#note)
  }
}
