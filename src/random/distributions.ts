// The distributions in one place: each is a pure function of a key.
export { chi } from './chi.js'
export { normal } from './normal.js'
export { normalQuantile } from './normal-quantile.js'
export { permutation } from './permutation.js'
export { uniform } from './uniform.js'
