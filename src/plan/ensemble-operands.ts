// What ops of an ensemble work on: temporaries and scalars that are one a member, shared matrices and their copies, and how the records of all
// groups are arranged.
import { checkInteger, describe } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import { EnsembleMatrix, groupSize } from '../engine/ensemble-matrix.js'
import { Matrix } from '../engine/matrix.js'
import { OptionError, ShapeError, UnsupportedError } from '../errors.js'
import { type DType, elementBytes, type Pointer } from '../kernels/kernels.js'
import { arrangeEnsemble } from './arrange-ensemble.js'
import { PlanBuilder } from './builder.js'
import type { FillRow, IndexTable, StepFeed } from './feed.js'
import { MemberSlot } from './member-slot.js'
import type { ScalarSlot } from './slot.js'

/** Owns the matrices and the scalars of an ensemble's plan. */
export abstract class EnsembleOperands extends PlanBuilder {
  readonly #memberSlots = new WeakSet<object>()
  /** Copies for every member of shared matrices that do not change while the plan lives. */
  readonly #copies = new Map<Matrix, EnsembleMatrix>()
  /** Shared matrices that ops write: their copies are made anew whenever they are read. */
  readonly #changing = new Set<Matrix>()
  readonly #cellPointers: Pointer[] = []
  #sharedScalars = false
  /** The one cell of a member that stands for a slot while an op for that member alone is emitted. */
  protected memberLoss: Pointer | undefined

  readonly #rates: ArrayLike<number> | undefined
  /** Whether every member draws minibatches of its own. */
  readonly #ownIndices: boolean

  /**
   * @param rates learning rates of the members, in the place of the one that an update rule names
   * @param ownIndices whether every member draws indices of its own, where a task asks for them by `indices`
   */
  constructor(engine: EngineCore, dtype: DType, members: number, rates?: ArrayLike<number>, ownIndices = false) {
    super(engine, dtype, checkInteger(members, 'members', { min: 1, max: 2 ** 24 }))
    if (rates !== undefined && rates.length !== members) {
      throw new ShapeError(`there must be a learning rate for each of ${members} members, got ${rates.length}`, {
        argument: 'learningRates',
      })
    }
    this.#rates = rates
    this.#ownIndices = ownIndices
  }

  /** A matrix a member that belongs to the plan. */
  override temporary(rows: number, cols: number): EnsembleMatrix {
    checkInteger(rows, 'rows')
    checkInteger(cols, 'cols')
    return this.own(new EnsembleMatrix(this.engine, rows, cols, this.dtype, this.members))
  }

  /** A scalar a member. */
  override scalar(value = 0): ScalarSlot {
    return this.#sharedScalars ? super.scalar(value) : this.memberSlot(value)
  }

  /** Scalars a member with the given values. */
  memberScalar(values: ArrayLike<number>): MemberSlot {
    if (values.length !== this.members) {
      throw new ShapeError(`an ensemble of ${this.members} members takes as many values, got ${values.length}`, {
        argument: 'values',
      })
    }
    const slot = this.memberSlot(0)
    slot.values = values
    return slot
  }

