// The functions whose calls travel as recipes. One list for both sides: what a page writes down, a worker makes.
/** Names of the functions that make initializers, parameterizations, update rules, schedules and tasks. */
export const RECIPE_NAMES: readonly string[] = [
  ...['balanced', 'explicit', 'gaussian', 'orthogonal', 'lambdaBalanced'],
  ...['meanField', 'ntk', 'standard'],
  ...['gradientDescent', 'sgd', 'momentum', 'nesterov', 'adam', 'adamw', 'rmsprop'],
  ...['chain', 'trace', 'scaleByAdam', 'scaleByRms', 'clipByNorm', 'clipByValue', 'addWeightDecay'],
  ...['constant', 'cosine', 'multiStep', 'ramp'],
  ...['whitened', 'regression', 'matrixCompletion', 'matrixSensing', 'classification', 'autoencoder', 'fromStatistics'],
  ...['teacher', 'stream', 'powerLaw', 'taskSequence', 'minibatches', 'labelNoise'],
]
