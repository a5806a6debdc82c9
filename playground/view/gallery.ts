// The presets: a row of buttons with the shape of their curve, to be scrolled on narrow screens and walked with the arrow keys.
import { presets } from '../state/state.js'
import type { Actions } from './actions.js'
import { el } from './dom.js'

const SVG = 'http://www.w3.org/2000/svg'

export class Gallery {
  readonly element: HTMLElement
  readonly #buttons: HTMLButtonElement[]

  constructor(actions: Actions) {
    this.#buttons = presets.map(({ id, title, glyph }) => {
      const picture = document.createElementNS(SVG, 'svg')
      picture.setAttribute('viewBox', '0 0 48 20')
      picture.setAttribute('aria-hidden', 'true')
      const path = document.createElementNS(SVG, 'path')
      path.setAttribute('d', glyph)
      picture.append(path)
      const button = el('button', { type: 'button', className: 'preset', onclick: () => actions.choose(id) }, title)
      button.prepend(picture)
      button.dataset.preset = id
      return button
    })
    this.element = el('nav', { className: 'gallery', 'aria-label': 'Experiments' }, ...this.#buttons)
    this.element.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      const at = this.#buttons.indexOf(document.activeElement as HTMLButtonElement)
      if (step === undefined || at < 0) return
      event.preventDefault()
      event.stopPropagation()
      this.#buttons[(at + step + this.#buttons.length) % this.#buttons.length].focus()
    })
  }

  show(id: string): void {
    for (const button of this.#buttons) {
      const chosen = button.dataset.preset === id
      if (chosen && button.getAttribute('aria-current') !== 'true')
        button.scrollIntoView?.({ block: 'nearest', inline: 'nearest' })
      if (chosen) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
  }
}
