// Theories that `train` can lay over a run, gathered under one name: `overlays.mixed()`, ...
export { balanced } from './balanced.js'
export { lambdaBalanced } from './lambda-balanced.js'
export { mixed } from './mixed.js'
export { modes } from './modes.js'
