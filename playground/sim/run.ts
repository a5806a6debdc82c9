// The run that the page shows: asked of the workers, and kept as their answers come. What they still say of an older one is not heard.
import { Recording } from '../state/recording.js'
import { Host, type Role } from './host.js'
import type { FromWorker, Job, Pace } from './protocol.js'

type Of<Type extends FromWorker['type']> = Extract<FromWorker, { type: Type }>

/** How fast the executor is, and the bytes that its engine has handed out. */
export type Speed = Pick<Of<'frames'>, 'stepsPerSecond' | 'gflops' | 'liveBytes'>

const IDLE: Speed = { stepsPerSecond: 0, gflops: 0, liveBytes: 0 }

export class Run {
  readonly host: Host
  /** What has come of it; of the run before until this one has begun. */
  record: Recording | undefined
  speed = IDLE
  playing: boolean
  ended = false
  /** The rate was changed on the way: no link could lead to its frames. */
  bent = false
  readonly #tell: (message: FromWorker) => void
  #id = 0
  #shown = 0
  #early: Of<'theory'> | undefined

  /** `tell` hears of everything after it has been kept; a crash ends the run before it is told. */
  constructor(playing: boolean, tell: (message: FromWorker) => void, crashed: (why: string, role: Role) => void) {
    this.playing = playing
    this.#tell = tell
    this.host = new Host(
      (message, role) => this.#hear(message, role),
      (why, role) => {
        if (role === 'simulation') this.#end()
        crashed(why, role)
      },
    )
  }

  /** Whether what is shown is the run that was asked for last. */
  get fresh(): boolean {
    return this.#shown === this.#id
  }

  /** Another run begins: the one before is over. Returns whether it is still the newest. */
  renew(): () => boolean {
    const id = ++this.#id
    this.ended = this.bent = false
    return () => this.#id === id
  }

  start(job: Omit<Job, 'id'>, speed: number, frames: number): void {
    const numbered = { id: this.#id, ...job }
    this.host.send({ type: 'start', job: numbered, pace: { playing: this.playing, speed, frames } }, 'simulation')
    this.host.send({ type: 'theory', job: numbered }, 'theory')
  }

  pace(pace: Partial<Pace>): void {
    this.playing = pace.playing ?? this.playing
    this.host.send({ type: 'pace', pace }, 'simulation')
  }

  rate(rate: number): void {
    this.bent = true
    this.host.send({ type: 'rate', rate }, 'simulation')
  }

  #end(): void {
    this.ended = true
    this.playing = false
  }

  #hear(message: FromWorker, role: Role): void {
    if (message.type === 'ready' ? role === 'theory' : message.id !== this.#id) return
    switch (message.type) {
      case 'scene':
        this.record = new Recording(message.view)
        this.speed = IDLE
        this.#shown = message.id
        break
      case 'frames':
        this.record?.append(message)
        this.speed = message
        break
      case 'theory':
        // It may be there before its scene, and then waits for it.
        this.#early = this.fresh ? undefined : message
        if (this.record === undefined || !this.fresh) return
        this.record.theory = message.series
        break
      case 'end':
      case 'failed':
        this.#end()
    }
    this.#tell(message)
    if (message.type === 'scene' && this.#early?.id === message.id) this.#hear(this.#early, 'theory')
  }
}
