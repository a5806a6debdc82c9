// The probes, gathered under one name: `probes.loss()`, `probes.singularValues({ rank: 8 })`, ...
export { accuracy } from './accuracy.js'
export { balance } from './balance.js'
export { gradientNorm } from './gradient-norm.js'
export { loss } from './loss.js'
export { nuclearNorm, rank, singularValues } from './spectrum.js'
export { weights } from './weights.js'
