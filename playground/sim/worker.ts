// The worker of the page: one engine, one run at a time. A second instance of it computes theories, so that neither waits for the other.
import { createEngine } from 'deeplinear'
import { Pacer } from './pacer.js'
import type { FromWorker, Job, Pace, ToWorker } from './protocol.js'
import { scenes } from './scenes/index.js'
import { Simulation } from './simulation.js'

const scope = self as unknown as {
  postMessage(message: FromWorker, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}
const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer)

const ready = createEngine({ reproducible: true })
let simulation: Simulation | undefined
/** The end of the run before: its memory is free again then. */
let before: Promise<void> = Promise.resolve()
/** The newest theory that was asked for; older ones that have not begun are not computed. */
let wanted = -1
let running = -1
/** What the visitor wants of the present run, also before it has begun. */
let wish: Pace = { playing: true, speed: 1, frames: 0 }

ready.then(({ info: { backend, build, reason, fallback } }) =>
  post({ type: 'ready', backend, build, reason, ...(fallback === undefined ? {} : { fallback: fallback.message }) }),
)

scope.onmessage = ({ data }) => {
  switch (data.type) {
    case 'start':
      running = data.job.id
      wish = data.pace
      simulation?.stop()
      before = before.then(() => start(data.job)).catch((error) => fail(data.job.id, error))
      break
    case 'theory':
      wanted = data.job.id
      // Whatever else has arrived meanwhile comes first.
      setTimeout(() => {
        if (wanted === data.job.id) void theory(data.job)
      })
      break
    case 'pace':
      wish = { ...wish, ...data.pace }
      simulation?.pacer.change(data.pace)
      break
    case 'rate':
      simulation?.rate(data.rate)
      break
    case 'crash':
      setTimeout(() => {
        throw new Error('the worker was asked to crash')
      })
  }
}

async function start(job: Job): Promise<void> {
  const engine = await ready
  if (job.id !== running) return
  const scene = sceneOf(job, engine)
  const pacer = new Pacer(wish, scene.view.pace)
  simulation = new Simulation(job.id, scene, pacer, post, () => engine.memory.liveBytes)
  post({ type: 'scene', id: job.id, view: scene.view })
  await simulation.drive()
}

async function theory(job: Job): Promise<void> {
  try {
    const scene = sceneOf(job, await ready)
    try {
      const { series, why } = scene.theory()
      post({ type: 'theory', id: job.id, series, ...(why === undefined ? {} : { why }) })
    } finally {
      scene.dispose()
    }
  } catch (error) {
    const why = `The theory could not be computed: ${error instanceof Error ? error.message : error}`
    post({ type: 'theory', id: job.id, series: [], why })
  }
}

const sceneOf = ({ family, values, seed, data }: Job, engine: Awaited<typeof ready>) =>
  scenes[family]({ engine, values, seed, data })

function fail(id: number, error: unknown): void {
  post({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) })
}
