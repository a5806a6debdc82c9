// The list of shortcuts, and how to read the page.
import { el } from './dom.js'

const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'play or pause'],
  ['\u2190 \u2192', 'one frame back or on (with Shift: ten)'],
  ['Home, End', 'first or latest frame'],
  ['r', 'restart'],
  ['n', 'new seed'],
  ['+ \u2212', 'faster or slower'],
  ['l', 'linear or logarithmic loss'],
  ['Esc', 'back to the running frame'],
  ['?', 'this list'],
]

export class Help {
  readonly element: HTMLDialogElement

  constructor() {
    const close = el('button', { type: 'button', className: 'primary', onclick: () => this.element.close() }, 'Close')
    this.element = el(
      'dialog',
      { className: 'help', 'aria-labelledby': 'help-title' },
      el('h2', { id: 'help-title' }, 'How to read this page'),
      el(
        'p',
        {},
        'Broad coloured lines are the network as it learns, in this page, now. Thin dashes are the theory: it was told the start and the task, and never sees the training.',
      ),
      el(
        'p',
        {},
        'Time is learning rate times step, so the curves stay where they are when the rate changes. Shaded bands are plateaus: the network lingers near a saddle of that rank. Move over a chart to read any moment; click to stay there.',
      ),
      el(
        'p',
        {},
        'Everything is computed on your machine. The address holds all settings: copy it to share exactly this run.',
      ),
      el('h3', {}, 'Keys'),
      el(
        'dl',
        { className: 'keys' },
        ...KEYS.flatMap(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, what)]),
      ),
      close,
    )
  }

  open(): void {
    if (!this.element.open) this.element.showModal()
  }
}
