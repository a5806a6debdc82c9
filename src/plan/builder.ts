// Writing a plan: linear algebra (algebra.ts), and here what training adds to it: what steps are fed, random numbers, update rules,
// activations and losses of samples. Each method appends one op record.
import { Matrix } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import type { Pointer } from '../kernels/kernels.js'
import { checkKey, type Key } from '../random/key.js'
import { AlgebraRecords } from './algebra.js'
import { type FillRow, type IndexTable, StepFeed } from './feed.js'
import type { ScalarSlot } from './slot.js'

/**
 * Collects op records over matrices of one engine and one element type.
 * @example
 * const p = new PlanBuilder(engine, 'float64')
 * const product = p.gemm({ a: A, b: B.T })   // a temporary of the plan
 * const plan = p.build()
 * plan.run(1)
 */
export class PlanBuilder extends AlgebraRecords {
  #feed: StepFeed | undefined
  #ticks = false

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

  /**
   * Indices a step for `gather`, as what `fillOf` gives writes them. Where several networks train together and each draws its own, it is asked for every
   * member.
   */
  indices(count: number, fillOf: (member: number | undefined) => FillRow<Int32Array>): IndexTable {
    return this.feed.indices(count, fillOf(undefined))
  }

  /** The columns of `a` whose numbers stand in this step's row of `indices`; a temporary of the plan. */
  gather(a: Matrix, indices: IndexTable): Matrix {
    this.check(a, 'a')
    const { feed } = this
    const out = this.gathered(a, indices.count)
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

  /** Where gathered columns go. */
  protected gathered(a: Matrix, count: number): Matrix {
    return this.temporary(a.rows, count)
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

  /** What TypeScript tells each step: schedules, indices of samples, injected noise. Made on first use. */
  get feed(): StepFeed {
    this.#feed ??= this.own(new StepFeed(this))
    return this.#feed
  }

  protected override finish(): StepFeed | undefined {
    // Once, also where no memory was left for the records and this is another attempt.
    if (!this.#ticks) this.#feed?.emitTick(this)
    this.#ticks = true
    return this.#feed
  }
}
