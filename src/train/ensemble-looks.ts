// What is recorded of an ensemble. The loss of all members is one plan; other probes look at one member after the other. A member that has
// diverged is looked at no more.
import type { Ensemble, MemberNetwork } from '../network/ensemble.js'
import { PlanBuilder } from '../plan/builder.js'
import { EnsembleBuilder } from '../plan/ensemble-builder.js'
import type { MemberSlot } from '../plan/member-slot.js'
import type { Plan } from '../plan/plan.js'
import { type Probe, ProbeContext, type ProbeValue } from '../probe/probe.js'
import type { BoundTask } from '../task/task.js'
import type { Column } from './history.js'

interface Reader {
  readonly name: string
  readonly shape: readonly number[]
  readonly width: number
  readonly rows: Float64Array[]
  /** Undefined for the loss. */
  readonly read: (() => ProbeValue) | undefined
}

export class EnsembleLooks {
  readonly #ensemble: Ensemble<MemberNetwork>
  readonly #lossPlan: Plan | undefined
  readonly #losses: MemberSlot | undefined
  readonly #probePlan: Plan
  readonly #context: ProbeContext
  readonly #readers: readonly Reader[]
  readonly #steps: number[] = []
  readonly #times: Float64Array[] = []

  constructor(
    ensemble: Ensemble<MemberNetwork>,
    task: BoundTask,
    probes: readonly Probe<string, ProbeValue>[],
    weightPenalty: number,
  ) {
    const { engine, dtype, replicas, network, proxy } = ensemble
    this.#ensemble = ensemble
    const losses = new EnsembleBuilder(engine, dtype, replicas)
    const looks = new PlanBuilder(engine, dtype)
    try {
      if (probes.some(({ name }) => name === 'loss')) {
        this.#losses = new ProbeContext(losses, network, task, undefined, weightPenalty).loss as MemberSlot
        this.#lossPlan = losses.build()
      } else losses.discard()
      this.#context = new ProbeContext(looks, proxy, task, undefined, weightPenalty)
      this.#readers = probes.map((probe) => {
        const shape = [...probe.shape(proxy)]
        const width = shape.reduce((product, size) => product * size, 1)
        const read = probe.name === 'loss' ? undefined : probe.emit(looks, this.#context)
        return { name: probe.name, shape, width, rows: [], read }
      })
      this.#probePlan = looks.build()
    } catch (error) {
      for (const builder of [losses, looks]) builder.discard()
      this.#lossPlan?.dispose()
      throw error
    }
  }

  /** Record all members. @param times of each member @param diverged of each member the step at which it did, or -1 */
  record(step: number, times: Float64Array, diverged: Int32Array): void {
    const { replicas } = this.#ensemble
    this.#steps.push(step)
    this.#times.push(times)
    this.#lossPlan?.run(1)
    const losses = this.#losses?.values
    const rows = this.#readers.map(({ width }) => new Float64Array(replicas * width).fill(Number.NaN))
    const single = this.#readers.some(({ read }) => read !== undefined)
    for (let member = 0; member < replicas; member++) {
      if (diverged[member] >= 0) continue
      if (single) {
        this.#ensemble.read(member)
        this.#context.step = step
        this.#context.time = times[member]
        this.#probePlan.run(1)
        this.#context.frame++
      }
      this.#readers.forEach(({ read, width }, i) => {
        const value = read === undefined ? losses![member] : read()
        if (typeof value === 'number') rows[i][member] = value
        else rows[i].set(value, member * width)
      })
    }
    this.#readers.forEach((reader, i) => {
      reader.rows.push(rows[i])
    })
  }

  columns(): Record<string, Column> {
    const { replicas } = this.#ensemble
    const length = this.#steps.length
    const columns: Record<string, Column> = {
      step: { length, shape: [], data: Float64Array.from(this.#steps) },
      time: { length, shape: [replicas], data: joined(this.#times) },
    }
    for (const { name, shape, rows } of this.#readers) {
      columns[name] = { length, shape: [replicas, ...shape], data: joined(rows) }
    }
    return columns
  }

  dispose(): void {
    this.#probePlan.dispose()
    this.#lossPlan?.dispose()
  }
}

function joined(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0
  const data = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    data.set(row, i * width)
  })
  return data
}
