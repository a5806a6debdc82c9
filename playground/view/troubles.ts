// What can go wrong or be missing, in sentences, with the cure where there is one.
import type { Trouble } from '../sim/protocol.js'
import type { Notice } from './notices.js'

/** Notices about one run: the next one begins without them. */
export const OF_A_RUN = ['trouble', 'crash', 'failed', 'theory', 'notes'] as const

export const noTable: Notice = {
  id: 'failed',
  kind: 'info',
  text: 'Choose a table: numbers, one sample a row, the class or the target in the last column. It stays on your machine.',
}

export const notLoaded = (error: unknown): Notice => ({
  id: 'failed',
  kind: 'warning',
  title: 'This could not be loaded.',
  text: String((error as Error).message),
})

export const notComputed = (message: string): Notice => ({
  id: 'failed',
  kind: 'warning',
  title: 'This cannot be computed.',
  text: message,
})

export const noTheory = (why: string): Notice => ({ id: 'theory', kind: 'info', text: why })

export const remarks = (notes: readonly string[]): Notice => ({ id: 'notes', kind: 'info', text: notes.join(' ') })

/** A run that diverged, and a rate with which it would not have. */
export const diverged = ({ step, layer, rate, cure }: Trouble, use: (rate: number) => void): Notice => ({
  id: 'trouble',
  kind: 'warning',
  title: 'The run diverged.',
  text: `The weights of ${layer.replace('_', '')} grew without bound at step ${step}: with learning rate ${Number(rate.toPrecision(3))} every step overshoots by more than it corrects.`,
  action: { label: `Use learning rate ${cure}`, act: () => use(cure) },
})

/** The worker of the simulation is gone. */
export const crashed = (why: string, again: () => void): Notice => ({
  id: 'crash',
  kind: 'warning',
  title: 'The simulation stopped unexpectedly.',
  text: `Your settings are kept (${why}).`,
  action: { label: 'Start again', act: again },
})

export const withoutWasm = (reason: string): Notice => ({
  id: 'fallback',
  kind: 'info',
  title: 'WebAssembly is not available here,',
  text: `so the slower TypeScript executor runs, with the same numbers bit for bit. ${reason}`,
})
