// Pruning at initialisation: how far it can go, and what recomputed scores guarantee.
export { maximalCompression, randomCollapse, randomCriticalCompression } from './compression.js'
export { cutBound, sufficientIterations } from './cuts.js'
