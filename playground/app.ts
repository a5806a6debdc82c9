// The page as a whole: a state, a run of it in the worker, and the views that show the run. Everything that happens goes through here.
import { Run } from './sim/run.js'
import { fetchDigits } from './state/digits.js'
import { decodeState, encodeState } from './state/hash.js'
import { checkValues, presetOf, SPEEDS, type State, startOf } from './state/state.js'
import type { Actions } from './view/actions.js'
import { save, tableOf } from './view/downloads.js'
import { listenToKeys } from './view/keys.js'
import { atNextFrame, later } from './view/later.js'
import { Page } from './view/page.js'
import { noTable, notLoaded } from './view/troubles.js'

/** Sliders start runs at most this often while they move. */
const RESTART_MS = 90
const ADDRESS_MS = 300

export class App implements Actions {
  state: State = decodeState(location.hash)
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)').matches
  readonly run = new Run(
    this.state.frame === undefined && !this.#still,
    (message) => this.#page.hear(message, this.run, this.state),
    (why, role) => this.#page.crashed(why, role),
  )
  /** A table of the visitor's own, as text. */
  #ownTable: string | undefined
  readonly #draw = atNextFrame(() => this.#paint())
  readonly #restartSoon = later(RESTART_MS, () => this.restart())
  readonly #writeAddressSoon = later(ADDRESS_MS, () => this.#writeAddress())
  readonly #page = new Page(this, () => this.#draw())

  constructor() {
    listenToKeys(this)
    addEventListener('hashchange', () => this.#readAddress())
    void this.#start()
  }

  choose(id: string): void {
    this.state = { ...startOf(id), speed: this.state.speed, seed: this.state.seed }
    this.restart()
  }

  set(key: string, value: number | string, live: boolean): void {
    const { family } = presetOf(this.state.preset)
    this.state = {
      ...this.state,
      values: checkValues(family, { ...this.state.values, [key]: value }),
      frame: undefined,
    }
    if (live && !this.run.ended) {
      this.run.rate(value as number)
      this.#writeAddressSoon()
    } else {
      this.#page.settings(this.state)
      this.#restartSoon()
    }
  }

  toggle(): void {
    if (this.run.ended) {
      this.restart()
      return
    }
    const playing = !this.run.playing
    if (playing) {
      this.pin(undefined)
      this.state = { ...this.state, frame: undefined }
    }
    this.run.pace({ playing })
    this.#writeAddressSoon()
    this.#draw()
  }

  step(by: number): void {
    const { record } = this.run
    if (record === undefined) return
    if (this.run.playing) this.toggle()
    const at = (this.#page.stage.pinned ?? record.length - 1) + by
    if (at >= record.length && !this.run.ended) {
      this.pin(undefined)
      this.run.pace({ frames: at + 1 })
    } else this.pin(Math.max(0, Math.min(record.length - 1, at)))
  }

  restart(): void {
    this.run.playing ||= !this.#still
    this.state = { ...this.state, frame: undefined }
    void this.#start()
  }

  reseed(): void {
    this.state = { ...this.state, seed: this.state.seed + 1 }
    this.restart()
  }

  setSpeed(speed: number): void {
    this.state = { ...this.state, speed }
    this.run.pace({ speed })
    this.#writeAddressSoon()
    this.#draw()
  }

  faster(by: number): void {
    const at = SPEEDS.indexOf(this.state.speed) + by
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))])
  }

  pin(frame: number | undefined): void {
    this.#page.stage.pin(frame)
  }

  toggleScale(): void {
    this.state = { ...this.state, y: this.state.y === 'log' ? 'linear' : 'log' }
    this.#writeAddressSoon()
    this.#page.stage.rescale(this.state.y === 'log')
    this.#draw()
  }

  toggleTheme(): void {
    this.#page.toggleTheme()
  }

  openHelp(): void {
    this.#page.help.open()
  }

  saveFigure(): void {
    const { title, words } = presetOf(this.state.preset)
    const figure = this.#page.stage.figure(title, words)
    if (figure !== undefined) save('deeplinear.svg', 'image/svg+xml', figure)
  }

  saveTable(): void {
    const { record } = this.run
    if (record !== undefined) save('deeplinear.csv', 'text/csv', tableOf(record))
  }

  useTable(text: string): void {
    this.#ownTable = text
    this.set('task', 'csv', false)
  }

  /** Begins the run of the state: at once up to the frame that the state asks for. */
  async #start(): Promise<void> {
    this.#restartSoon.cancel()
    const isNewest = this.run.renew()
    const { preset, values, seed, speed, frame } = this.state
    this.#page.begin(this.state)
    this.#writeAddressSoon()
    if (values.task === 'csv' && this.#ownTable === undefined) {
      this.#page.notices.show(noTable)
      return
    }
    try {
      const data = await this.#dataOf(values.task)
      if (!isNewest()) return
      // Where motion is not wanted, all frames come at once.
      const all = this.#still && !this.run.playing ? Number.MAX_SAFE_INTEGER : 0
      const family = presetOf(preset).family.id
      this.run.start({ family, values, seed, data }, speed, frame === undefined ? all : frame + 1)
    } catch (error) {
      if (isNewest()) this.#page.notices.show(notLoaded(error))
    }
  }

  async #dataOf(task: string | number): Promise<ArrayBuffer | string | undefined> {
    return task === 'digits' ? fetchDigits() : task === 'csv' ? this.#ownTable : undefined
  }

  #paint(): void {
    const { playing, ended } = this.run
    document.documentElement.dataset.run = ended ? 'ended' : playing ? 'playing' : 'paused'
    // Where motion is not wanted, the figure appears when it is complete.
    const figure = !this.#still || playing || ended || this.state.frame !== undefined
    this.#page.draw(this.run, this.state, figure)
  }

  /** The address leads to what is shown: while the run is held, to its frame as well. */
  #writeAddress(): void {
    const { playing, ended, bent, record } = this.run
    const newest = (record?.length ?? 0) - 1
    const standing = !playing && !ended && newest >= 0 && !this.#still && !bent
    const hash = encodeState({ ...this.state, ...(standing ? { frame: newest } : {}) })
    if (hash !== location.hash) history.replaceState(null, '', hash)
  }

  /** It was changed by hand, or by going back. */
  #readAddress(): void {
    this.state = decodeState(location.hash)
    this.run.playing = this.state.frame === undefined
    void this.#start()
  }
}
