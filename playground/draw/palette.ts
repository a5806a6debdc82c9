// Colours, read from the style sheet so that light and dark have one source. Modes keep their hue everywhere; the hues stay apart for colour-blind eyes.

export interface Palette {
  readonly paper: string
  readonly ink: string
  readonly muted: string
  readonly grid: string
  readonly band: string
  readonly theory: string
  readonly single: string
  readonly modes: readonly string[]
  readonly positive: string
  readonly negative: string
  readonly zero: string
}

export const MODE_COUNT = 10

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    paper: get('panel'),
    ink: get('ink'),
    muted: get('muted'),
    grid: get('grid'),
    band: get('band'),
    theory: get('theory'),
    single: get('single'),
    modes: Array.from({ length: MODE_COUNT }, (_, i) => get(`mode-${i}`)),
    positive: get('positive'),
    negative: get('negative'),
    zero: get('zero'),
  }
}

/** Colour of a series: its mode's hue, or that of what is no mode. */
export function colorOf(palette: Palette, color: number): string {
  return color < 0 ? palette.single : palette.modes[color % MODE_COUNT]
}
