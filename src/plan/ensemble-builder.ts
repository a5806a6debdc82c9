// A plan builder whose matrices and scalars are one a member. Networks, tasks and update rules that write their ops with it train an ensemble
// without knowing: its temporaries are ensemble matrices, its scalars have a cell a member. A plain matrix is shared by all members: products
// read it as it is, elementwise ops read a copy of it for every member. Ops on single elements run unchanged over the whole block.
import { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import { Matrix } from '../engine/matrix.js'
import { OptionError, ShapeError } from '../errors.js'
import type { Pointer } from '../kernels/kernels.js'
import { EnsembleGemmFlag, EnsembleGemmMode, EnsembleSlotFlag } from '../kernels/ops.js'
import { foldIn, type Key } from '../random/key.js'
import type { GemmArguments } from './algebra.js'
import type { PlanBuilder } from './builder.js'
import { EnsembleOperands, lengthOf } from './ensemble-operands.js'
import type { ScalarSlot } from './slot.js'

/**
 * Writes a plan for all members of an ensemble at once.
 * @example
 * const p = new EnsembleBuilder(engine, 'float32', 1000)
 * const w = p.temporary(4, 4)                  // a 4 x 4 matrix a member
 * const product = p.gemm({ a: w, b: w.T })
 * p.build().run(1)
 */
export class EnsembleBuilder extends EnsembleOperands {
  override gemm({ a, b, alpha = 1, beta = 0, c }: GemmArguments): Matrix {
    const [m, k] = this.shapeOf(a, 'a')
    const [inner, n] = this.shapeOf(b, 'b')
    if (inner !== k) {
      throw new ShapeError(`gemm: a is ${m} x ${k}, b is ${inner} x ${n}; the inner sizes differ`, { argument: 'b' })
    }
    const out = c === undefined ? this.temporary(m, n) : this.written(c, 'c')
    this.checkShape(out, m, n, 'c')
    if (out === a.matrix || out === b.matrix) {
      throw new OptionError('gemm: c must not be a or b: it would be overwritten while it is read', { argument: 'c' })
    }
    if (k === 0) {
      // Nothing to add up: beta C is left.
      if (beta === 0) this.copy(this.zeros(m, n), out)
      else this.scale(this.common(beta, 'beta'), out)
      return out
    }
    const shared = (matrix: Matrix) => !(matrix instanceof EnsembleMatrix)
    const left = a.matrix
    const right = shared(left) ? this.each(b.matrix) : b.matrix
    const mode =
      beta === 0
        ? alpha === 1
          ? EnsembleGemmMode.store
          : EnsembleGemmMode.scale
        : beta === 1
          ? EnsembleGemmMode.update
          : EnsembleGemmMode.both
    this.scratchBytes = Math.max(this.scratchBytes, 32 + 32 * m * n)
    this.emit('ensembleGemm', {
      trans:
        (a.transposed ? 1 : 0) |
        (b.transposed ? 2 : 0) |
        (shared(left) ? EnsembleGemmFlag.sharedA : 0) |
        (shared(right) ? EnsembleGemmFlag.sharedB : 0) |
        (this.perMember(alpha) ? EnsembleGemmFlag.alphaEach : 0) |
        (this.perMember(beta) ? EnsembleGemmFlag.betaEach : 0) |
        mode,
      m,
      n,
      k,
      lda: out.groups,
      a: left.pointer,
      b: right.pointer,
      c: out.pointer,
      alpha: this.pointerOf(alpha),
      beta: this.pointerOf(beta),
    })
    return out
  }

  override add(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return super.add(this.each(a, 'a'), this.each(b, 'b'), c && this.written(c, 'c'))
  }

  override subtract(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return super.subtract(this.each(a, 'a'), this.each(b, 'b'), c && this.written(c, 'c'))
  }

  override multiply(a: Matrix, b: Matrix, c?: Matrix): Matrix {
    return super.multiply(this.each(a, 'a'), this.each(b, 'b'), c && this.written(c, 'c'))
  }

  override axpy(alpha: ScalarSlot | number, x: Matrix, y: Matrix): void {
    const [from, to] = [this.each(x, 'x'), this.written(y, 'y')]
    if (!this.perMember(alpha)) {
      super.axpy(alpha, from, to)
      return
    }
    this.checkShape(to, x.rows, x.cols, 'y')
    this.emit('ensembleAxpy', { ...lengthOf(to), a: from.pointer, c: to.pointer, alpha: this.pointerOf(alpha) })
  }

  override copy(x: Matrix, y?: Matrix): Matrix {
    return super.copy(this.each(x, 'x'), y && this.written(y, 'y'))
  }

  override scale(alpha: ScalarSlot | number, x: Matrix): void {
    const to = this.written(x, 'x')
    if (this.perMember(alpha)) {
      this.emit('ensembleScal', { ...lengthOf(to), c: to.pointer, alpha: this.pointerOf(alpha) })
    } else super.scale(alpha, to)
  }

  override sumOfSquares(a: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    return this.dot(a, a, out)
  }

  override dot(a: Matrix, b: Matrix, out: ScalarSlot = this.scalar()): ScalarSlot {
    const [x, y] = [this.each(a, 'a'), this.each(b, 'b')]
    this.checkShape(b, a.rows, a.cols, 'b')
    this.emit('ensembleDot', { ...lengthOf(x), a: x.pointer, b: y.pointer, out: this.cells(out, 'out') })
    return out
  }

  override slotAxpy(
    alpha: ScalarSlot | number,
    a: ScalarSlot,
    b: ScalarSlot | number,
    out: ScalarSlot = this.scalar(),
  ): ScalarSlot {
    if (![alpha, a, b, out].some((scalar) => this.perMember(scalar))) return super.slotAxpy(alpha, a, b, out)
    this.emit('ensembleSlotAxpy', {
      trans:
        (this.perMember(a) ? EnsembleSlotFlag.a : 0) |
        (this.perMember(b) ? EnsembleSlotFlag.b : 0) |
        (this.perMember(alpha) ? EnsembleSlotFlag.alpha : 0),
      n: this.cellCount,
      a: this.pointerOf(a),
      b: this.pointerOf(b),
      alpha: this.pointerOf(alpha),
      out: this.cells(out, 'out'),
    })
    return out
  }

  /** A row of a table is one for all members. @internal */
  override row(table: Pointer, out: Matrix | readonly ScalarSlot[], cursor: ScalarSlot): void {
    if (!(out instanceof EnsembleMatrix)) {
      super.row(table, out, cursor)
      return
    }
    const shared = this.sharedTemporary(out.rows, out.cols)
    super.row(table, shared, cursor)
    this.broadcast(shared, out)
  }

  override leakyRelu(slope: number, z: Matrix, c: Matrix = this.temporary(z.rows, z.cols)): Matrix {
    return super.leakyRelu(slope, this.each(z, 'z'), this.written(c, 'c'))
  }

  override tanh(z: Matrix, c: Matrix = this.temporary(z.rows, z.cols)): Matrix {
    return super.tanh(this.each(z, 'z'), this.written(c, 'c'))
  }

  override leakyReluGradient(slope: number, z: Matrix, g: Matrix, c: Matrix = g): Matrix {
    return super.leakyReluGradient(slope, this.each(z, 'z'), this.each(g, 'g'), this.written(c, 'c'))
  }

  override tanhGradient(y: Matrix, g: Matrix, c: Matrix = g): Matrix {
    return super.tanhGradient(this.each(y, 'y'), this.each(g, 'g'), this.written(c, 'c'))
  }

  override axpby(alpha: ScalarSlot | number, x: Matrix, beta: ScalarSlot | number, y: Matrix): void {
    super.axpby(this.common(alpha, 'alpha'), this.each(x, 'x'), this.common(beta, 'beta'), this.written(y, 'y'))
  }

  override clamp(limit: ScalarSlot | number, x: Matrix): void {
    super.clamp(this.common(limit, 'limit'), this.written(x, 'x'))
  }

  override adam(cells: readonly ScalarSlot[], m: Matrix, v: Matrix, g: Matrix): void {
    this.common(cells[0], 'cells')
    super.adam(cells, this.written(m, 'm'), this.written(v, 'v'), this.written(g, 'g'))
  }

  override rmsprop(cells: readonly ScalarSlot[], v: Matrix, g: Matrix): void {
    this.common(cells[0], 'cells')
    super.rmsprop(cells, this.written(v, 'v'), this.written(g, 'g'))
  }

  override clipFactor(limit: ScalarSlot | number, square: ScalarSlot, out: ScalarSlot = this.scalar()): ScalarSlot {
    const to = this.cells(out, 'out')
    const cell = (scalar: ScalarSlot | number, member: number) =>
      this.pointerOf(scalar) + (this.perMember(scalar) ? 8 * member : 0)
    for (let member = 0; member < this.members; member++) {
      this.emit('clipFactor', { alpha: cell(limit, member), a: cell(square, member), out: to + 8 * member })
    }
    return out
  }

  /** Member i draws from `foldIn(key, i)`, however many there are. */
  override normal(key: Key, c: Matrix, alpha: ScalarSlot | number = 1): Matrix {
    const to = this.written(c, 'c')
    const noise = this.own(new Matrix(this.engine, c.rows, c.cols, this.dtype))
    for (let member = 0; member < this.members; member++) {
      super.normal(foldIn(key, member), noise, this.common(alpha, 'alpha'))
      this.give(noise, to, member)
    }
    return to
  }

  override sampleLoss(
    name: Parameters<PlanBuilder['sampleLoss']>[0],
    outputs: Matrix,
    targets: Matrix,
    { scale = 1, gradient, loss }: Parameters<PlanBuilder['sampleLoss']>[3],
  ): void {
    const [rows, cols] = [outputs.rows, outputs.cols]
    const from = this.each(outputs, 'outputs')
    const to = gradient === undefined ? undefined : this.written(gradient, 'gradient')
    const [z, y, g] = [0, 1, 2].map(() => this.own(new Matrix(this.engine, rows, cols, this.dtype)))
    const cells = loss === undefined ? 0 : this.cells(loss, 'loss')
    for (let member = 0; member < this.members; member++) {
      this.take(from, member, z)
      if (targets instanceof EnsembleMatrix) this.take(targets, member, y)
      this.memberLoss = loss === undefined ? undefined : cells + 8 * member
      super.sampleLoss(name, z, targets instanceof EnsembleMatrix ? y : targets, {
        scale: this.common(scale, 'scale'),
        gradient: to && g,
        loss,
      })
      if (to !== undefined) this.give(g, to, member)
    }
    this.memberLoss = undefined
  }
}
