// One matrix a member of an ensemble, interleaved: members go in groups of two vectors (8 float32, 4 float64), and element (i, j) of a group is
// as many adjacent lanes. The last group is filled up with copies of the last member, so that no kernel knows how many there are.
//
//   member r, element (i, j)  at  ((g rows + i) cols + j) G + l      with r = g G + l, counted in elements
import { checkInteger } from '../check.js'
import { OptionError } from '../errors.js'
import { type DType, elementBytes } from '../kernels/kernels.js'
import type { EngineCore } from './core.js'
import { Matrix, type TypedArray } from './matrix.js'

/** Members of a group: two vectors of 16 bytes. */
export function groupSize(dtype: DType): number {
  return 32 / elementBytes(dtype)
}

/** Matrices of one shape, one a member. `rows` and `cols` are those of a member; `size` and `view()` are those of the block. */
export class EnsembleMatrix extends Matrix {
  readonly members: number
  /** Groups of members. */
  readonly groups: number

  /** @internal */
  constructor(engine: EngineCore, rows: number, cols: number, dtype: DType, members: number) {
    const groups = Math.ceil(members / groupSize(dtype))
    super(engine, rows, cols, dtype, groups * groupSize(dtype))
    this.members = members
    this.groups = groups
  }

  /** A copy of the elements of a member, row by row. */
  readMember(member: number): TypedArray {
    const lanes = groupSize(this.dtype)
    const block = this.view()
    const length = this.rows * this.cols
    const out = this.dtype === 'float64' ? new Float64Array(length) : new Float32Array(length)
    let at = this.#start(member)
    for (let i = 0; i < length; i++, at += lanes) out[i] = block[at]
    return out
  }

  /** Overwrite a member; the last one also fills up the last group. */
  writeMember(member: number, values: ArrayLike<number>): this {
    const lanes = groupSize(this.dtype)
    const block = this.view()
    const length = this.rows * this.cols
    const start = this.#start(member)
    const copies = member === this.members - 1 ? lanes * this.groups - member : 1
    for (let copy = 0; copy < copies; copy++) {
      for (let i = 0, at = start + copy; i < length; i++, at += lanes) block[at] = values[i]
    }
    return this
  }

  /** Every member becomes these values. */
  writeAll(values: ArrayLike<number>): this {
    for (let member = 0; member < this.members; member++) this.writeMember(member, values)
    return this
  }

  override zerosLike(): EnsembleMatrix {
    const zeros = new EnsembleMatrix(this.engine, this.rows, this.cols, this.dtype, this.members)
    zeros.view().fill(0)
    return zeros
  }

  /** Where a member's elements lie: the first of them, counted from the start of the block, and the distance between them. */
  memberStride(member: number): { offset: number; stride: number } {
    return { offset: this.#start(member), stride: groupSize(this.dtype) }
  }

  override toNested(): number[][] {
    throw this.#refusal()
  }

  override get(): number {
    throw this.#refusal()
  }

  #refusal(): OptionError {
    return new OptionError(`this holds ${this.members} matrices; take one with readMember(i)`, { argument: 'matrix' })
  }

  #start(member: number): number {
    checkInteger(member, 'member', { max: this.members - 1 })
    const lanes = groupSize(this.dtype)
    return Math.floor(member / lanes) * this.rows * this.cols * lanes + (member % lanes)
  }
}
