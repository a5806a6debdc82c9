// Balanced and lazy modes of deep linear networks: Saxe, Arora, Gidel.
export { balancedFlow } from './balanced-flow.js'
export { balancedModes } from './balanced-modes.js'
export { balancedModeTime } from './balanced-time.js'
export { gidelModes } from './gidel-modes.js'
export { lazyFlow, lazyKernel } from './lazy-flow.js'
export { type SingularMotion, singularMotion } from './singular-motion.js'
export { kernelAtMinimum, tangentKernel } from './tangent-kernel.js'
