// The loop of a gradient flow: the integrators of src/flow on the slopes of a network. The integrator holds the state; the network's
// matrices are its workspace, and hold the state of the last frame, or where the run stands, whenever anybody else can see them.
import { describe } from '../check.js'
import { DTypeError, RangeArgError, UnsupportedError } from '../errors.js'
import { FlowField } from '../flow/field.js'
import { type CheckedEvent, Integration } from '../flow/integration.js'
import { explain } from '../flow/options.js'
import type { Network } from '../network/network.js'
import { parameterRates } from '../optimizer/chain.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import { type Probe, ProbeContext, type ProbeValue } from '../probe/probe.js'
import { taskForm } from '../probe/task-form.js'
import type { BoundTask, Task } from '../task/task.js'
import { assertIdle, exclusively } from './exclusive.js'
import type { CheckedOptions, FlowEvent, FlowMoment, FlowResult, FlowStatus } from './flow-options.js'
import { guarded } from './guarded.js'
import { History } from './history.js'
import type { Slice } from './run.js'

type Reader = () => ProbeValue

export class FlowLoop<P extends readonly Probe[]> {
  readonly history: History<P>
  aborted = false
  readonly #net: Network
  readonly #options: CheckedOptions<P>
  readonly #bound: BoundTask
  readonly #field: FlowField
  readonly #probePlan: Plan
  readonly #context: ProbeContext
  readonly #readers: ReadonlyMap<Probe, Reader>
  readonly #moment: { time: number }
  /** How many times of `at` or multiples of `every` were recorded. */
  #recorded = 0

  constructor(net: Network, task: Task, options: CheckedOptions<P>) {
    assertIdle(net)
    this.#net = net
    this.#options = options
    this.history = new History(net, options.probes)
    const owned: { dispose(): void }[] = []
    const p = new PlanBuilder(net.engine, net.dtype)
    try {
      this.#bound = task.bind(net.engine, net.dtype, taskForm(task, net))
      owned.push(this.#bound)
      const { modified, method } = options
      const { weightPenalty = 0 } = task
      this.#field = FlowField.create(net, this.#bound, {
        modified,
        jacobian: method === 'rosenbrock',
        rates: net.kind === 'gram' ? undefined : parameterRates(net, options.layerRates),
        weightPenalty,
        lossClock: options.clock === 'loss',
      })
      owned.push(this.#field)
      this.#context = new ProbeContext(p, net, this.#bound, undefined, weightPenalty)
      const watched = options.events.flatMap(({ when }) => (typeof when === 'function' ? [] : [when.probe]))
      const all = new Set<Probe>([...options.probes, ...watched])
      this.#readers = new Map([...all].map((probe) => [probe, probe.emit(p, this.#context)]))
      this.#moment = this.#createMoment()
      this.#probePlan = p.build()
    } catch (error) {
      p.discard()
      for (const thing of owned) thing.dispose()
      throw error
    }
  }

  get plan(): Plan {
    return this.#field.plan
  }

  abort(): void {
    this.aborted = true
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    this.#field.dispose()
    this.#probePlan.dispose()
    this.#bound.dispose()
  }

