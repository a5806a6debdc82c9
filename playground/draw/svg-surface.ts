// Drawing into an SVG file: the same calls as on the screen.
import { FONT, type Lettering, PLAIN, type Stroke, type Surface, trace } from './surface.js'

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
const round = (value: number) => String(Math.round(100 * value) / 100)

export class SvgSurface implements Surface {
  #parts: string[] = []
  #clips = 0

  line(x: ArrayLike<number>, y: ArrayLike<number>, { color, width, alpha = 1, dash }: Stroke): void {
    let path = ''
    const add = (letter: string) => (px: number, py: number) => {
      path += `${letter}${round(px)} ${round(py)}`
    }
    trace(x, y, add('M'), add('L'))
    if (path === '') return
    const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`
    this.#parts.push(
      `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-opacity="${alpha}" stroke-linejoin="round"${dashes}/>`,
    )
  }

  rect(x: number, y: number, width: number, height: number, fill: string, alpha = 1): void {
    this.#parts.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" fill-opacity="${alpha}"/>`,
    )
  }

  dot(x: number, y: number, radius: number, fill: string): void {
    this.#parts.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${fill}"/>`)
  }

  text(x: number, y: number, words: string, lettering: Lettering): void {
    const { color, size, anchor, weight, upward } = { ...PLAIN, ...lettering }
    const turn = upward ? ` transform="rotate(-90 ${round(x)} ${round(y)})"` : ''
    this.#parts.push(
      `<text x="${round(x)}" y="${round(y)}" fill="${color}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"${turn}>${escaped(words)}</text>`,
    )
  }

  within(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `box${this.#clips++}`
    this.#parts.push(
      `<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/></clipPath><g clip-path="url(#${id})">`,
    )
    draw()
    this.#parts.push('</g>')
  }

  /** What `draw` draws, moved down by this much. */
  below(offset: number, draw: () => void): void {
    this.#parts.push(`<g transform="translate(0 ${round(offset)})">`)
    draw()
    this.#parts.push('</g>')
  }

  toString(width: number, height: number, title: string, description: string, background: string): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}" role="img">`,
      `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`,
      `<rect width="${width}" height="${height}" fill="${background}"/>`,
      ...this.#parts,
      '</svg>',
    ].join('\n')
  }
}
