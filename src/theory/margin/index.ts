// The margin that quasi-homogeneous networks maximise: Kunin, Yamamura, Ma, Ganguli (2022), The asymmetric maximum margin bias.
export { type QuasiHomogeneousFlow, type QuasiHomogeneousFlowOptions, quasiHomogeneousFlow } from './flow.js'
export { type MaxMargin, maxMarginLambdaMax } from './max-margin.js'
export type { MarginData } from './model.js'
export { robustRadius } from './radius.js'
export { lambdaSeminorm, normalizedMargin, quasiHomogeneousRate } from './seminorm.js'
export { type ShallowAgainstDeepOptions, shallowAgainstDeep } from './single-sample.js'
