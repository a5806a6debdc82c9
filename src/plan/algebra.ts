// Ops of linear algebra as records: products, sums and scalars. Shapes and aliasing are checked here, so that neither interpreter checks
// anything; the gemm path is chosen here, so that no step chooses it again.
import type { Matrix, Operand } from '../engine/matrix.js'
import { OptionError, ShapeError } from '../errors.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import { PlanRecords } from './records.js'
import type { ScalarSlot } from './slot.js'

/** A product `c := alpha a b + beta c`. Without `c` the result goes to a new temporary of the plan. */
export interface GemmArguments {
  a: Operand
  b: Operand
  alpha?: ScalarSlot | number
  beta?: ScalarSlot | number
  c?: Matrix
}

/** Writes ops of linear algebra. */
export abstract class AlgebraRecords extends PlanRecords {
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

  /** y := x. */
  copy(x: Matrix, y?: Matrix): Matrix {
    this.check(x, 'x')
    const out = y ?? this.temporary(x.rows, x.cols)
    this.checkShape(out, x.rows, x.cols, 'y')
    this.emit('copy', { n: x.size, a: x.pointer, c: out.pointer })
    return out
  }

  /** The elements of x, row by row, as another shape; a copy. */
  reshape(x: Matrix, rows: number, cols: number): Matrix {
    this.check(x, 'x')
    if (rows * cols !== x.size) {
      throw new ShapeError(
        `${x.rows} x ${x.cols} has ${x.size} elements, ${rows} x ${cols} would have ${rows * cols}`,
        {
          argument: 'x',
        },
      )
    }
    const out = this.temporary(rows, cols)
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

  #elementwise(name: 'add' | 'sub' | 'mul', a: Matrix, b: Matrix, c: Matrix | undefined): Matrix {
    this.check(a, 'a')
    this.checkShape(b, a.rows, a.cols, 'b')
    const out = c ?? this.temporary(a.rows, a.cols)
    this.checkShape(out, a.rows, a.cols, 'c')
    this.emit(name, { n: a.size, a: a.pointer, b: b.pointer, c: out.pointer })
    return out
  }
}
