// A part of a sweep for one task of an array job, from what the cluster says in the environment.
import { describe } from '../check.js'
import { OptionError } from '../errors.js'
import type { Chunk } from './chunk.js'

/** Part `index` (0 .. count - 1) of `count`. */
export interface Shard {
  readonly index: number
  readonly count: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** Array jobs: where index and count are, and what the first index is. */
const CLUSTERS: readonly {
  readonly name: string
  readonly index: string
  readonly count?: readonly string[]
  readonly first?: string
  readonly step?: string
}[] = [
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    count: ['SLURM_ARRAY_TASK_COUNT'],
    first: 'SLURM_ARRAY_TASK_MIN',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', count: ['JOB_COMPLETIONS'] },
  { name: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: ['AWS_BATCH_JOB_ARRAY_SIZE'] },
  { name: 'PBS', index: 'PBS_ARRAY_INDEX', count: ['PBS_ARRAY_COUNT'] },
]

/**
 * Which part of a sweep is ours: `3/10` is the third of ten; `auto` asks the environment of a Slurm array, a Kubernetes indexed job, an AWS Batch array or
 * a PBS array. Kubernetes and PBS do not tell how many there are: give `count`, or set JOB_COMPLETIONS or PBS_ARRAY_COUNT (PBS arrays begin at 0).
 *
 * @param text `i/n` with i = 1 .. n, or `auto`
 * @param options.environment default `process.env`
 * @param options.count number of tasks, where the environment does not say
 * @throws {OptionError} neither, or an environment of no array job
 * @example
 * parseShard('3/10') // -> { index: 2, count: 10 }
 * parseShard('auto', { environment: { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '5' } }) // -> { index: 2, count: 4 }
 */
export function parseShard(text: string, options: { environment?: Environment; count?: number } = {}): Shard {
  if (text === 'auto') return shardOf(options.environment ?? process.env, options.count)
  const match = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/.exec(String(text))
  if (match === null || Number(match[1]) > Number(match[2])) {
    throw new OptionError(`shard must be i/n with 1 <= i <= n, such as 3/10, or auto; got ${describe(text)}`, {
      argument: 'shard',
    })
  }
  return { index: Number(match[1]) - 1, count: Number(match[2]) }
}

function shardOf(environment: Environment, given: number | undefined): Shard {
  const cluster = CLUSTERS.find(({ index }) => environment[index] !== undefined)
  if (cluster === undefined) {
    const names = CLUSTERS.map(({ name, index }) => `${index} (${name})`).join(', ')
    throw new OptionError(`shard auto: this is no task of an array job, for none of ${names} is set; give i/n`, {
      argument: 'shard',
    })
  }
  const number = (name: string) => {
    const text = environment[name]
    if (text === undefined) return undefined
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new OptionError(`shard auto: ${name} is ${describe(text)}, which is no number`, { argument: 'shard' })
  }
  const names = cluster.count ?? []
  const count = given ?? names.map(number).find((value) => value !== undefined)
  if (count === undefined) {
    throw new OptionError(
      `shard auto: ${cluster.name} sets ${cluster.index} but not how many tasks there are; give --shards N, or set ${names[0]}`,
      { argument: 'shard' },
    )
  }
  const first = (cluster.first === undefined ? undefined : number(cluster.first)) ?? 0
  const step = (cluster.step === undefined ? undefined : number(cluster.step)) ?? 1
  const index = (number(cluster.index)! - first) / step
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new OptionError(
      `shard auto: ${cluster.index} is ${environment[cluster.index]}, which is none of ${count} tasks from ${first} on`,
      { argument: 'shard' },
    )
  }
  return { index, count }
}

/** The runs of a part: parts differ by one run at most. */
export function shardRuns({ index, count }: Shard, total: number): Chunk {
  return { lo: Math.floor((index * total) / count), hi: Math.floor(((index + 1) * total) / count) }
}

/** Name of the folder of a part, in order. */
export function shardName({ index, count }: Shard): string {
  const width = String(count).length
  return `${String(index + 1).padStart(width, '0')}-of-${count}`
}
