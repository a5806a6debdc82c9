// The makers of initializers, tasks, update rules and probes as a page uses them: the same names, arguments and types as in `deeplinear`,
// but what they give is the call itself, made in the worker.
import type {
  balanced as itsBalanced,
  explicit as itsExplicit,
  gaussian as itsGaussian,
  orthogonal as itsOrthogonal,
} from '../network/initializer.js'
import type { lambdaBalanced as itsLambdaBalanced } from '../network/lambda-balanced.js'
import type { meanField as itsMeanField, ntk as itsNtk, standard as itsStandard } from '../network/parameterization.js'
import type { scaleByAdam as itsScaleByAdam, scaleByRms as itsScaleByRms } from '../optimizer/adaptive.js'
import type { chain as itsChain } from '../optimizer/chain.js'
import type { clipByNorm as itsClipByNorm, clipByValue as itsClipByValue } from '../optimizer/clip.js'
import type { gradientDescent as itsGradientDescent } from '../optimizer/gradient-descent.js'
import type { trace as itsTrace } from '../optimizer/momentum.js'
import type {
  adam as itsAdam,
  adamw as itsAdamw,
  momentum as itsMomentum,
  nesterov as itsNesterov,
  rmsprop as itsRmsprop,
  sgd as itsSgd,
} from '../optimizer/rules.js'
import type {
  constant as itsConstant,
  cosine as itsCosine,
  multiStep as itsMultiStep,
  ramp as itsRamp,
} from '../optimizer/schedule.js'
import type { addWeightDecay as itsAddWeightDecay } from '../optimizer/weight-decay.js'
import type * as probeMakers from '../probe/probes.js'
import type { autoencoder as itsAutoencoder } from '../task/autoencoder.js'
import type { classification as itsClassification } from '../task/classification.js'
import type { matrixCompletion as itsMatrixCompletion } from '../task/completion.js'
import type { labelNoise as itsLabelNoise } from '../task/label-noise.js'
import type { powerLaw as itsPowerLaw } from '../task/power-law.js'
import type { regression as itsRegression } from '../task/regression.js'
import type { minibatches as itsMinibatches } from '../task/sampling.js'
import type { matrixSensing as itsMatrixSensing } from '../task/sensing.js'
import type { taskSequence as itsTaskSequence } from '../task/sequence.js'
import type { fromStatistics as itsFromStatistics } from '../task/statistics.js'
import type { stream as itsStream } from '../task/stream.js'
import type { Task } from '../task/task.js'
import type { teacher as itsTeacher } from '../task/teacher.js'
import type { whitened as itsWhitened } from '../task/whitened.js'
import { recipe } from './recipe.js'

/** A maker whose result is used whole: what else it carries stays in the worker. */
type Plain<F, Result> = F extends (...args: infer Given) => unknown ? (...args: Given) => Result : never

/** `balanced` of `deeplinear`, made where the engine is. */
export const balanced = recipe<typeof itsBalanced>('balanced')
/** `explicit` of `deeplinear`, made where the engine is. */
export const explicit = recipe<typeof itsExplicit>('explicit')
/** `gaussian` of `deeplinear`, made where the engine is. */
export const gaussian = recipe<typeof itsGaussian>('gaussian')
/** `lambdaBalanced` of `deeplinear`, made where the engine is. */
export const lambdaBalanced = recipe<typeof itsLambdaBalanced>('lambdaBalanced')
/** `orthogonal` of `deeplinear`, made where the engine is. */
export const orthogonal = recipe<typeof itsOrthogonal>('orthogonal')

/** `meanField` of `deeplinear`, made where the engine is. */
export const meanField = recipe<typeof itsMeanField>('meanField')
/** `ntk` of `deeplinear`, made where the engine is. */
export const ntk = recipe<typeof itsNtk>('ntk')
/** `standard` of `deeplinear`, made where the engine is. */
export const standard = recipe<typeof itsStandard>('standard')

