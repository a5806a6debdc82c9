// The public face of `deeplinear`.

export type { Mark } from './engine/allocator.js'
export type { DenseMatrix, FlatData, MatrixLike, StridedArray } from './engine/coerce.js'
export type { EngineCore, EngineMemory } from './engine/core.js'
export type { EnsembleMatrix } from './engine/ensemble-matrix.js'
export { type Features, probeFeatures, type WebAssemblyHost } from './engine/features.js'
export type { Build, EngineInfo, FallbackCode } from './engine/load.js'
export { Matrix, type Operand, type TypedArray } from './engine/matrix.js'
export type { EngineOptions } from './engine/options.js'
export type { ThreadInfo } from './engine/threads/team.js'
export type { WideInfo } from './engine/wide.js'
export {
  ConvergenceError,
  DeepLinearError,
  DisposedError,
  DivergedError,
  DTypeError,
  type ErrorCode,
  type ErrorDetails,
  FormatError,
  IoError,
  MemoryError,
  OptionError,
  ProbeError,
  RangeArgError,
  ShapeError,
  TrapError,
  UnsupportedError,
  WorkerError,
} from './errors.js'
export type { ControllerOptions } from './flow/controller.js'
export type { Direction as CrossingDirection } from './flow/events.js'
export { type IntegrateOptions, type IntegrationEvent, integrate, type Solution } from './flow/integrate.js'
export type { IntegrationStatus, Method as IntegrationMethod } from './flow/integration.js'
export type { AccuracyOptions, EventOptions } from './flow/options.js'
export type { Jacobian, RightHandSide } from './flow/stepper.js'
export type { DType } from './kernels/kernels.js'
export { type PowerSvd, type PowerSvdOptions, powerSvd } from './linalg/block-power.js'
export { cholesky } from './linalg/cholesky.js'
export { type Eigh, eigh } from './linalg/eigh.js'
export { createEngine, createEngineSync, Engine } from './linalg/engine.js'
export { expm } from './linalg/expm.js'
export { type LeastSquares, leastSquares } from './linalg/least-squares.js'
export { type MatmulOptions, matmul } from './linalg/matmul.js'
export { cond, type NormKind, norm, rank, type ToleranceOptions } from './linalg/norm.js'
export { pinv } from './linalg/pinv.js'
export {
  type PowerIterationOptions,
  type PowerIterationResult,
  powerIteration,
} from './linalg/power-iteration.js'
export { type Qr, qr } from './linalg/qr.js'
export { type SolveOptions, type SolveTriangularOptions, solve, solveTriangular } from './linalg/solve.js'
export { sqrtm } from './linalg/sqrtm.js'
export { type Svd, type SvdOptions, singularValues, svd } from './linalg/svd.js'
export type { WarmKernel, Warmup, WarmupOptions } from './linalg/warmup.js'
export type { ProductShape } from './linalg/warmup-work.js'
export type { Activation, ActivationOption } from './network/activation.js'
export { createNetwork, type FeedforwardOptions, type NetworkOptions } from './network/create.js'
export type { DeepLinearNetwork } from './network/deep-linear.js'
export { createDiagonalNetwork, type DiagonalNetwork, type DiagonalNetworkOptions } from './network/diagonal.js'
export {
  createEnsemble,
  type Ensemble,
  type EnsembleOptions,
  type MemberNetwork,
  type MemberOf,
} from './network/ensemble.js'
export { fanIn } from './network/fan-in.js'
export { activationAlignment } from './network/feedback/activation-alignment.js'
export { informationAlignment } from './network/feedback/information-alignment.js'
export type { FeedbackSignal } from './network/feedback/primitives.js'
export type { AlignmentRule, FeedbackLayer, FeedbackRule } from './network/feedback/rule.js'
export { symmetricAlignment } from './network/feedback/symmetric-alignment.js'
export { weightMirror } from './network/feedback/weight-mirror.js'
export type { FeedforwardNetwork, Layer } from './network/feedforward.js'
export { createGramNetwork, type GramNetwork } from './network/gram.js'
export { balanced, explicit, gaussian, type Initializer, orthogonal } from './network/initializer.js'
export { type LambdaBalancedOptions, lambdaBalanced } from './network/lambda-balanced.js'
export type { Network, Parameter, ParameterRole, StatePart } from './network/network.js'
export type { CommonNetworkOptions } from './network/options.js'
export { type LayerScales, meanField, ntk, type Parameterization, standard } from './network/parameterization.js'
export { type SaliencyConservation, saliencyConservation } from './network/pruning/conservation.js'
export { type CriticalCompression, criticalCompression } from './network/pruning/critical.js'
export type { Prunable, PrunableOptions } from './network/pruning/model.js'
export {
  type Pruned,
  type PrunedLayer,
  type PruneOptions,
  type PruningMask,
  pruneAtInit,
} from './network/pruning/prune.js'
export { type SaliencyKind, type SaliencyOptions, saliency } from './network/pruning/saliency.js'
export { type SynflowScores, synflowScores } from './network/pruning/synflow.js'
export { createTiedAutoencoder, type TiedAutoencoderOptions, type TiedNetwork } from './network/tied.js'
export { unbalanced } from './network/unbalanced.js'
export { type AdamScaleOptions, type RmsScaleOptions, scaleByAdam, scaleByRms } from './optimizer/adaptive.js'
export { chain, type RuleOptions } from './optimizer/chain.js'
export { clipByNorm, clipByValue } from './optimizer/clip.js'
export { type GradientDescentOptions, gradientDescent, type UpdateOrder } from './optimizer/gradient-descent.js'
export { type TraceOptions, trace } from './optimizer/momentum.js'
export type { BoundOptimizer, Optimizer, StepOptions } from './optimizer/optimizer.js'
export type { Rate } from './optimizer/rate.js'
export {
  type AdamOptions,
  adam,
  adamw,
  type MomentumOptions,
  momentum,
  type NamedRuleOptions,
  nesterov,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from './optimizer/rules.js'
export { constant, cosine, type LearningRate, multiStep, ramp, type Schedule } from './optimizer/schedule.js'
export type { BoundTransform, GradientTransform } from './optimizer/transform.js'
export { addWeightDecay } from './optimizer/weight-decay.js'
export type { BalancedOverlayOptions } from './overlay/balanced.js'
export * as overlays from './overlay/index.js'
export type { LambdaBalancedOverlayOptions } from './overlay/lambda-balanced.js'
export type { MixedOverlayOptions } from './overlay/mixed.js'
export type { ModesOverlayOptions } from './overlay/modes.js'
export type { GemmArguments } from './plan/algebra.js'
export { PlanBuilder } from './plan/builder.js'
export type { PlanOp } from './plan/disassemble.js'
export { EnsembleBuilder } from './plan/ensemble-builder.js'
export type { PlanTiming, TimedOp } from './plan/explain.js'
export type { FillRow, IndexTable, StepFeed } from './plan/feed.js'
export type { MemberSlot } from './plan/member-slot.js'
export { Plan } from './plan/plan.js'
export type { ScalarSlot } from './plan/slot.js'
export type { AlignmentOptions } from './probe/alignment.js'
export type { NoetherChargesOptions } from './probe/charges.js'
export type { CkaOptions } from './probe/cka.js'
export type { CustomProbeOptions, MatrixCopy, ProbeView } from './probe/custom.js'
export { type InvariantSets, isInInvariantSet } from './probe/invariant-set.js'
export type { KernelDistanceOptions } from './probe/kernel-distance.js'
export { findPlateaus, type Plateau, type RecordedRun } from './probe/plateaus.js'
export type { Probe, ProbeContext, ProbeValue } from './probe/probe.js'
export * as probes from './probe/probes.js'
export type { RepresentationOptions } from './probe/representations.js'
export { foldIn, type Key, key, split } from './random/key.js'
export {
  type AutoencoderOptions,
  type AutoencoderPenalty,
  type AutoencoderTask,
  autoencoder,
} from './task/autoencoder.js'
export { type ClassificationLoss, type ClassificationOptions, classification } from './task/classification.js'
export { matrixCompletion } from './task/completion.js'
export type { Samples } from './task/dataset.js'
export { haar } from './task/datasets/haar.js'
export { livingThings } from './task/datasets/living-things.js'
export { type RandomRegressionOptions, randomRegression } from './task/datasets/random-regression.js'
export { reversalPair } from './task/datasets/reversal.js'
export { type SemanticTreeOptions, semanticTree, tree7, tree15 } from './task/datasets/semantic-tree.js'
export type { SemanticDataset, WhitenedDataset } from './task/datasets/whitened-dataset.js'
export { type LabelNoiseOptions, labelNoise } from './task/label-noise.js'
export { type PowerLawOptions, type PowerLawTask, powerLaw } from './task/power-law.js'
export { type RegressionTask, regression } from './task/regression.js'
export { minibatches, type Sampling } from './task/sampling.js'
export { matrixSensing } from './task/sensing.js'
export { type Stage, type TaskSequence, taskSequence } from './task/sequence.js'
export { fromStatistics, type StatisticsOptions, type StatisticsTask } from './task/statistics.js'
export { type StreamOptions, stream } from './task/stream.js'
export type { BoundTask, Objective, Task, TaskForm } from './task/task.js'
export { type TeacherOptions, type TeacherTask, teacher } from './task/teacher.js'
export { type WhitenedTask, whitened } from './task/whitened.js'
export type { Checkpoint, CheckpointTensor } from './train/checkpoint.js'
export type { Divergence } from './train/divergence.js'
export { trainEnsemble, trainEnsembleSync } from './train/ensemble.js'
export type { EnsembleResult, TrainEnsembleOptions } from './train/ensemble-options.js'
export { gradientFlow, gradientFlowSync } from './train/flow.js'
export type { FlowEvent, FlowMoment, FlowOptions, FlowResult, FlowRun, FlowStatus } from './train/flow-options.js'
export type { Column, Columns, Frame } from './train/history.js'
export { type LaeResult, type LaeTrainOptions, laeTrain } from './train/lae.js'
export { type LrSweep, type LrSweepOptions, lrSweep } from './train/lr-sweep.js'
export { type OptimalLearningRate, optimalLearningRate } from './train/optimal-learning-rate.js'
export type { OverlayColumn, OverlayRun, PreparedOverlay, TheoryComparison, TheoryOverlay } from './train/overlay.js'
export { type ScaleInvariantOptions, type ScaleInvariantRun, scaleInvariantTrain } from './train/scale-invariant.js'
export type { StopRule } from './train/stop-rule.js'
export { type TrainOptions, train, trainSync } from './train/train.js'
export type { TrainingResult, TrainingStatus } from './train/training-result.js'
export type { TrainingRun } from './train/training-run.js'
