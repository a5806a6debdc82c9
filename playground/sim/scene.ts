// A scene: a run that is ready to start, what the page is to draw of it, and its theory. One file a family makes them.
import type { Divergence, Engine } from 'deeplinear'
import type { Values } from '../state/controls.js'
import type { SceneView, TheorySeries } from './protocol.js'

export interface SceneContext {
  readonly engine: Engine
  readonly values: Values
  readonly seed: number
  readonly data: ArrayBuffer | string | undefined
}

/** What a theory says: its curves, or why there are none. */
export interface Theory {
  readonly series: readonly TheorySeries[]
  readonly why?: string
}

/** What the page asks of a run: of training, of a flow, or of anything else that comes in frames. */
export interface SceneRun extends AsyncIterable<object> {
  readonly finished: Promise<{ readonly status: string; readonly divergence?: Divergence }>
  pause(): void
  resume(): void
  abort(): void
  setLearningRate?(rate: number): void
  readonly stepsPerSecond?: number
  readonly gflops?: number
}

export interface Scene {
  readonly view: SceneView
  /** Begin to train. */
  run(): SceneRun
  /** Shades of the present weights, `view.cells` numbers. */
  picture(out: Float32Array): void
  /** Of the start: asked for before the run, or of another scene of the same values. */
  theory(): Theory
  dispose(): void
}

export type MakeScene = (context: SceneContext) => Scene

/** Frames of a run, about: as many as a screen has columns of points. */
export const FRAMES = 600

/** `count` numbers from 0 to `end`. */
export function grid(end: number, count = 361): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (end * i) / (count - 1))
}

/** `count` numbers from `from` to `to`, each the same factor from the one before. */
export function logGrid(from: number, to: number, count = 361): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)))
}

export const number = (values: Values, key: string): number => values[key] as number

/** A number as code has it. */
export const short = (value: number): string => String(Number(value.toPrecision(6)))
