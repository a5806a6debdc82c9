// Colours, read from the style sheet so that light and dark have one source. Modes keep their hue everywhere; the hues stay apart for colour-blind eyes.

/** All as '#rrggbb': canvases, heat maps and saved figures need no style sheet. */
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

/** The colours that hold where the element stands. */
export function readPalette(element: Element): Palette {
  // A variable gives its text, light-dark() and all; only a property that takes a colour resolves it.
  const probe = document.createElement('i')
  probe.hidden = true
  element.append(probe)
  const style = getComputedStyle(probe)
  const get = (name: string) => {
    probe.style.color = `var(--${name})`
    return hex(style.color)
  }
  try {
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
  } finally {
    probe.remove()
  }
}

/** 'rgb(r, g, b)', as browsers serialise opaque colours, in hexadecimal figures. */
function hex(color: string): string {
  const parts = color.match(/\d+/g) ?? []
  return `#${parts
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`
}

/** Colour of a series: its mode's hue, or that of what is no mode. */
export function colorOf(palette: Palette, color: number): string {
  return color < 0 ? palette.single : palette.modes[color % MODE_COUNT]
}
