// One stage of training: a task with the plan of its steps and the plan of the probes that look at it. A run has one; a sequence of tasks has
// one after the other, around the same network and the same state of the optimizer.
import type { Network } from '../network/network.js'
import type { BoundOptimizer, Optimizer } from '../optimizer/optimizer.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import { type Probe, ProbeContext, type ProbeValue } from '../probe/probe.js'
import { taskForm } from '../probe/task-form.js'
import type { BoundTask, Task, TaskForm } from '../task/task.js'
import { guarded } from './guarded.js'

/** The form that a task is learned in: a minibatch is drawn from samples; what is judged may still be the map, at a cost that they do not enter. */
export function learnedForm(task: Task, rule: Optimizer, judged: TaskForm): TaskForm {
  const batched = rule.sampling !== undefined && judged === 'map' && (task.forms ?? ['map']).includes('samples')
  return batched ? 'samples' : judged
}

export class Stage {
  /** The task as it is judged. */
  readonly task: BoundTask
  readonly stepPlan: Plan
  readonly #context: ProbeContext
  readonly #readers: readonly { readonly name: string; readonly read: () => ProbeValue }[]
  readonly #probePlan: Plan
  readonly #owned: { dispose(): void }[] = []

  constructor(net: Network, task: Task, rule: Optimizer, optimizer: BoundOptimizer, probes: readonly Probe[]) {
    const { engine, dtype } = net
    const builders = [new PlanBuilder(engine, dtype), new PlanBuilder(engine, dtype)]
    const [steps, looks] = builders
    try {
      const form = taskForm(task, net)
      this.task = this.#own(task.bind(engine, dtype, form))
      const { weightPenalty = 0 } = task
      const learnedAs = learnedForm(task, rule, form)
      const learned = learnedAs === form ? this.task : this.#own(task.bind(engine, dtype, learnedAs))
      optimizer.emitStep(steps, learned, { weightPenalty })
      this.stepPlan = this.#own(steps.build())
      this.#context = new ProbeContext(looks, net, this.task, this.stepPlan.head?.endToEnd, weightPenalty)
      this.#context.optimizerState = optimizer.state
      // There is one for all stages of a run.
      this.#context.run = optimizer
      this.#readers = probes.map((probe) => ({ name: probe.name, read: probe.emit(looks, this.#context) }))
      this.#probePlan = this.#own(looks.build())
    } catch (error) {
      for (const builder of builders) builder.discard()
      this.dispose()
      throw error
    }
  }

  /** Run the ops of the probes at the network as it is. @returns seconds that went into the head of the next step, if it ran */
  look(step: number, time: number): number | undefined {
    let headSeconds: number | undefined
    if (this.#context.usesShared) {
      const start = performance.now()
      this.stepPlan.runHead()
      headSeconds = (performance.now() - start) / 1000
    }
    this.#context.step = step
    this.#context.time = time
    this.#probePlan.run(1)
    this.#context.frame++
    return headSeconds
  }

  /**
   * What the probes saw at the last look, with its step and time: a frame by the names of its columns.
   * @throws {ProbeError} a probe that threw
   */
  read(): Record<string, ProbeValue> {
    const { step = 0, time = 0 } = this.#context
    const frame: Record<string, ProbeValue> = { step, time }
    for (const { name, read } of this.#readers) frame[name] = guarded('probe', name, 'step', step, read)
    return frame
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    for (const thing of this.#owned.splice(0).reverse()) thing.dispose()
  }

  #own<T extends { dispose(): void }>(thing: T): T {
    this.#owned.push(thing)
    return thing
  }
}
