// Play, pause, step, restart, speed, seed, and the place in time.
import { SPEEDS } from '../state/state.js'
import type { Actions } from './actions.js'
import { el } from './dom.js'

/** What it shows. */
export interface TransportView {
  readonly playing: boolean
  readonly ended: boolean
  readonly speed: number
  readonly seed: number
  /** The newest frame, and the one that is shown. */
  readonly newest: number
  readonly frame: number
}

const NAMES: Readonly<Record<number, string>> = {
  0.25: '\u00bc\u00d7',
  0.5: '\u00bd\u00d7',
  1: '1\u00d7',
  2: '2\u00d7',
  4: '4\u00d7',
  16: '16\u00d7',
}

export class Transport {
  readonly element: HTMLElement
  readonly #play: HTMLButtonElement
  readonly #speed: HTMLSelectElement
  readonly #time: HTMLInputElement
  readonly #seed = el('span', { className: 'seed' })

  constructor(actions: Actions) {
    const button = (id: string, label: string, title: string, act: () => void) =>
      el('button', { type: 'button', id, title, onclick: act }, label)
    this.#play = button('play', 'Pause', 'Play or pause (space)', () => actions.toggle())
    this.#play.classList.add('primary')
    this.#speed = el(
      'select',
      { id: 'speed', onchange: () => actions.setSpeed(Number(this.#speed.value)) },
      ...SPEEDS.map((speed) => el('option', { value: String(speed) }, NAMES[speed])),
    )
    this.#time = el('input', {
      id: 'time',
      type: 'range',
      min: '0',
      max: '0',
      step: '1',
      'aria-label': 'Frame that is shown',
      oninput: () => actions.pin(Number(this.#time.value)),
    })
    this.element = el(
      'div',
      { className: 'transport', role: 'toolbar', 'aria-label': 'Run' },
      this.#play,
      button('step', 'Step', 'One frame on (right arrow)', () => actions.step(1)),
      button('restart', 'Restart', 'Begin again (r)', () => actions.restart()),
      button('reseed', 'New seed', 'Other random numbers (n)', () => actions.reseed()),
      this.#seed,
      el('label', { className: 'speed', htmlFor: 'speed' }, 'Speed', this.#speed),
      this.#time,
    )
  }

  show({ playing, ended, speed, seed, newest, frame }: TransportView): void {
    this.#play.textContent = ended ? 'Again' : playing ? 'Pause' : 'Play'
    if (this.#speed.value !== String(speed)) this.#speed.value = String(speed)
    this.#seed.textContent = `seed ${seed}`
    this.#time.max = String(Math.max(1, newest))
    this.#time.value = String(frame)
    this.#time.setAttribute('aria-valuetext', `frame ${frame} of ${newest}`)
  }
}
