// The page as a whole: a state, a run of it in the worker, and the views that show the run. Everything that happens goes through here.
import { findPlateaus } from 'deeplinear'
import { type Palette, readPalette } from './draw/palette.js'
import { Host, type Role } from './sim/host.js'
import type { FromWorker } from './sim/protocol.js'
import { fetchDigits } from './state/digits.js'
import { decodeState, encodeState } from './state/hash.js'
import { Recording } from './state/recording.js'
import { checkValues, presetOf, SPEEDS, type State, startOf } from './state/state.js'
import { Controls } from './view/controls.js'
import { figureOf, save, tableOf } from './view/downloads.js'
import { Gallery } from './view/gallery.js'
import { Help } from './view/help.js'
import { listenToKeys } from './view/keys.js'
import { layOut } from './view/layout.js'
import { Notices } from './view/notices.js'
import { Numbers } from './view/numbers.js'
import { Panel } from './view/panel.js'
import { PictureRow } from './view/pictures.js'
import { Transport } from './view/transport.js'

/** Sliders start runs at most this often while they move. */
const RESTART_MS = 90
const ADDRESS_MS = 300
/** Plateaus are looked for every so many frames. */
const PLATEAU_FRAMES = 10

export class App {
  state: State
  record: Recording | undefined
  readonly host = new Host(
    (message, role) => this.#receive(message, role),
    (why, role) => this.#crashed(why, role),
  )
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)').matches
  #run = 0
  #playing: boolean
  #ended = false
  /** The frame that is looked at: pinned or under the pointer; undefined is the newest. */
  #selected: number | undefined
  #pinned: number | undefined
  #speed = { stepsPerSecond: 0, gflops: 0, liveBytes: 0 }
  #table: string | undefined
  #panels: Panel[] = []
  #palette: Palette
  #drawing = false
  /** The rate was changed on the way: a link could not lead to this frame. */
  #bent = false
  /** The run whose scene is shown, and the last theory that came. */
  #shown = 0
  #theory: Extract<FromWorker, { type: 'theory' }> | undefined
  #plateauFrame = 0
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #gallery = new Gallery((id) => this.choose(id))
  readonly #controls = new Controls((key, value, live) => this.set(key, value, live))
  readonly #transport = new Transport({
    toggle: () => this.toggle(),
    step: (by) => this.step(by),
    restart: () => this.restart(),
    reseed: () => this.reseed(),
    speed: (speed) => this.speed(speed),
    scrub: (frame) => this.pin(frame),
  })
  readonly #numbers = new Numbers()
  readonly #pictures = new PictureRow()
  readonly #notices = new Notices()
  readonly #help = new Help()
  readonly #layout = layOut({
    gallery: this.#gallery.element,
    controls: this.#controls.element,
    transport: this.#transport.element,
    numbers: this.#numbers.element,
    pictures: this.#pictures.element,
    warnings: this.#notices.warnings,
    remarks: this.#notices.remarks,
    help: this.#help.element,
    onHelp: () => this.#help.open(),
    onTheme: () => this.#theme(),
    onSvg: () => this.saveFigure(),
    onCsv: () => this.saveTable(),
    onTable: (text) => this.useTable(text),
  })

  constructor() {
    this.state = decodeState(location.hash)
    this.#playing = this.state.frame === undefined && !this.#still
    this.#palette = readPalette(document.documentElement)
    listenToKeys({
      toggle: () => this.toggle(),
      step: (by) => this.step(by),
      first: () => this.pin(0),
      last: () => this.pin(undefined),
      restart: () => this.restart(),
      reseed: () => this.reseed(),
      faster: (by) =>
        this.speed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(this.state.speed as 1) + by))]),
      scale: () => this.#toggleScale(),
      release: () => this.pin(undefined),
      help: () => this.#help.open(),
    })
    addEventListener('hashchange', () => this.#arrive())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#recolor())
    new ResizeObserver(() => this.#redraw()).observe(this.#layout.charts)
    void this.#start(this.state.frame === undefined ? undefined : this.state.frame + 1)
  }

  get playing(): boolean {
    return this.#playing && !this.#ended
  }

  /** Bytes that the engine of the simulation has handed out. */
  get liveBytes(): number {
    return this.#speed.liveBytes
  }

  /** Whether what is shown is the run that was asked for last. */
  get fresh(): boolean {
    return this.#shown === this.#run
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Another preset, from its beginning. */
  choose(id: string): void {
    this.state = { ...startOf(id), speed: this.state.speed, seed: this.state.seed }
    this.restart()
  }

  /** A control was moved. */
  set(key: string, value: number | string, live: boolean): void {
    const { family } = presetOf(this.state.preset)
    this.state = {
      ...this.state,
      values: checkValues(family, { ...this.state.values, [key]: value }),
      frame: undefined,
    }
    if (live && !this.#ended) {
      this.host.send({ type: 'rate', rate: value as number }, 'simulation')
      this.#bent = true
      this.#remember()
      return
    }
    this.#controls.show(family.controls, this.state.values)
    this.#later('restart', RESTART_MS, () => this.restart())
  }

  toggle(): void {
    if (this.#ended) {
      this.restart()
      return
    }
    this.#playing = !this.#playing
    if (this.#playing) {
      this.pin(undefined)
      this.state = { ...this.state, frame: undefined }
    }
    this.host.send({ type: 'pace', pace: { playing: this.#playing } }, 'simulation')
    this.#remember()
    this.#draw()
  }

  /** One frame on, or back among those that are there. */
  step(by: number): void {
    const { record } = this
    if (record === undefined) return
    if (this.playing) this.toggle()
    const at = (this.#pinned ?? record.length - 1) + by
    if (at >= record.length && !this.#ended) {
      this.pin(undefined)
      this.host.send({ type: 'pace', pace: { frames: at + 1 } }, 'simulation')
    } else this.pin(Math.max(0, Math.min(record.length - 1, at)))
  }

  restart(): void {
    this.#playing = !this.#still || this.#playing
    this.state = { ...this.state, frame: undefined }
    void this.#start()
  }

  reseed(): void {
    this.state = { ...this.state, seed: this.state.seed + 1 }
    this.restart()
  }

  speed(speed: number): void {
    this.state = { ...this.state, speed }
    this.host.send({ type: 'pace', pace: { speed } }, 'simulation')
    this.#remember()
    this.#draw()
  }

  /** Stay at a frame; undefined goes back to the newest. */
  pin(frame: number | undefined): void {
    this.#pinned = frame
    this.#selected = frame
    this.#draw()
  }

  useTable(text: string): void {
    this.#table = text
    this.set('task', 'csv', false)
  }

  saveFigure(): void {
    if (this.record === undefined) return
    const { title, words } = presetOf(this.state.preset)
    save('deeplinear.svg', 'image/svg+xml', figureOf(this.#panels, this.record, this.#palette, title, words))
  }

  saveTable(): void {
    if (this.record !== undefined) save('deeplinear.csv', 'text/csv', tableOf(this.record))
  }

  async #start(frames?: number): Promise<void> {
    clearTimeout(this.#timers.get('restart'))
    const id = ++this.#run
    this.#ended = this.#bent = false
    this.#pinned = this.#selected = undefined
    const { family, ...preset } = presetOf(this.state.preset)
    const { values, seed, speed } = this.state
    this.#gallery.show(preset.id)
    this.#controls.show(family.controls, values)
    this.#layout.story(preset)
    this.#layout.table(values.task === 'csv')
    for (const notice of ['trouble', 'crash', 'failed', 'theory', 'notes']) this.#notices.clear(notice)
    this.#remember()
    if (values.task === 'csv' && this.#table === undefined) {
      this.#notices.show({
        id: 'failed',
        kind: 'info',
        text: 'Choose a table: numbers, one sample a row, the class or the target in the last column. It stays on your machine.',
      })
      return
    }
    try {
      const data = values.task === 'digits' ? await fetchDigits() : values.task === 'csv' ? this.#table : undefined
      if (id !== this.#run) return
      const job = { id, family: family.id, values, seed, ...(data === undefined ? {} : { data }) }
      const all = this.#still && !this.#playing ? Number.MAX_SAFE_INTEGER : 0
      this.host.send(
        { type: 'start', job, pace: { playing: this.#playing, speed, frames: frames ?? all } },
        'simulation',
      )
      this.host.send({ type: 'theory', job }, 'theory')
    } catch (error) {
      this.#notices.show({
        id: 'failed',
        kind: 'warning',
        title: 'This could not be loaded.',
        text: String((error as Error).message),
      })
    }
  }

  #receive(message: FromWorker, role: Role): void {
    if (message.type === 'ready') {
      if (role === 'simulation') this.#ready(message)
      return
    }
    if (message.id !== this.#run) return
    switch (message.type) {
      case 'scene': {
        this.record = new Recording(message.view)
        this.#plateauFrame = 0
        this.#speed = { stepsPerSecond: 0, gflops: 0, liveBytes: 0 }
        this.#shown = message.id
        this.#showScene()
        this.#showTheory()
        break
      }
      case 'frames':
        this.record?.append(message)
        this.#speed = message
        this.#plateaus()
        break
      case 'theory':
        this.#theory = message
        this.#showTheory()
        break
      case 'end':
        this.#ended = true
        this.#playing = false
        this.#plateauFrame = 0
        this.#plateaus()
        if (message.trouble !== undefined) this.#troubled(message.trouble)
        break
      case 'failed':
        this.#ended = true
        this.#notices.show({ id: 'failed', kind: 'warning', title: 'This cannot be computed.', text: message.message })
    }
    this.#draw()
  }

  #showTheory(): void {
    const message = this.#theory
    // It may be there before its scene.
    if (this.record === undefined || message?.id !== this.#run || this.#shown !== this.#run) return
    this.record.theory = message.series
    for (const [i, panel] of this.#panels.entries()) panel.theory(message.series.filter(({ panel }) => panel === i))
    this.#layout.legend(message.series.length > 0)
    if (message.why === undefined) this.#notices.clear('theory')
    else this.#notices.show({ id: 'theory', kind: 'info', text: message.why })
  }

  #showScene(): void {
    const record = this.record!
    const { view } = record
    while (this.#panels.length < view.panels.length) {
      const panel = new Panel({
        look: (frame) => {
          this.#selected = frame ?? this.#pinned
          this.#draw()
        },
        pin: (frame) => this.pin(this.#pinned === frame ? undefined : frame),
        toggleScale: () => this.#toggleScale(),
      })
      this.#panels.push(panel)
      this.#layout.charts.append(panel.element)
    }
    for (const extra of this.#panels.splice(view.panels.length)) extra.element.remove()
    for (const [i, panel] of this.#panels.entries())
      panel.show(view.panels[i], record, this.state.y === 'log', i === this.#panels.length - 1)
    this.#layout.charts.classList.toggle(
      'with-plane',
      view.panels.some(({ square }) => square === true),
    )
    this.#layout.charts.classList.toggle('single', view.panels.length === 1)
    this.#pictures.show(view.pictures, this.#palette)
    this.#controls.mark('rate', view.bound)
    this.#layout.code.textContent = view.code
    this.#layout.legend(false)
    if (view.notes.length > 0) this.#notices.show({ id: 'notes', kind: 'info', text: view.notes.join(' ') })
  }

  #plateaus(): void {
    const { record } = this
    if (record === undefined || record.length < this.#plateauFrame + PLATEAU_FRAMES) return
    this.#plateauFrame = record.length
    if (record.view.columns.gradientNorm === undefined || Number(this.state.values.noise ?? 0) > 0) return
    const main = record.view.panels.findIndex(({ main }) => main === true)
    const ends = record.view.panels.flatMap(({ series }) => series.map(({ end }) => end ?? 0))
    const found = findPlateaus(
      {
        step: record.table('time'),
        loss: record.table('loss'),
        gradientNorm: record.table('gradientNorm'),
        singularValues: record.table('singularValues'),
      },
      { scale: Math.max(0, ...ends), rankTolerance: 0.1 },
    )
    this.#panels[main]?.bands(found.map(({ from, to, rank, loss }) => ({ from, to, label: `rank ${rank}`, loss })))
  }

  #troubled({ step, layer, rate, message, cure }: NonNullable<Extract<FromWorker, { type: 'end' }>['trouble']>): void {
    const text = `The weights of ${layer.replace('_', '')} grew without bound at step ${step}: with learning rate ${Number(rate.toPrecision(3))} every step overshoots by more than it corrects.`
    this.#notices.show({
      id: 'trouble',
      kind: 'warning',
      title: 'The run diverged.',
      text,
      action: {
        label: `Use learning rate ${cure}`,
        act: () => {
          this.set('rate', cure, false)
          this.restart()
        },
      },
    })
    console.info(message)
  }

  #crashed(why: string, role: Role): void {
    if (role === 'theory') {
      this.#notices.show({ id: 'theory', kind: 'info', text: `The theory could not be computed (${why}).` })
      return
    }
    this.#ended = true
    this.#playing = false
    this.#notices.show({
      id: 'crash',
      kind: 'warning',
      title: 'The simulation stopped unexpectedly.',
      text: `Your settings are kept (${why}).`,
      action: { label: 'Start again', act: () => this.restart() },
    })
    this.#draw()
  }

  #ready({ backend, build, reason, fallback }: Extract<FromWorker, { type: 'ready' }>): void {
    this.#layout.engine(backend === 'wasm' ? `WebAssembly (${build})` : 'TypeScript', reason)
    if (fallback === undefined) return
    this.#notices.show({
      id: 'fallback',
      kind: 'info',
      title: 'WebAssembly is not available here,',
      text: `so the slower TypeScript executor runs, with the same numbers bit for bit. ${fallback}`,
    })
  }

  #toggleScale(): void {
    this.state = { ...this.state, y: this.state.y === 'log' ? 'linear' : 'log' }
    this.#remember()
    const { record } = this
    if (record === undefined) return
    for (const [i, panel] of this.#panels.entries()) {
      panel.show(record.view.panels[i], record, this.state.y === 'log', i === this.#panels.length - 1)
      panel.theory(record.theory.filter(({ panel }) => panel === i))
    }
    this.#plateauFrame = 0
    this.#plateaus()
    this.#draw()
  }

  #theme(): void {
    const root = document.documentElement
    const dark =
      root.dataset.theme === undefined
        ? matchMedia('(prefers-color-scheme: dark)').matches
        : root.dataset.theme === 'dark'
    root.dataset.theme = dark ? 'light' : 'dark'
    this.#recolor()
  }

  #recolor(): void {
    this.#palette = readPalette(document.documentElement)
    this.#pictures.recolor(this.#palette)
    this.#redraw()
  }

  #redraw(): void {
    for (const panel of this.#panels) panel.redraw()
    this.#draw()
  }

  /** At the next frame of the screen; many changes are drawn once. */
  #draw(): void {
    if (this.#drawing) return
    this.#drawing = true
    requestAnimationFrame(() => {
      this.#drawing = false
      this.#paint()
    })
  }

  #paint(): void {
    const { record } = this
    const newest = Math.max(0, (record?.length ?? 0) - 1)
    const frame = Math.min(newest, this.#selected ?? newest)
    const { speed, seed } = this.state
    this.#transport.show({ playing: this.playing, ended: this.#ended, speed, seed, frames: newest, frame })
    document.documentElement.dataset.run = this.#ended ? 'ended' : this.#playing ? 'playing' : 'paused'
    if (record === undefined || record.length === 0) return
    // Where motion is not wanted, the figure appears when it is complete.
    if (this.#still && !this.#playing && !this.#ended && this.state.frame === undefined) return
    for (const panel of this.#panels) {
      panel.draw(this.#palette)
      panel.cursor(this.#selected === undefined ? undefined : frame)
    }
    this.#pictures.draw(record.picture(frame))
    this.#numbers.show(record, frame, this.#speed)
  }

  /** Write the state into the address, soon. */
  #remember(): void {
    this.#later('address', ADDRESS_MS, () => {
      const newest = (this.record?.length ?? 0) - 1
      const standing = !this.#playing && !this.#ended && newest >= 0 && !this.#still && !this.#bent
      const hash = encodeState({ ...this.state, ...(standing ? { frame: newest } : {}) })
      if (hash !== location.hash) history.replaceState(null, '', hash)
    })
  }

  /** The address was changed by hand, or by going back. */
  #arrive(): void {
    this.state = decodeState(location.hash)
    this.#playing = this.state.frame === undefined
    void this.#start(this.state.frame === undefined ? undefined : this.state.frame + 1)
  }

  #later(name: string, delay: number, act: () => void): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.set(name, setTimeout(act, delay))
  }
}
