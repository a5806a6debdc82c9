// All views of the page: the settings of a run when it begins, and then whatever comes of it.
import type { Role } from '../sim/host.js'
import type { FromWorker } from '../sim/protocol.js'
import type { Run } from '../sim/run.js'
import { presetOf, type State } from '../state/state.js'
import type { Actions } from './actions.js'
import { Controls } from './controls.js'
import { Gallery } from './gallery.js'
import { Help } from './help.js'
import { layOut } from './layout.js'
import { Notices } from './notices.js'
import { Stage } from './stage.js'
import { watchTheme } from './theme.js'
import { Transport } from './transport.js'
import * as troubles from './troubles.js'

export class Page {
  readonly notices = new Notices()
  readonly help = new Help()
  readonly stage: Stage
  readonly toggleTheme = watchTheme(() => this.stage.recolor())
  readonly #actions: Actions
  readonly #changed: () => void
  readonly #gallery: Gallery
  readonly #controls: Controls
  readonly #transport: Transport
  readonly #layout: ReturnType<typeof layOut>

  /** `changed` hears of everything that has to be drawn. */
  constructor(actions: Actions, changed: () => void) {
    this.#actions = actions
    this.#changed = changed
    this.stage = new Stage(actions, changed)
    this.#gallery = new Gallery(actions)
    this.#controls = new Controls(actions)
    this.#transport = new Transport(actions)
    this.#layout = layOut(
      {
        gallery: this.#gallery.element,
        controls: this.#controls.element,
        transport: this.#transport.element,
        charts: this.stage.charts,
        pictures: this.stage.pictures,
        numbers: this.stage.numbers,
        warnings: this.notices.warnings,
        remarks: this.notices.remarks,
        help: this.help.element,
      },
      actions,
    )
  }

  /** The controls as the state has them. */
  settings({ preset, values }: State): void {
    this.#controls.show(presetOf(preset).family.controls, values)
  }

  /** A run begins; nothing has come of it yet. */
  begin(state: State): void {
    const preset = presetOf(state.preset)
    this.stage.pin(undefined)
    this.#gallery.show(preset.id)
    this.settings(state)
    this.#layout.story(preset)
    this.#layout.table(state.values.task === 'csv')
    for (const notice of troubles.OF_A_RUN) this.notices.clear(notice)
  }

  /** Something has come of the run, which keeps it already. */
  hear(message: FromWorker, run: Run, { y }: State): void {
    switch (message.type) {
      case 'ready':
        this.#layout.engine(
          message.backend === 'wasm' ? `WebAssembly (${message.build})` : 'TypeScript',
          message.reason,
        )
        if (message.fallback !== undefined) this.notices.show(troubles.withoutWasm(message.fallback))
        break
      case 'scene':
        this.stage.show(run.record!, y === 'log')
        this.#controls.mark('rate', message.view.bound)
        this.#layout.code(message.view.code)
        if (message.view.notes.length > 0) this.notices.show(troubles.remarks(message.view.notes))
        break
      case 'frames':
        this.stage.plateaus(false)
        break
      case 'theory':
        this.stage.theory()
        if (message.why !== undefined) this.notices.show(troubles.noTheory(message.why))
        break
      case 'end':
        this.stage.plateaus(true)
        if (message.trouble !== undefined) {
          console.info(message.trouble.message)
          this.notices.show(troubles.diverged(message.trouble, (rate) => this.#useRate(rate)))
        }
        break
      case 'failed':
        this.notices.show(troubles.notComputed(message.message))
    }
    this.#changed()
  }

  crashed(why: string, role: Role): void {
    this.notices.show(
      role === 'theory'
        ? troubles.noTheory(`The theory could not be computed (${why}).`)
        : troubles.crashed(why, () => this.#actions.restart()),
    )
    this.#changed()
  }

  /** Where the run stands, and, where wanted, its figure. */
  draw({ playing, ended, speed }: Run, state: State, figure: boolean): void {
    const { newest, frame } = this.stage
    this.#transport.show({ playing, ended, speed: state.speed, seed: state.seed, newest, frame })
    if (figure) this.stage.draw(speed)
  }

  #useRate(rate: number): void {
    this.#actions.set('rate', rate, false)
    this.#actions.restart()
  }
}
