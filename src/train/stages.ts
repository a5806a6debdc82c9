// The stages of a run, one after the other: that of its task, or those of a sequence of tasks.
import type { TaskSequence } from '../task/sequence.js'
import type { Task } from '../task/task.js'
import type { Stage } from './stage.js'

/** A stage with the step at which it ends. */
interface StageSpan {
  readonly task: Task
  readonly end: number
}

/** The stages of a task: itself for ever, or those of a sequence, the last of them for ever. */
export function stagesOf(task: Task): readonly StageSpan[] {
  const { stages } = task as Partial<TaskSequence>
  if (stages === undefined) return [{ task, end: Infinity }]
  let end = 0
  return stages.map((stage, i) => ({ task: stage.task, end: i + 1 < stages.length ? (end += stage.steps) : Infinity }))
}

export class Stages {
  readonly #spans: readonly StageSpan[]
  readonly #build: (task: Task) => Stage
  #index: number
  #current: Stage

  /** @param step where the run begins @param build makes the stage of a task; each is built once at first, so that a task which cannot be learned is refused */
  constructor(task: Task, step: number, build: (task: Task) => Stage) {
    this.#spans = stagesOf(task)
    this.#build = build
    // At the end of a stage the frame of this step is still its own.
    this.#index = this.#spans.findIndex(({ end }) => step <= end)
    // What a later stage refuses is to be known now, not after hours.
    for (const { task } of this.#spans.slice(this.#index + 1)) build(task).dispose()
    this.#current = build(this.#spans[this.#index].task)
  }

  get current(): Stage {
    return this.#current
  }

  /** The step after which the next stage begins. */
  get end(): number {
    return this.#spans[this.#index].end
  }

  /** Go on to the next stage. */
  advance(): void {
    this.#current.dispose()
    this.#index++
    this.#current = this.#build(this.#spans[this.#index].task)
  }

  dispose(): void {
    this.#current.dispose()
  }
}
