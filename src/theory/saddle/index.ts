// Saddle-to-saddle dynamics: escape, plateaus, greedy low-rank learning.
export { type BlowUp, blowUp } from './blow-up.js'
export {
  lazyDistance,
  originDistance,
  type SaddleBounds,
  saddleDistanceBounds,
  type WidthExponents,
  widthExponents,
} from './distances.js'
export { escapeDirection, escapeNorms, escapeSpeed, escapeTime } from './escape.js'
export { greedyLowRank } from './greedy.js'
export type { GreedyOptions, GreedyPhase } from './greedy-options.js'
export { greedySymmetric } from './greedy-symmetric.js'
export { type NearestMinimum, type NearestOptions, nearestMinimum } from './nearest-minimum.js'
export { pathDistance } from './path-distance.js'
export { escapeAmplitudes, type Plateaus, plateaus, plateauTimes } from './plateaus.js'
export { type Saddle, saddles } from './saddles.js'
export { escapeOffset, startEscapeTime } from './start-escape.js'
