// What charts are drawn on: a canvas for the screen, or SVG for a file, so that both show the same.

export interface Stroke {
  readonly color: string
  readonly width: number
  readonly alpha?: number
  readonly dash?: readonly number[]
}

export interface Lettering {
  readonly color: string
  readonly size: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly weight?: number
  /** Turned by a quarter, to be read from below. */
  readonly upward?: boolean
}

/** How letters stand unless something else is asked for. */
export const PLAIN = { anchor: 'start', weight: 400, upward: false } as const

export interface Surface {
  /** Points that are not finite break the line. */
  line(x: ArrayLike<number>, y: ArrayLike<number>, stroke: Stroke): void
  rect(x: number, y: number, width: number, height: number, fill: string, alpha?: number): void
  dot(x: number, y: number, radius: number, fill: string): void
  /** `y` is the baseline. */
  text(x: number, y: number, words: string, lettering: Lettering): void
  /** What is drawn inside shows only within the box. */
  within(x: number, y: number, width: number, height: number, draw: () => void): void
}

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'

/** Walks along a line: every finite stretch of it is one move and then strokes. */
export function trace(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  move: (x: number, y: number) => void,
  stroke: (x: number, y: number) => void,
): void {
  let down = false
  for (let i = 0; i < x.length; i++) {
    const finite = Number.isFinite(x[i]) && Number.isFinite(y[i])
    if (finite) (down ? stroke : move)(x[i], y[i])
    down = finite
  }
}