/** `adam` of `deeplinear`, made where the engine is. */
export const adam = recipe<typeof itsAdam>('adam')
/** `adamw` of `deeplinear`, made where the engine is. */
export const adamw = recipe<typeof itsAdamw>('adamw')
/** `gradientDescent` of `deeplinear`, made where the engine is. */
export const gradientDescent = recipe<typeof itsGradientDescent>('gradientDescent')
/** `momentum` of `deeplinear`, made where the engine is. */
export const momentum = recipe<typeof itsMomentum>('momentum')
/** `nesterov` of `deeplinear`, made where the engine is. */
export const nesterov = recipe<typeof itsNesterov>('nesterov')
/** `rmsprop` of `deeplinear`, made where the engine is. */
export const rmsprop = recipe<typeof itsRmsprop>('rmsprop')
/** `sgd` of `deeplinear`, made where the engine is. */
export const sgd = recipe<typeof itsSgd>('sgd')

/** `addWeightDecay` of `deeplinear`, made where the engine is. */
export const addWeightDecay = recipe<typeof itsAddWeightDecay>('addWeightDecay')
/** `chain` of `deeplinear`, made where the engine is. */
export const chain = recipe<typeof itsChain>('chain')
/** `clipByNorm` of `deeplinear`, made where the engine is. */
export const clipByNorm = recipe<typeof itsClipByNorm>('clipByNorm')
/** `clipByValue` of `deeplinear`, made where the engine is. */
export const clipByValue = recipe<typeof itsClipByValue>('clipByValue')
/** `scaleByAdam` of `deeplinear`, made where the engine is. */
export const scaleByAdam = recipe<typeof itsScaleByAdam>('scaleByAdam')
/** `scaleByRms` of `deeplinear`, made where the engine is. */
export const scaleByRms = recipe<typeof itsScaleByRms>('scaleByRms')
/** `trace` of `deeplinear`, made where the engine is. */
export const trace = recipe<typeof itsTrace>('trace')

/** `constant` of `deeplinear`, made where the engine is. */
export const constant = recipe<typeof itsConstant>('constant')
/** `cosine` of `deeplinear`, made where the engine is. */
export const cosine = recipe<typeof itsCosine>('cosine')
/** `multiStep` of `deeplinear`, made where the engine is. */
export const multiStep = recipe<typeof itsMultiStep>('multiStep')
/** `ramp` of `deeplinear`, made where the engine is. */
export const ramp = recipe<typeof itsRamp>('ramp')

/** `autoencoder` of `deeplinear`, made where the engine is. */
export const autoencoder = recipe<Plain<typeof itsAutoencoder, Task>>('autoencoder')
/** `classification` of `deeplinear`, made where the engine is. */
export const classification = recipe<Plain<typeof itsClassification, Task>>('classification')
/** `fromStatistics` of `deeplinear`, made where the engine is. */
export const fromStatistics = recipe<Plain<typeof itsFromStatistics, Task>>('fromStatistics')
/** `labelNoise` of `deeplinear`, made where the engine is. */
export const labelNoise = recipe<Plain<typeof itsLabelNoise, Task>>('labelNoise')
/** `matrixCompletion` of `deeplinear`, made where the engine is. */
export const matrixCompletion = recipe<typeof itsMatrixCompletion>('matrixCompletion')
/** `matrixSensing` of `deeplinear`, made where the engine is. */
export const matrixSensing = recipe<typeof itsMatrixSensing>('matrixSensing')
/** `minibatches` of `deeplinear`, made where the engine is. */
export const minibatches = recipe<typeof itsMinibatches>('minibatches')
/** `powerLaw` of `deeplinear`, made where the engine is. */
export const powerLaw = recipe<Plain<typeof itsPowerLaw, Task>>('powerLaw')
/** `regression` of `deeplinear`, made where the engine is. */
export const regression = recipe<Plain<typeof itsRegression, Task>>('regression')
/** `stream` of `deeplinear`, made where the engine is. */
export const stream = recipe<Plain<typeof itsStream, Task>>('stream')
/** `taskSequence` of `deeplinear`, made where the engine is. */
export const taskSequence = recipe<typeof itsTaskSequence>('taskSequence')
/** `teacher` of `deeplinear`, made where the engine is. */
export const teacher = recipe<Plain<typeof itsTeacher, Task>>('teacher')
/** `whitened` of `deeplinear`, made where the engine is. */
export const whitened = recipe<Plain<typeof itsWhitened, Task>>('whitened')

/** The probes of `deeplinear`, but for `custom`, which holds functions. Whether there is one of a name shows where it is made. */
export const probes = new Proxy({} as Omit<typeof probeMakers, 'custom'>, {
  get: (_, name) => (typeof name === 'string' ? recipe(`probes.${name}`) : undefined),
})
