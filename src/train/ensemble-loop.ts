// The loop of an ensemble: one plan steps all members, in slices of a few milliseconds; between them the members are looked at.
import type { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import type { Ensemble, MemberNetwork } from '../network/ensemble.js'
import { EnsembleBuilder } from '../plan/ensemble-builder.js'
import type { Plan } from '../plan/plan.js'
import { taskForm } from '../probe/task-form.js'
import type { Task } from '../task/task.js'
import { hasNonFinite } from './divergence.js'
import { EnsembleLooks } from './ensemble-looks.js'
import type { EnsembleOptions, EnsembleResult } from './ensemble-options.js'
import { nextFrame, Pace } from './pace.js'
import { learnedForm } from './stage.js'

export class EnsembleLoop {
  readonly #ensemble: Ensemble<MemberNetwork>
  readonly #options: EnsembleOptions
  readonly #owned: { dispose(): void }[] = []
  readonly #plan: Plan
  readonly #looks: EnsembleLooks
  readonly #diverged: Int32Array
  #step = 0
  /** The sum of the rates of the schedule. */
  #time = 0
  #seconds = 0

  constructor(ensemble: Ensemble<MemberNetwork>, task: Task, options: EnsembleOptions) {
    const { engine, dtype, replicas, network, proxy } = ensemble
    const { optimizer: rule, learningRates, ownMinibatches, probes } = options
    this.#ensemble = ensemble
    this.#options = options
    this.#diverged = new Int32Array(replicas).fill(-1)
    const steps = new EnsembleBuilder(engine, dtype, replicas, learningRates, ownMinibatches)
    try {
      const form = taskForm(task, proxy)
      const judged = this.#own(task.bind(engine, dtype, form))
      const { weightPenalty = 0 } = task
      const learnedAs = learnedForm(task, rule, form)
      const learned = learnedAs === form ? judged : this.#own(task.bind(engine, dtype, learnedAs))
      const optimizer = this.#own(rule.bind(network))
      optimizer.emitStep(steps, learned, { weightPenalty })
      this.#plan = this.#own(steps.build())
      this.#looks = this.#own(new EnsembleLooks(ensemble, judged, probes, weightPenalty))
    } catch (error) {
      steps.discard()
      this.dispose()
      throw error
    }
  }

  /** Works in slices. Resume with `true` to end. */
  *run(): Generator<void, EnsembleResult, boolean> {
    const { steps, every, sliceMs, optimizer } = this.#options
    const pace = new Pace(this.#plan.flops, sliceMs)
    this.#look()
    while (this.#step < steps) {
      if (yield) return this.#result('aborted')
      const frame = nextFrame(this.#step, every, steps)
      const count = pace.steps(frame - this.#step)
      const start = performance.now()
      this.#plan.run(count)
      const elapsed = performance.now() - start
      this.#seconds += elapsed / 1000
      for (let i = 0; i < count; i++) this.#time += optimizer.schedule.at(this.#step + i)
      this.#step += count
      pace.learn(count, elapsed)
      if (this.#step === frame) this.#look()
    }
    return this.#result('completed')
  }

  dispose(): void {
    for (const thing of this.#owned.splice(0).reverse()) thing.dispose()
  }

  #own<T extends { dispose(): void }>(thing: T): T {
    this.#owned.push(thing)
    return thing
  }

  #look(): void {
    markDiverged(this.#ensemble, this.#step, this.#diverged)
    this.#looks.record(this.#step, this.#memberTimes(), this.#diverged)
  }

  #memberTimes(): Float64Array {
    const { learningRates, optimizer } = this.#options
    const { constant } = optimizer.schedule
    return Float64Array.from({ length: this.#ensemble.replicas }, (_, i) => {
      const rate = learningRates?.[i] ?? constant
      return rate === undefined ? this.#time : rate * this.#step
    })
  }

  #result(status: 'completed' | 'aborted'): EnsembleResult {
    const { replicas } = this.#ensemble
    return {
      status,
      steps: this.#step,
      seconds: this.#seconds,
      memberStepsPerSecond: this.#seconds > 0 ? (this.#step * replicas) / this.#seconds : 0,
      columns: this.#looks.columns() as EnsembleResult['columns'],
      diverged: this.#diverged.slice(),
    }
  }
}

/** Note the step of the members that hold NaN or infinities and did not before. */
function markDiverged(
  { network, engine, replicas }: Ensemble<MemberNetwork>,
  step: number,
  diverged: Int32Array,
): void {
  for (const { matrix } of network.state) {
    if (!hasNonFinite(engine, matrix)) continue
    const block = matrix.view()
    const size = matrix.rows * matrix.cols
    for (let member = 0; member < replicas; member++) {
      if (diverged[member] >= 0) continue
      const { offset, stride } = (matrix as EnsembleMatrix).memberStride(member)
      for (let i = 0, at = offset; i < size; i++, at += stride) {
        if (!Number.isFinite(block[at])) {
          diverged[member] = step
          break
        }
      }
    }
  }
}