  /** Runs to the end. Yields after every slice, and after every frame. */
  run(): Generator<Slice, FlowResult<P>, boolean | undefined> {
    return exclusively(this.#net, this.#slices())
  }

  *#slices(): Generator<Slice, FlowResult<P>, boolean | undefined> {
    const { sliceMs } = this.#options
    const field = this.#field
    const start = new Float64Array(field.size)
    field.read(start)
    if (!start.every(Number.isFinite)) {
      throw new RangeArgError('the network holds NaN or infinities; it has no flow', { argument: 'net' })
    }
    const integration = this.#integration(start)
    const events: { name: string; time: number }[] = []
    const point = new Float64Array(field.size)
    let seconds = 0
    const finish = (status: FlowStatus): FlowResult<P> => {
      field.write(integration.y)
      const { t, steps, rejected, stepper } = integration
      const { evaluations } = stepper
      const message = explain(status, t, steps)
      const columns = this.history.columns()
      const result = { status, time: t, events, steps, rejected, evaluations, seconds, columns }
      return message === undefined ? result : { ...result, message }
    }
    if (this.#due(0) === 0) this.#record(0, 0, integration.y)
    yield { step: 0 }
    for (;;) {
      if (this.aborted && integration.status === undefined) return finish('aborted')
      const sliceStart = performance.now()
      let more = true
      let frame = false
      while (more && !frame) {
        more = integration.advance()
        frame = this.#due(integration.t) !== undefined
        for (const { event, t } of integration.crossings) events.push({ name: event.name, time: t })
        if (performance.now() - sliceStart > sliceMs) break
      }
      seconds += (performance.now() - sliceStart) / 1000
      for (let t = this.#due(integration.t); t !== undefined && !this.aborted; t = this.#due(integration.t)) {
        if (t === integration.t) point.set(integration.y)
        else integration.interpolate(t, point)
        this.#record(integration.steps, t, point)
        yield { step: integration.steps }
      }
      if (this.aborted) return finish('aborted')
      if (!more) {
        const { every } = this.#options
        const { frames } = this.history
        const { steps, t, y } = integration
        if (every !== undefined && frames[frames.length - 1].time < t) this.#record(steps, t, y)
        return finish(integration.status!)
      }
      field.write(integration.y)
      yield { step: integration.steps }
    }
  }

  #integration(start: Float64Array): Integration {
    const { rtol, modified } = this.#options
    const field = this.#field
    const size = field.size
    const squares = start.reduce((sum, value) => sum + value * value, 0)
    const typical = Math.min(1, Math.sqrt(squares / size)) || 1
    const rhs = (_t: number, y: Float64Array, dy: Float64Array) => field.evaluate(y, dy)
    if (modified !== undefined && modified.momentum > 0) {
      // The heavy ball from rest: see `modified` above. The slope is -grad C / (1 - beta) up to the learning rate.
      const slope = new Float64Array(size)
      field.evaluate(start, slope)
      const shift = (modified.learningRate * modified.momentum) / (1 - modified.momentum)
      for (let i = 0; i < size; i++) start[i] -= shift * slope[i]
    }
    const problem = {
      size,
      rhs,
      rtol,
      atol: this.#options.atol ?? 1e-3 * rtol * typical,
      jacobian: (_t: number, y: Float64Array, out: Float64Array) => field.jacobian(y, out),
    }
    const events = this.#options.events.map((event) => ({ ...event, when: this.#scalar(event.name, event.when) }))
    return new Integration(problem, start, 0, this.#options.time, { ...this.#options, events })
  }

  /** The next time to record if it has come. */
  #due(now: number): number | undefined {
    const { every, at, time } = this.#options
    const next = every === undefined ? at[this.#recorded] : this.#recorded * every
    // The last multiple of `every` may miss the end by a rounding.
    if (next === undefined || next > now) return undefined
    return next > time * (1 - 1e-14) ? time : next
  }

  /** Put a state into the network and run the ops of the probes there. */
  #probe(y: Float64Array, time: number): void {
    this.#field.write(y)
    this.#context.time = time
    this.#probePlan.run(1)
    this.#context.frame++
  }

  #record(step: number, time: number, y: Float64Array): void {
    this.#probe(y, time)
    const values = this.#options.probes.map((probe) => [probe.name, this.#read(probe, time)] as const)
    this.history.push({ step, time, ...Object.fromEntries(values) })
    this.#recorded++
  }

  #read(probe: Probe, time: number): ProbeValue {
    return guarded('probe', probe.name, 't =', time, this.#readers.get(probe)!)
  }

  /** The function of an event on packed states. */
  #scalar(name: string, when: FlowEvent<P>['when']): CheckedEvent['when'] {
    const value =
      typeof when === 'function'
        ? () => when(this.#moment as unknown as FlowMoment<P>)
        : () => {
            const reading: ProbeValue = this.#readers.get(when.probe)!()
            return typeof reading === 'number' ? reading - when.threshold : reading
          }
    return (t, y) => {
      this.#probe(y, t)
      this.#moment.time = t
      const result = guarded('event', name, 't =', t, value)
      if (typeof result !== 'number') {
        throw new DTypeError(`event '${name}' must give a number, got ${describe(result)}`, { argument: 'when' })
      }
      return result
    }
  }

  /** One object for all moments; a column is computed when it is looked at. */
  #createMoment(): { time: number } {
    const moment = { time: 0 }
    const define = (name: string, get: () => unknown) => {
      Object.defineProperty(moment, name, { get, enumerable: true, configurable: true })
    }
    if (this.#options.events.some(({ when }) => typeof when === 'function')) {
      const { net } = this.#context
      const map = net.linear ? this.#context.endToEnd : undefined
      define('endToEnd', () => {
        if (map !== undefined) return map.view()
        throw new UnsupportedError(
          'a network that is not linear has no end-to-end map; an event may look at recorded probes instead',
          { argument: 'when' },
        )
      })
    }
    for (const probe of this.#options.probes) define(probe.name, this.#readers.get(probe)!)
    return moment
  }
}