  override rate(value: number | FillRow<Float64Array>): ScalarSlot {
    if (this.#rates === undefined) return super.rate(value)
    if (typeof value === 'number') return this.memberScalar(this.#rates)
    throw new OptionError('learningRates take the place of a constant learning rate, not of a schedule', {
      argument: 'learningRates',
    })
  }

  override get feed(): StepFeed {
    // The number of the step is one for all members.
    this.#sharedScalars = true
    try {
      return super.feed
    } finally {
      this.#sharedScalars = false
    }
  }

  override indices(count: number, fillOf: (member: number | undefined) => FillRow<Int32Array>): IndexTable {
    if (!this.#ownIndices) return super.indices(count, fillOf)
    const lanes = groupSize(this.dtype)
    const fills = Array.from({ length: this.members }, (_, member) => fillOf(member))
    const mine = new Int32Array(count)
    return this.feed.groupIndices(lanes * count, this.#groups, (step, row) => {
      // As a group of an ensemble matrix lies in memory: lanes side by side. The last group is filled up with the last member.
      for (let r = 0; r < lanes * this.#groups; r++) {
        if (r < this.members) fills[r](step, mine)
        const start = Math.floor(r / lanes) * lanes * count + (r % lanes)
        for (let j = 0; j < count; j++) row[start + j * lanes] = mine[j]
      }
    })
  }

  override gather(a: Matrix, indices: IndexTable): Matrix {
    const { groupBytes } = indices
    if (groupBytes === undefined) return super.gather(a, indices)
    this.check(a, 'a')
    if (a instanceof EnsembleMatrix) throw this.#notShared()
    const lanes = groupSize(this.dtype)
    const out = this.temporary(a.rows, indices.count / lanes)
    indices.limit = Math.min(indices.limit, a.cols)
    const { cursor } = this.feed
    for (let group = 0; group < this.#groups; group++) {
      this.emit('gather', {
        m: a.rows,
        n: indices.count,
        a: a.pointer,
        lda: a.cols,
        b: indices.pointer + group * groupBytes,
        c: out.pointer + group * a.rows * indices.count * elementBytes(this.dtype),
        beta: this.pointerOf(cursor),
      })
    }
    return out
  }

  #notShared(): UnsupportedError {
    return new UnsupportedError('gather takes samples that all members share, got a matrix a member', { argument: 'a' })
  }

  /** Samples are shared by all members, and so are those of a minibatch. */
  protected override gathered(a: Matrix, count: number): Matrix {
    if (a instanceof EnsembleMatrix) throw this.#notShared()
    return this.sharedTemporary(a.rows, count)
  }

  /** A scalar that is one for all members. */
  protected common(scalar: ScalarSlot | number, name: string): ScalarSlot | number {
    if (!this.perMember(scalar)) return scalar
    throw new UnsupportedError(`${name} is one for all members here, got a scalar a member`, { argument: name })
  }

  protected take(from: EnsembleMatrix, member: number, to: Matrix): void {
    const { offset, stride } = from.memberStride(member)
    const a = from.pointer + offset * elementBytes(this.dtype)
    this.check(from, 'a')
    this.check(to, 'c')
    this.emit('copyStrided', { n: to.size, a, lda: stride, c: to.pointer, ldc: 1 })
  }

  protected give(from: Matrix, to: EnsembleMatrix, member: number): void {
    const { offset, stride } = to.memberStride(member)
    const c = to.pointer + offset * elementBytes(this.dtype)
    this.check(from, 'a')
    this.check(to, 'c')
    this.emit('copyStrided', { n: from.size, a: from.pointer, lda: 1, c, ldc: stride })
  }

  /** Nobody runs the head of an ensemble's step alone, and a head would be a border that no part of the members crosses. */
  override publishEndToEnd(): void {}

  protected override arrange(words: readonly number[]): readonly number[] {
    const copies = new Set<Matrix>(this.#copies.values())
    const groupBytes = new Map<number, number>()
    for (const matrix of this.operands) {
      if (!(matrix instanceof EnsembleMatrix) || copies.has(matrix)) continue
      groupBytes.set(matrix.pointer, 32 * matrix.rows * matrix.cols)
    }
    for (const pointer of this.#cellPointers) groupBytes.set(pointer, 8 * groupSize(this.dtype))
    return arrangeEnsemble(words, { groups: this.#groups, groupBytes })
  }

  get #groups(): number {
    return Math.ceil(this.members / groupSize(this.dtype))
  }

  protected get cellCount(): number {
    return this.#groups * groupSize(this.dtype)
  }

  protected memberSlot(value: number): MemberSlot {
    const { engine } = this
    const pointer = engine.allocate(8 * this.cellCount)
    this.own({ dispose: () => engine.free(pointer) })
    this.#cellPointers.push(pointer)
    const make = (initial: number) => this.memberSlot(initial)
    const slot = new MemberSlot(engine, this.slots, pointer, this.members, this.cellCount, make)
    slot.value = value
    this.#memberSlots.add(slot)
    return slot
  }

  protected perMember(scalar: ScalarSlot | number): boolean {
    return scalar instanceof MemberSlot
  }

  protected override pointerOf(scalar: ScalarSlot | number): Pointer {
    if (scalar instanceof MemberSlot && this.#memberSlots.has(scalar)) return this.memberLoss ?? scalar.pointer
    return super.pointerOf(scalar)
  }

  /** Where an op writes a scalar a member. */
  protected cells(out: ScalarSlot, name: string): Pointer {
    const pointer = this.pointerOf(out)
    if (!this.perMember(out)) {
      throw new OptionError(`${name} must be a scalar a member, got one for all members; make it with scalar()`, {
        argument: name,
      })
    }
    return pointer
  }

  /** What an op writes: an ensemble matrix of as many members. */
  protected written(matrix: Matrix, name: string): EnsembleMatrix {
    this.check(matrix, name)
    if (matrix instanceof EnsembleMatrix) return matrix
    throw new OptionError(
      `${name} is a matrix of all members, which an op of an ensemble cannot write; got ${describe(matrix)}`,
      { argument: name },
    )
  }

  /** An operand of an elementwise op: a matrix a member, or a copy of a shared one for every member. */
  protected each(matrix: Matrix, name = 'b'): EnsembleMatrix {
    this.check(matrix, name)
    if (matrix instanceof EnsembleMatrix) return matrix
    if (this.#changing.has(matrix)) {
      const out = this.temporary(matrix.rows, matrix.cols)
      this.broadcast(matrix, out)
      return out
    }
    let copy = this.#copies.get(matrix)
    if (copy === undefined) {
      copy = this.temporary(matrix.rows, matrix.cols).writeAll(matrix.view())
      this.operands.add(copy)
      this.#copies.set(matrix, copy)
    }
    return copy
  }

  protected zeros(rows: number, cols: number): EnsembleMatrix {
    const zeros = this.temporary(rows, cols)
    zeros.view().fill(0)
    return zeros
  }

  protected sharedTemporary(rows: number, cols: number): Matrix {
    const matrix = this.own(new Matrix(this.engine, rows, cols, this.dtype))
    this.#changing.add(matrix)
    return matrix
  }

  protected broadcast(from: Matrix, to: EnsembleMatrix): void {
    this.check(from, 'a')
    this.check(to, 'c')
    this.emit('ensembleBroadcast', { ...lengthOf(to), a: from.pointer, c: to.pointer })
  }
}

/** Groups and elements a member, as ensemble ops name them. */
export function lengthOf(matrix: EnsembleMatrix): { m: number; n: number } {
  return { m: matrix.groups, n: matrix.rows * matrix.cols }
}
