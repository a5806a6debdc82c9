// Mixed dynamics: between lazy and active, any width and variance.
export { type MixedErrors, mixedErrors } from './errors.js'
export { type MixedGram, mixedGram } from './gram.js'
export { type LazyErrors, type LazyOptimum, type LazyVariances, lazyErrors, lazyOptimum } from './lazy.js'
export { mixedFlow } from './mixed-flow.js'
export { mixedModes, mixedModeTime } from './mixed-modes.js'
export {
  activeModes,
  activeStopTime,
  type MixedPhase,
  mixedPhase,
  type PhasePoint,
  truncationError,
} from './phase.js'
export { mixedWhiteFlow } from './white-flow.js'
