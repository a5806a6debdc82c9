// The public face of `deeplinear/theory`: closed forms and reduced dynamics, one file a result. Nothing here sees the simulation.
export * from './lambda-balanced/index.js'
export * from './large-width/index.js'
export * from './mixed/index.js'
export * from './modes/index.js'
export type { CurveOptions } from './numerics/solve-flow.js'
export { completionError, type Objective, regressionError, squaredError } from './objective.js'
export * from './saddle/index.js'
export * from './single-neuron/index.js'
