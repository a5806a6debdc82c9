// The plateaus of a run so far, as bands of its chart.
import { findPlateaus } from 'deeplinear'
import type { Band } from '../draw/base.js'
import type { Recording } from './recording.js'

/** Singular values below this part of the largest that is expected are not learned. */
const LEARNED = 0.1

/** Where the loss stands still, and at which rank, of a run that records its gradient. */
export function plateausOf(record: Recording): Band[] {
  const ends = record.view.panels.flatMap(({ series }) => series.map(({ end }) => end ?? 0))
  const found = findPlateaus(
    {
      step: record.table('time'),
      loss: record.table('loss'),
      gradientNorm: record.table('gradientNorm'),
      singularValues: record.table('singularValues'),
    },
    { scale: Math.max(0, ...ends), rankTolerance: LEARNED },
  )
  return found.map(({ from, to, rank, loss }) => ({ from, to, label: `rank ${rank}`, loss }))
}
