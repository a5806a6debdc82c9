// `deeplinear/config`: runs as JSON, checked against a published schema.
export { type ConfiguredRun, createRun } from './create-run.js'
export { jsonSchema } from './json-schema.js'
export { parseConfig } from './parse.js'
export type {
  DTypeConfig,
  FeedbackRuleConfig,
  FeedbackSignalConfig,
  InitConfig,
  LearningRateConfig,
  MatrixConfig,
  NetworkConfig,
  OptimizerConfig,
  ParameterizationConfig,
  PieceConfig,
  PlainTaskConfig,
  ProbeConfig,
  ProbeName,
  RunConfig,
  SingleTaskConfig,
  TaskConfig,
} from './types.js'
