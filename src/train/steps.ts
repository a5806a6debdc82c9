// The steps of a run: stage after stage, with the clock, what the optimizer remembers and the seconds that they took. It knows nothing of
// frames, slices and how a run ends; the loop does.
import { RangeArgError } from '../errors.js'
import type { Network, StatePart } from '../network/network.js'
import type { BoundOptimizer, Optimizer } from '../optimizer/optimizer.js'
import type { Probe, ProbeValue } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import {
  arithmeticOf,
  type Checkpoint,
  type CheckpointTensor,
  configurationOf,
  restore,
  tensorsOf,
} from './checkpoint.js'
import { Clock } from './clock.js'
import { Stage } from './stage.js'
import { Stages } from './stages.js'

/** Where the steps begin, and how many there may be. */
interface Bounds {
  readonly steps: number
  readonly resume: Checkpoint | undefined
}

export class Steps {
  readonly clock: Clock
  /** Everything that a step changes: the network's parts first, then the optimizer's. */
  readonly state: readonly StatePart[]
  readonly #net: Network
  readonly #optimizer: BoundOptimizer
  readonly #stages: Stages
  readonly #configuration: string
  /** Where this run began: a resumed one has done fewer steps than it counts. */
  readonly #from: number
  #seconds = 0
  #disposed = false
  /** What the optimizer remembered at the end. */
  #kept: readonly CheckpointTensor[] | undefined
  /** Seconds that the head of the next step took, when it has run already, for a frame. */
  #headSeconds: number | undefined

  /** Where this throws after a checkpoint was put into the network, the weights are the caller's to restore. */
  constructor(net: Network, task: Task, rule: Optimizer, probes: readonly Probe[], { steps, resume }: Bounds) {
    this.#net = net
    this.#configuration = configurationOf(net, task, rule)
    const optimizer = rule.bind(net)
    this.#optimizer = optimizer
    this.state = [...net.state, ...optimizer.state]
    this.clock = new Clock(rule.schedule, optimizer.rate)
    try {
      if (resume !== undefined) this.#resume(resume, steps)
      this.#from = this.clock.step
      this.#stages = new Stages(task, this.#from, (task) => {
        const stage = new Stage(net, task, rule, optimizer, probes)
        stage.stepPlan.position = this.clock.step
        return stage
      })
    } catch (error) {
      optimizer.dispose()
      throw error
    }
  }

  /** The task that is learned, with the plan of its steps. */
  get stage(): Stage {
    return this.#stages.current
  }

  /** Seconds inside the executor. */
  get seconds(): number {
    return this.#seconds
  }

  /** Steps a second of the executor so far; 0 before the first. */
  get perSecond(): number {
    return this.#seconds > 0 ? (this.clock.step - this.#from) / this.#seconds : 0
  }

  /** How many steps may be run before the next stage begins. */
  get left(): number {
    return this.#stages.end - this.clock.step
  }

  /** Go on to the next stage. */
  enter(): void {
    this.#stages.advance()
  }

  /** Run steps; returns the milliseconds they took, with what was spent on the first of them before. */
  run(count: number): number {
    const begun = this.#headSeconds
    this.#headSeconds = undefined
    const { clock } = this
    const { stepPlan } = this.stage
    const start = performance.now()
    try {
      if (begun === undefined) stepPlan.run(count)
      else {
        stepPlan.runTail()
        if (count > 1) stepPlan.run(count - 1)
      }
    } catch (error) {
      // A schedule, or noise, that threw on the way: the steps before it are done.
      clock.pass(stepPlan.position - clock.step)
      throw error
    }
    const elapsed = performance.now() - start + 1000 * (begun ?? 0)
    clock.pass(count)
    this.#seconds += elapsed / 1000
    return elapsed
  }

  /** Run steps a second time, from the state as it is; the clock stands still. */
  replay(from: number, count: number): void {
    const { stepPlan } = this.stage
    stepPlan.position = from
    stepPlan.run(count)
  }

  /** A frame of the network as it is: step, time and what the probes see, by the names of their columns. */
  look(): Record<string, ProbeValue> {
    const { step, time } = this.clock
    this.#headSeconds = this.stage.look(step, time) ?? this.#headSeconds
    return this.stage.read()
  }

  /** What a look has computed of the next step does not fit it any more. */
  forget(): void {
    this.#headSeconds = undefined
  }

  /** Everything that the next step depends on: the network as it is, and what the optimizer remembers, also after the end. */
  checkpoint(): Checkpoint {
    const { clock } = this
    return {
      version: 1,
      step: clock.step,
      time: clock.time,
      // The schedule is part of the optimizer; a rate that replaced it is not.
      ...(clock.replaced ? { learningRate: clock.learningRate } : {}),
      arithmetic: arithmeticOf(this.#net),
      configuration: this.#configuration,
      tensors: [...tensorsOf(this.#net.state), ...(this.#kept ?? tensorsOf(this.#optimizer.state))],
    }
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    try {
      this.#kept = tensorsOf(this.#optimizer.state)
    } catch {
      // The engine has trapped or was reset: there is nothing left to keep, and why is known already.
    }
    this.#stages.dispose()
    this.#optimizer.dispose()
  }

  /** Take the place in the run that a checkpoint says. */
  #resume(checkpoint: Checkpoint, steps: number): void {
    const place = restore(checkpoint, this.#net, this.state, this.#configuration)
    if (place.step > steps) {
      throw new RangeArgError(
        `steps counts from the beginning of the run and must be at least ${place.step}, where the checkpoint stands, got ${steps}`,
        { argument: 'steps' },
      )
    }
    this.clock.resume(place)
  }
}
