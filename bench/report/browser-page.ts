// The page that races, and posts what came out to the server that sent it.
import { inPages } from '../peers/all.js'
import { defaultBuild, OURS } from '../peers/deeplinear.js'
import { installed } from '../peers/packages.js'
import type { Arrival, SeatTask, Times } from './arrival.js'
import { LIMITS } from './limits.js'
import { allProblems, problemKey } from './problems.js'
import { type Row, race } from './race.js'

const parameters = new URL(location.href).searchParams
const only = parameters.get('only')!.split(',')
const effort = { rounds: Number(parameters.get('rounds')), time: Number(parameters.get('time')) }
const post = (path: string, value: unknown) => fetch(path, { method: 'POST', body: JSON.stringify(value) })

async function seatOf(task: SeatTask) {
  const worker = new Worker('/worker.js', { type: 'module' })
  const ask = <T>(message: unknown) =>
    new Promise<T>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = reject
      worker.postMessage(message)
    })
  const leave = () => worker.terminate()
  const arrival = await ask<Arrival>(task)
  if (arrival.state !== 'ready') leave()
  return { arrival, leave, measure: () => ask<Times>('measure') }
}

async function main(): Promise<void> {
  const callOnly = ['deeplinear, kernel by pointer', 'deeplinear/blas, plain arrays']
  const names = inPages.map(({ name }) => name).filter((name) => name !== OURS)
  const rows: Row[] = []
  const failures: Record<string, string> = {}
  for (const problem of allProblems()) {
    if (!only.some((part) => [problem.suite, problemKey(problem)].some((text) => text.includes(part)))) continue
    const peers = names.filter((name) => problem.suite === 'call' || !callOnly.includes(name))
    const { row, others } = await race(problem, [OURS, ...Object.values(LIMITS), ...peers], effort, seatOf)
    rows.push(row)
    for (const [name, arrival] of Object.entries(others)) {
      if (arrival.state === 'wrong') failures[`${name}: ${problemKey(problem)}`] = arrival.reason
    }
  }
  const versions: Record<string, string> = {}
  for (const name of inPages.flatMap(({ packages }) => packages)) {
    const version = await installed(name)
    if (version !== null) versions[name] = version
  }
  await post('/done', { rows, failures, effort, versions, build: await defaultBuild(), agent: navigator.userAgent })
}

main().catch((error) => post('/failed', String(error)))
