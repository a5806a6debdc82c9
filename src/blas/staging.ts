// Operands in linear memory: copied in without padding or gaps, computed on, and copied back. Because operands are read before
// anything is written, overlapping arrays are no hazard; because views are made after the last allocation, growth is none.
import type { EngineCore } from '../engine/core.js'
import { type DType, elementBytes, type Kernels, type Pointer } from '../kernels/kernels.js'

type Elements = Float64Array | Float32Array

/** An operand as it lies in the caller's array: `lines` lines of `width` elements. */
export interface Operand {
  readonly array: Elements
  readonly lines: number
  readonly width: number
  /** Elements from line to line. */
  readonly lead: number
  /** Copied in. An operand that is only written need not be. */
  readonly read: boolean
  /** Copied back. */
  readonly written: boolean
}

/** A matrix as an operand. */
export function matrixOperand(array: Elements, lines: number, width: number, lead: number, written = false): Operand {
  return { array, lines, width, lead, read: true, written }
}

/** A vector as an operand: lines of one element. A negative increment starts at the far end. */
export function vectorOperand(array: Elements, n: number, increment: number, written = false): Operand {
  return { array, lines: n, width: 1, lead: increment, read: true, written }
}

/** Run `work` on the operands in linear memory, with `scratchBytes` of scratch behind them. */
export function staged<R>(
  engine: EngineCore,
  dtype: DType,
  operands: readonly Operand[],
  scratchBytes: number,
  work: (kernels: Kernels, pointers: readonly Pointer[], scratch: Pointer) => R,
): R {
  const bytes = elementBytes(dtype)
  let total = 0
  const starts = operands.map(({ lines, width }) => {
    const start = total
    total += Math.ceil((lines * width * bytes) / 64) * 64
    return start
  })
  const base = engine.workspace(Math.max(64, total + scratchBytes))
  const { buffer } = engine.linearMemory
  const memory =
    dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer, 0, Math.floor(buffer.byteLength / 4))
  const pointers = starts.map((start) => base + start)
  operands.forEach((operand, i) => {
    if (operand.read) copyIn(operand, memory, pointers[i] / bytes)
  })
  const result = engine.guard((kernels) => work(kernels, pointers, base + total))
  operands.forEach((operand, i) => {
    if (operand.written) copyOut(operand, memory, pointers[i] / bytes)
  })
  return result
}

/** Index of the first line: the last in memory when lines run backwards. */
function first({ lines, lead }: Operand): number {
  return lead < 0 ? (1 - lines) * lead : 0
}

function copyIn(operand: Operand, memory: Elements, at: number): void {
  const { array, lines, width, lead } = operand
  let from = first(operand)
  if (lead === width) {
    memory.set(array.subarray(0, lines * width), at)
  } else if (width === 1) {
    for (let i = 0; i < lines; i++, from += lead) memory[at + i] = array[from]
  } else {
    for (let i = 0; i < lines; i++, from += lead) memory.set(array.subarray(from, from + width), at + i * width)
  }
}

function copyOut(operand: Operand, memory: Elements, at: number): void {
  const { array, lines, width, lead } = operand
  let to = first(operand)
  if (lead === width) {
    array.set(memory.subarray(at, at + lines * width))
  } else if (width === 1) {
    for (let i = 0; i < lines; i++, to += lead) array[to] = memory[at + i]
  } else {
    for (let i = 0; i < lines; i++, to += lead) array.set(memory.subarray(at + i * width, at + (i + 1) * width), to)
  }
}
