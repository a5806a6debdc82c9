// Every error that the library throws on purpose. A caller tells them apart by `code` (stable, part of the semantic
// version) or by class; the message says what was given, what is allowed and how to cure it.

/** Stable error codes. */
export type ErrorCode =
  | 'SHAPE'
  | 'DTYPE'
  | 'RANGE'
  | 'OPTION'
  | 'DISPOSED'
  | 'MEMORY'
  | 'TRAP'
  | 'CONVERGENCE'
  | 'FORMAT'
  | 'UNSUPPORTED'
  | 'IO'
  | 'PROBE'
  | 'DIVERGED'
  | 'WORKER'

/** Names that minifiers leave alone. */
const NAMES: Readonly<Record<ErrorCode, string>> = {
  SHAPE: 'ShapeError',
  DTYPE: 'DTypeError',
  RANGE: 'RangeArgError',
  OPTION: 'OptionError',
  DISPOSED: 'DisposedError',
  MEMORY: 'MemoryError',
  TRAP: 'TrapError',
  CONVERGENCE: 'ConvergenceError',
  FORMAT: 'FormatError',
  UNSUPPORTED: 'UnsupportedError',
  IO: 'IoError',
  PROBE: 'ProbeError',
  DIVERGED: 'DivergedError',
  WORKER: 'WorkerError',
}

/** What an error carries besides its message. */
export interface ErrorDetails {
  /** The argument, option or resource at fault. */
  argument?: string
  /** Further facts for programs: sizes, limits, indices. */
  data?: Readonly<Record<string, unknown>>
  cause?: unknown
}

/** The base of all errors of the library. */
export class DeepLinearError extends Error {
  readonly code: ErrorCode
  /** The argument, option or resource at fault, where there is one. */
  readonly argument: string | undefined
  /** Further facts for programs. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = NAMES[code]
    this.code = code
    this.argument = details.argument
    this.data = details.data ?? {}
  }
}

/** Shapes or lengths that do not fit together. */
export class ShapeError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('SHAPE', message, details)
  }
}

/** A value of the wrong type: element type, or JavaScript type. */
export class DTypeError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('DTYPE', message, details)
  }
}

/** A number outside its range, or not finite where it must be. */
export class RangeArgError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('RANGE', message, details)
  }
}

/** An unknown option, an unknown choice, or options that exclude each other. */
export class OptionError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('OPTION', message, details)
  }
}

/** Use of a handle after its memory was given back, or with another engine. */
export class DisposedError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('DISPOSED', message, details)
  }
}

/** Linear memory cannot hold what was asked for: the budget, the engine's limit or the host said no. */
export class MemoryError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('MEMORY', message, details)
  }
}

/** WebAssembly trapped. The engine is poisoned until `reset()`. */
export class TrapError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('TRAP', message, details)
  }
}

/** An iteration ended at its cap without meeting its tolerance. */
export class ConvergenceError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('CONVERGENCE', message, details)
  }
}

/** A file or text that is not what it claims to be. */
export class FormatError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('FORMAT', message, details)
  }
}

/** This host, build or format does not offer what was asked for. */
export class UnsupportedError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('UNSUPPORTED', message, details)
  }
}

/** Reading or writing failed. */
export class IoError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('IO', message, details)
  }
}

/** Training left the finite numbers, where it was asked to throw then; `data` has the step, layer, learning rate, sharpness and bound. */
export class DivergedError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('DIVERGED', message, details)
  }
}

/** A probe threw; its own error is the cause. */
export class ProbeError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('PROBE', message, details)
  }
}

/** A worker threw, or ended before it was done; what it threw is the cause. */
export class WorkerError extends DeepLinearError {
  constructor(message: string, details?: ErrorDetails) {
    super('WORKER', message, details)
  }
}
