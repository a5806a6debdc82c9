// What the page and its workers say to each other. Every message carries the number of the run that it is about: answers to older ones are dropped.
import type { Values } from '../state/controls.js'

/** What to simulate. */
export interface Job {
  readonly id: number
  readonly family: string
  readonly values: Values
  readonly seed: number
  /** Bytes of the digits, or text of a table, where the task asks for them. */
  readonly data?: ArrayBuffer | string
}

/** How the visitor wants a run to go on. */
export interface Pace {
  readonly playing: boolean
  /** Frames of simulation for one of the screen. */
  readonly speed: number
  /** So many frames come as fast as they can, also while it does not play. */
  readonly frames: number
}

export type ToWorker =
  | { readonly type: 'start'; readonly job: Job; readonly pace: Pace }
  /** What changes of the pace of the present run. */
  | { readonly type: 'pace'; readonly pace: Partial<Pace> }
  | { readonly type: 'theory'; readonly job: Job }
  | { readonly type: 'rate'; readonly rate: number }
  /** For tests and for the button that shows it: end as a crash would. */
  | { readonly type: 'crash' }

export interface AxisView {
  readonly label: string
  readonly scale: 'linear' | 'log'
  readonly min: number
  readonly max: number
}

/** One curve of the simulation: entry `index` of a recorded column. */
export interface SeriesView {
  readonly label: string
  readonly column: string
  readonly index: number
  readonly color: number
  /** Where the curve is expected to end: its label stands there. */
  readonly end?: number
}

/** A horizontal line with words: a saddle, a bound. */
export interface LevelView {
  readonly value: number
  readonly label: string
}

export interface PanelView {
  readonly title: string
  /** The column along x. */
  readonly along: string
  readonly x: AxisView
  readonly y: AxisView
  readonly series: readonly SeriesView[]
  readonly levels: readonly LevelView[]
  /** Both axes in the same unit: a plane. */
  readonly square?: boolean
  /** Points with a word. */
  readonly marks?: readonly {
    readonly x: number
    readonly y: number
    readonly label: string
    readonly cross?: boolean
  }[]
  /** Name the curves in a list at this side, where they have no place of their own at their ends. */
  readonly legend?: 'left' | 'right'
  /** Whether the scale of y can be changed. */
  readonly main?: boolean
  /** Whether plateaus are marked: of the loss of a run that records `gradientNorm`. */
  readonly plateaus?: boolean
}

/** A matrix that is drawn as shades: a part of the picture that comes with the frames. */
export interface PictureView {
  readonly label: string
  readonly rows: number
  readonly columns: number
  readonly offset: number
  /** What is as dark as can be; undefined follows the largest entry. */
  readonly limit?: number
  /** Whether entries have signs. */
  readonly signed: boolean
  /** Where the matrix was larger than the picture: its size. */
  readonly of?: readonly [number, number]
}

/** A run as the page sees it before its first frame. */
export interface SceneView {
  readonly panels: readonly PanelView[]
  readonly pictures: readonly PictureView[]
  /** Numbers in one picture message. */
  readonly cells: number
  /** Recorded columns and how many numbers a frame has of each. */
  readonly columns: Readonly<Record<string, number>>
  readonly frames: number
  readonly every: number
  /** Frames a second at speed 1, where there are too few for 60. */
  readonly pace?: number
  /** The largest learning rate that is stable at the end, where a formula says it. */
  readonly bound?: number
  /** Sentences: what was changed and why, why there is no theory. */
  readonly notes: readonly string[]
  /** The lines of TypeScript that make this run. */
  readonly code: string
}

/** A curve of the theory. */
export interface TheorySeries {
  readonly panel: number
  readonly label: string
  readonly color: number
  readonly x: Float64Array
  readonly y: Float64Array
}

export type FromWorker =
  | {
      readonly type: 'ready'
      readonly backend: string
      readonly build: string
      readonly reason: string
      readonly fallback?: string
    }
  | { readonly type: 'scene'; readonly id: number; readonly view: SceneView }
  | {
      readonly type: 'frames'
      readonly id: number
      readonly count: number
      readonly columns: Readonly<Record<string, Float64Array>>
      /** Pictures of the frames, one after the other. */
      readonly pictures: Float32Array
      readonly stepsPerSecond: number
      readonly gflops: number
      readonly liveBytes: number
    }
  | { readonly type: 'end'; readonly id: number; readonly status: string; readonly trouble?: Trouble }
  | { readonly type: 'theory'; readonly id: number; readonly series: readonly TheorySeries[]; readonly why?: string }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

/** A divergence, with its cure. */
export interface Trouble {
  readonly step: number
  readonly layer: string
  readonly rate: number
  readonly message: string
  /** A learning rate that should do. */
  readonly cure: number
}
