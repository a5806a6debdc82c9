// Drawing on a canvas of the page, in CSS pixels whatever the screen's density.
import { FONT, type Lettering, PLAIN, type Stroke, type Surface, trace } from './surface.js'

export class CanvasSurface implements Surface {
  readonly canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
    this.#context = canvas.getContext('2d')!
  }

  /** Give the canvas this size in CSS pixels, and clear it. */
  resize(width: number, height: number): void {
    const density = Math.min(3, globalThis.devicePixelRatio || 1)
    const [w, h] = [Math.round(width * density), Math.round(height * density)]
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w
      this.canvas.height = h
    }
    this.#context.setTransform(density, 0, 0, density, 0, 0)
    this.clear()
  }

  clear(): void {
    this.#context.save()
    this.#context.resetTransform()
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    this.#context.restore()
  }

  line(x: ArrayLike<number>, y: ArrayLike<number>, { color, width, alpha = 1, dash = [] }: Stroke): void {
    const c = this.#context
    c.globalAlpha = alpha
    c.strokeStyle = color
    c.lineWidth = width
    c.lineJoin = 'round'
    c.lineCap = dash.length > 0 || alpha < 1 ? 'butt' : 'round'
    c.setLineDash(dash as number[])
    c.beginPath()
    trace(
      x,
      y,
      (px, py) => c.moveTo(px, py),
      (px, py) => c.lineTo(px, py),
    )
    c.stroke()
    c.globalAlpha = 1
  }

  rect(x: number, y: number, width: number, height: number, fill: string, alpha = 1): void {
    this.#context.globalAlpha = alpha
    this.#context.fillStyle = fill
    this.#context.fillRect(x, y, width, height)
    this.#context.globalAlpha = 1
  }

  dot(x: number, y: number, radius: number, fill: string): void {
    this.#context.fillStyle = fill
    this.#context.beginPath()
    this.#context.arc(x, y, radius, 0, 2 * Math.PI)
    this.#context.fill()
  }

  text(x: number, y: number, words: string, lettering: Lettering): void {
    const { color, size, anchor, weight, upward } = { ...PLAIN, ...lettering }
    const c = this.#context
    c.save()
    c.translate(x, y)
    if (upward) c.rotate(-Math.PI / 2)
    c.font = `${weight} ${size}px ${FONT}`
    c.fillStyle = color
    c.textAlign = anchor === 'middle' ? 'center' : anchor
    c.fillText(words, 0, 0)
    c.restore()
  }

  within(x: number, y: number, width: number, height: number, draw: () => void): void {
    const c = this.#context
    c.save()
    c.beginPath()
    c.rect(x, y, width, height)
    c.clip()
    draw()
    c.restore()
  }
}
