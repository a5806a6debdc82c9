// An integration in progress: one call of `advance` takes one step, however many attempts that needs, and says what came of it.
// Whoever drives it decides what to record between steps. Nothing in here waits, and nothing runs for ever: attempts are counted, and
// a step below the spacing of the numbers around t ends the run.
import { type Controller, type ControllerOptions, fixed, pid } from './controller.js'
import { Dop853 } from './dop853.js'
import { crosses, type Direction, findZero } from './events.js'
import { firstStep } from './first-step.js'
import { Rosenbrock } from './rosenbrock.js'
import type { Problem, Stepper } from './stepper.js'
import { Tsit5 } from './tsit5.js'

/** The integrators by name. */
export const METHODS = ['dop853', 'tsit5', 'rosenbrock'] as const
/** An integrator: explicit of order 8 (`dop853`) or 5 (`tsit5`), or implicit of order 5 for stiff systems (`rosenbrock`). */
export type Method = (typeof METHODS)[number]

/** How an integration ended. */
export type IntegrationStatus = 'completed' | 'event' | 'diverged' | 'max-steps' | 'step-underflow'

/** An event, checked. */
export interface CheckedEvent {
  readonly name: string
  readonly when: (t: number, y: Float64Array) => number
  readonly terminal: boolean
  readonly direction: Direction | undefined
}

/** What an integration needs besides its problem; everything checked. */
export interface IntegrationOptions {
  readonly method: Method
  readonly events: readonly CheckedEvent[]
  readonly firstStep: number | undefined
  readonly maxStep: number
  readonly maxSteps: number
  readonly controller: ControllerOptions | 'fixed' | undefined
}

/** An event that happened. */
export interface Crossing {
  readonly event: CheckedEvent
  readonly t: number
}

/** Roots are followed to this part of t, or to the spacing of the numbers around it. */
const ROOT_TOLERANCE = 1e-13

export class Integration {
  readonly stepper: Stepper
  /** Steps taken. */
  steps = 0
  /** Attempts that were not taken. */
  rejected = 0
  /** What was crossed in the last step, in the order of time. */
  crossings: readonly Crossing[] = []
  /** Where the integration stands; after a terminal event, the event. */
  t: number
  /** The state there. */
  readonly y: Float64Array
  readonly #problem: Problem
  readonly #options: IntegrationOptions
  readonly #controller: Controller
  readonly #end: number
  readonly #direction: number
  readonly #scratch: Float64Array
  readonly #before: Float64Array
  #h = 0
  /** Whether the last attempt that was refused gave finite numbers. */
  #finite = true
  #status: IntegrationStatus | undefined

  constructor(problem: Problem, y0: Float64Array, t0: number, t1: number, options: IntegrationOptions) {
    const { method, controller } = options
    this.#problem = problem
    this.#options = options
    this.stepper =
      method === 'dop853' ? new Dop853(problem) : method === 'tsit5' ? new Tsit5(problem) : new Rosenbrock(problem)
    this.#controller = controller === 'fixed' ? fixed : pid(controller, this.stepper.errorOrder)
    this.#end = t1
    this.#direction = t1 < t0 ? -1 : 1
    this.t = t0
    this.y = y0.slice()
    this.#scratch = new Float64Array(problem.size)
    this.#before = new Float64Array(options.events.length)
    this.stepper.begin(t0, y0)
    options.events.forEach(({ when }, i) => {
      this.#before[i] = when(t0, this.y)
    })
    if (!(this.y.every(Number.isFinite) && this.stepper.slope.every(Number.isFinite))) this.#status = 'diverged'
    else if (t0 === t1) this.#status = 'completed'
  }

  /** How it ended, once it has. */
  get status(): IntegrationStatus | undefined {
    return this.#status
  }

  /** Take one step. @returns false at the end: then see `status`. The last step returns true first. */
  advance(): boolean {
    this.crossings = []
    if (this.#status !== undefined) return false
    const { stepper } = this
    const { maxSteps, maxStep } = this.#options
    if (this.#h === 0) {
      this.#h =
        this.#options.firstStep ?? firstStep(stepper, this.#problem, this.#direction, Math.abs(this.#end - this.t))
    }
    for (;;) {
      const left = Math.abs(this.#end - this.t)
      const least = 8 * Number.EPSILON * Math.max(Math.abs(this.t), Math.abs(this.#end) * Number.EPSILON)
      if (this.steps + this.rejected >= maxSteps) return this.#fail('max-steps')
      if (this.#h < least && this.#h < left) return this.#fail(this.#finite ? 'step-underflow' : 'diverged')
      const length = Math.min(this.#h, maxStep)
      const last = length * (1 + 1e-10) >= left
      const h = this.#direction * (last ? left : length)
      const error = stepper.attempt(h)
      // A step that was cut at the end of the interval tells nothing new about how long steps may be.
      if (this.#controller.accepts(error)) {
        stepper.accept(last ? this.#end : this.t + h)
        this.#h = Math.min(maxStep, Math.abs(h) * this.#controller.factor(error))
        break
      }
      if (this.#controller === fixed) return this.#fail('diverged')
      this.#finite = Number.isFinite(error)
      this.rejected++
      this.#h = Math.abs(h) * this.#controller.factor(error)
    }
    this.steps++
    this.t = stepper.t
    this.y.set(stepper.y)
    this.#lookForEvents()
    if (this.#status === undefined && this.t === this.#end) this.#status = 'completed'
    return true
  }

  /** The state at a time within the last step. */
  interpolate(t: number, out: Float64Array): void {
    this.stepper.interpolate(t, out)
  }

  #fail(status: IntegrationStatus): false {
    this.#status = status
    return false
  }

  #lookForEvents(): void {
    const { events } = this.#options
    if (events.length === 0) return
    const { stepper } = this
    const found: Crossing[] = []
    events.forEach((event, i) => {
      const before = this.#before[i]
      const after = event.when(stepper.t, stepper.y)
      this.#before[i] = after
      if (!crosses(before, after, event.direction)) return
      const at = (t: number) => {
        stepper.interpolate(t, this.#scratch)
        return event.when(t, this.#scratch)
      }
      const tolerance = ROOT_TOLERANCE * Math.max(Math.abs(stepper.t), Math.abs(stepper.tPrevious))
      found.push({ event, t: findZero(at, stepper.tPrevious, before, stepper.t, after, tolerance) })
    })
    found.sort((a, b) => this.#direction * (a.t - b.t))
    const end = found.findIndex(({ event }) => event.terminal)
    this.crossings = end < 0 ? found : found.slice(0, end + 1)
    if (end >= 0) {
      this.t = found[end].t
      stepper.interpolate(this.t, this.y)
      this.#status = 'event'
    }
  }
}
