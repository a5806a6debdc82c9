// The public face of `deeplinear`.
export type { DenseMatrix, FlatData, MatrixLike, StridedArray } from './engine/coerce.js'
export type { EngineMemory } from './engine/core.js'
export { type Features, probeFeatures } from './engine/features.js'
export type { Build, EngineInfo, FallbackCode } from './engine/load.js'
export { Matrix, type Operand } from './engine/matrix.js'
export type { EngineOptions } from './engine/options.js'
export {
  ConvergenceError,
  DeepLinearError,
  DisposedError,
  DTypeError,
  type ErrorCode,
  FormatError,
  IoError,
  MemoryError,
  OptionError,
  ProbeError,
  RangeArgError,
  ShapeError,
  TrapError,
  UnsupportedError,
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
export { createNetwork, type DeepLinearNetwork, type NetworkOptions } from './network/deep-linear.js'
export { createGramNetwork, type GramNetwork } from './network/gram.js'
export { balanced, explicit, gaussian, type Initializer, orthogonal } from './network/initializer.js'
export type { Network } from './network/network.js'
export { type GradientDescentOptions, gradientDescent, type UpdateOrder } from './optimizer/gradient-descent.js'
export type { Optimizer } from './optimizer/optimizer.js'
export { PlanBuilder } from './plan/builder.js'
export type { PlanOp } from './plan/disassemble.js'
export { Plan } from './plan/plan.js'
export type { AlignmentOptions } from './probe/alignment.js'
export { findPlateaus, type Plateau, type RecordedRun } from './probe/plateaus.js'
export type { Probe, ProbeValue } from './probe/probe.js'
export * as probes from './probe/probes.js'
export { foldIn, type Key, key, split } from './random/key.js'
export { matrixCompletion } from './task/completion.js'
export { type RegressionTask, regression } from './task/regression.js'
export type { Task } from './task/task.js'
export { type TeacherOptions, type TeacherTask, teacher } from './task/teacher.js'
export { whitened } from './task/whitened.js'
export type { Divergence } from './train/divergence.js'
export { gradientFlow, gradientFlowSync } from './train/flow.js'
export type { FlowEvent, FlowMoment, FlowOptions, FlowResult, FlowRun, FlowStatus } from './train/flow-options.js'
export type { Column, Columns, Frame } from './train/history.js'
export type { StopRule, TrainingResult, TrainingStatus } from './train/loop.js'
export type { TrainingRun } from './train/run.js'
export { type TrainOptions, train, trainSync } from './train/train.js'
