// What the scenes of trained networks share: the grid of frames, the run, and what it holds of memory.
import { type Network, type Optimizer, type Probe, type Task, train } from 'deeplinear'
import type { Pictures } from './pictures.js'
import type { PanelView } from './protocol.js'
import { FRAMES, type Scene, type Theory } from './scene.js'

export interface TrainedScene {
  readonly net: Network
  readonly task: Task
  readonly optimizer: Optimizer
  /** At least so many; rounded up to whole frames. */
  readonly steps: number
  readonly frames?: number
  readonly pace?: number
  readonly probes: readonly Probe[]
  /** Numbers a frame of what the probes record; step and time come by themselves. */
  readonly columns: Readonly<Record<string, number>>
  readonly panels: readonly PanelView[]
  readonly pictures: Pictures
  readonly bound?: number
  readonly notes?: readonly string[]
  readonly code: string
  theory(): Theory
  /** Before the pictures are read. */
  look?(): void
  /** Besides the network. */
  readonly owned?: readonly { dispose(): void }[]
}

export function trainScene({
  net,
  task,
  optimizer,
  steps,
  probes,
  columns,
  panels,
  pictures,
  ...rest
}: TrainedScene): Scene {
  const every = Math.max(1, Math.round(steps / (rest.frames ?? FRAMES)))
  const frames = Math.max(2, Math.ceil(steps / every))
  return {
    view: {
      panels,
      pictures: pictures.views,
      cells: pictures.cells,
      columns: { step: 1, time: 1, ...columns },
      frames,
      every,
      ...(rest.pace === undefined ? {} : { pace: rest.pace }),
      ...(rest.bound === undefined ? {} : { bound: rest.bound }),
      notes: rest.notes ?? [],
      code: `import { ... } from 'deeplinear'\n\nconst engine = await createEngine({ reproducible: true })\n${rest.code.replace('STEPS', String(frames * every)).replace('EVERY', String(every))}`,
    },
    run: () => train(net, task, { optimizer, steps: frames * every, record: { every, probes } }),
    picture(out) {
      rest.look?.()
      pictures.read(out)
    },
    theory: rest.theory,
    dispose() {
      for (const each of [net, ...(rest.owned ?? [])]) each.dispose()
    },
  }
}
