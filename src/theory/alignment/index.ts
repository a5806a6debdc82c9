// Credit assignment without weight symmetry: where feedback matrices end, what feedback alignment conserves, one neuron solved.

export { feedbackCharge } from './charge.js'
export { backwardFixedPoint, type FixedPointOptions } from './fixed-point.js'
export { type ScalarFeedback, scalarFeedbackAlignment } from './scalar.js'
