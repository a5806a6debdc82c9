// A run as a type. The schema is checked against it, and it against the schema, where both are compiled.
import type { AdamScaleOptions, RmsScaleOptions } from '../optimizer/adaptive.js'
import type { RuleOptions } from '../optimizer/chain.js'
import type { GradientDescentOptions } from '../optimizer/gradient-descent.js'
import type { TraceOptions } from '../optimizer/momentum.js'
import type { AdamOptions, MomentumOptions, RmspropOptions, SgdOptions } from '../optimizer/rules.js'
import type { AutoencoderOptions } from '../task/autoencoder.js'
import type { ClassificationOptions } from '../task/classification.js'
import type { SemanticTreeOptions } from '../task/datasets/semantic-tree.js'

/** A matrix as an array of its rows. */
export type MatrixConfig = number[][]

/** A learning rate, or a schedule of it. */
export type LearningRateConfig =
  | number
  | { kind: 'constant'; rate: number }
  | { kind: 'ramp'; from: number; to: number; steps: number }
  | { kind: 'multiStep'; rate: number; drops: number[]; factor?: number }
  | { kind: 'cosine'; rate: number; steps: number; end?: number; warmup?: number }

/** Options of a rule as a configuration may have them. */
type RuleConfig<T> = Omit<T, 'learningRate' | 'layerRates' | 'seed'> & {
  learningRate: LearningRateConfig
  layerRates?: number[]
} & (T extends RuleOptions ? { seed?: number } : unknown)

/** A piece of an update rule. */
export type PieceConfig =
  | ({ kind: 'trace' } & TraceOptions)
  | ({ kind: 'scaleByAdam' } & AdamScaleOptions)
  | ({ kind: 'scaleByRms' } & RmsScaleOptions)
  | { kind: 'clipByNorm'; limit: number }
  | { kind: 'clipByValue'; limit: number }
  | { kind: 'addWeightDecay'; lambda: number }

/** An update rule. */
export type OptimizerConfig =
  | ({ kind: 'gradientDescent' } & RuleConfig<GradientDescentOptions>)
  | ({ kind: 'sgd' } & RuleConfig<SgdOptions>)
  | ({ kind: 'momentum' } & RuleConfig<MomentumOptions>)
  | ({ kind: 'nesterov' } & RuleConfig<Omit<MomentumOptions, 'dampening'>>)
  | ({ kind: 'adam' | 'adamw' } & RuleConfig<AdamOptions>)
  | ({ kind: 'rmsprop' } & RuleConfig<RmspropOptions>)
  | ({ kind: 'chain'; pieces: PieceConfig[] } & RuleConfig<RuleOptions>)

/** Where a network starts. */
export type InitConfig =
  | { kind: 'gaussian'; gamma?: number; variance?: number }
  | { kind: 'orthogonal'; gain?: number }
  | { kind: 'fanIn'; gain?: number }
  | { kind: 'balanced'; scale?: number; endToEnd?: MatrixConfig }
  | { kind: 'explicit'; weights: MatrixConfig[] }

/** How weights are scaled against the function that they make. */
export type ParameterizationConfig =
  | { kind: 'standard' }
  | { kind: 'ntk'; gamma?: number }
  | { kind: 'meanField'; gamma0?: number; normalizer?: number }

/** The element type; `float64` where nothing is said. */
export type DTypeConfig = 'float64' | 'float32'

/** What every start has. */
interface StartConfig {
  init?: InitConfig
  seed?: number
  dtype?: DTypeConfig
}

/** What feedback rules see: the network's own activity, or noise. */
export type FeedbackSignalConfig = 'activity' | { variance?: number; samples?: number; seed?: number }

/** How feedback matrices learn. */
export type FeedbackRuleConfig =
  | 'fixed'
  | 'kolen-pollack'
  | { kind: 'weightMirror'; amp?: number; decay?: number; rate?: number; signal?: FeedbackSignalConfig }
  | {
      kind: 'informationAlignment'
      amp?: number
      decay?: number
      null?: number
      rate?: number
      signal?: FeedbackSignalConfig
    }
  | { kind: 'symmetricAlignment'; self?: number; decay?: number; rate?: number }
  | { kind: 'activationAlignment'; amp?: number; sparse?: number; rate?: number; signal?: FeedbackSignalConfig }

/** What learns. */
export type NetworkConfig =
  | ({
      kind: 'layers'
      sizes: number[]
      activation?: 'linear' | 'relu' | 'tanh' | { leakyRelu: number }
      biases?: boolean | { variance: number }
      residual?: { scale: number | 'depth' }
      parameterization?: ParameterizationConfig
      outputMultiplier?: number
      masks?: (MatrixConfig | null)[]
      feedback?:
        | { matrices: MatrixConfig[]; rule?: FeedbackRuleConfig }
        | { variance: number; rule?: FeedbackRuleConfig }
    } & StartConfig)
  | ({ kind: 'gram'; sizes: number[] } & StartConfig)
  | { kind: 'diagonal'; depths: number[]; start: MatrixConfig; dtype?: DTypeConfig }
  | ({ kind: 'tied'; inputs: number; hidden: number } & StartConfig)

/** A task without noise on its targets. */
export type PlainTaskConfig =
  | { kind: 'whitened'; sigmaYX: MatrixConfig }
  | { kind: 'regression'; x: MatrixConfig; y: MatrixConfig }
  | ({ kind: 'classification'; x: MatrixConfig; y: number[] | MatrixConfig } & ClassificationOptions)
  | { kind: 'completion'; mask: MatrixConfig; target: MatrixConfig }
  | { kind: 'statistics'; sigmaXX: MatrixConfig; sigmaYX: MatrixConfig; minimumLoss?: number; traceYY?: number }
  | {
      kind: 'teacher'
      inputs: number
      outputs: number
      rank?: number
      singularValues?: number[]
      noise?: number
      samples?: number
      seed?: number
    }
  | {
      kind: 'powerLaw'
      dimensions: number
      capacity: number
      source: number
      samples?: number
      noise?: number
      seed?: number
    }
  | {
      kind: 'stream'
      teacher: MatrixConfig
      batchSize: number
      eigenvalues?: number[]
      noise?: number
      seed?: number
      testSamples?: number
    }
  | ({ kind: 'autoencoder'; matrix: MatrixConfig } & AutoencoderOptions)
  | ({ kind: 'semanticTree' } & SemanticTreeOptions)
  | { kind: 'tree15' | 'tree7' | 'livingThings' }
  | { kind: 'haar'; n: number }
  | { kind: 'randomRegression'; inputs: number; outputs: number; samples: number; seed?: number }

/** A single task. */
export type SingleTaskConfig =
  | PlainTaskConfig
  | { kind: 'labelNoise'; task: PlainTaskConfig; sigma: number; seed?: number }

/** What is learned. */
export type TaskConfig = SingleTaskConfig | { kind: 'sequence'; stages: { task: SingleTaskConfig; steps: number }[] }

/** Probes that need no options, by name. */
export type ProbeName =
  | 'loss'
  | 'gradientNorm'
  | 'singularValues'
  | 'rank'
  | 'nuclearNorm'
  | 'effectiveRank'
  | 'stableRank'
  | 'balance'
  | 'weights'
  | 'weightNorms'
  | 'distance'
  | 'meanSquaredDisplacement'
  | 'lambda'
  | 'noetherCharges'
  | 'sharpness'
  | 'ntk'
  | 'kernelDistance'

/** A probe by name, or with options; `name` is that of its column, by default the kind. */
export type ProbeConfig =
  | ProbeName
  | ({ name?: string } & (
      | {
          kind:
            | 'loss'
            | 'gradientNorm'
            | 'nuclearNorm'
            | 'effectiveRank'
            | 'stableRank'
            | 'weights'
            | 'weightNorms'
            | 'lambda'
            | 'weightAngle'
            | 'projectionAngle'
            | 'gradientAngle'
            | 'feedbackRatio'
        }
      | { kind: 'singularValues'; rank?: number }
      | { kind: 'singularVectors'; rank: number }
      | { kind: 'rank'; tolerance?: number }
      | { kind: 'balance'; drift?: boolean }
      | { kind: 'neuronNorms'; layer: number; side?: 'incoming' | 'outgoing' }
      | { kind: 'distance'; to?: 'start' | MatrixConfig[] }
      | { kind: 'meanSquaredDisplacement'; from?: number }
      | {
          kind: 'noetherCharges'
          form?: 'trace' | 'neurons' | 'matrix'
          of?: 'weights' | 'velocities' | 'kinetic'
          layer?: number
          rates?: number[]
        }
      | {
          kind: 'alignment'
          of?: MatrixConfig
          u?: MatrixConfig
          v?: MatrixConfig
          values?: number[]
          rank?: number
        }
      | { kind: 'sharpness'; tolerance?: number; maxIterations?: number }
      | { kind: 'accuracy'; inputs: MatrixConfig; labels: number[]; bias?: number[] }
      | { kind: 'testLoss'; task: SingleTaskConfig }
      | { kind: 'ntk'; inputs?: MatrixConfig }
      | { kind: 'hammingDistance'; inputs?: MatrixConfig }
      | { kind: 'kernelDistance'; inputs?: MatrixConfig; measure?: 'cosine' | 'relative' }
      | { kind: 'kernelAlignment'; targets: MatrixConfig; inputs?: MatrixConfig }
      | { kind: 'cka'; layer: number; to?: 'start' | MatrixConfig; inputs?: MatrixConfig; center?: boolean }
      | {
          kind: 'representationalSimilarity'
          layer: number
          side?: 'input' | 'output'
          inputs?: MatrixConfig
          targets?: MatrixConfig
        }
      | {
          kind: 'representationalAlignment'
          layer: number
          side?: 'input' | 'output'
          inputs?: MatrixConfig
          targets?: MatrixConfig
          to?: 'start' | MatrixConfig
        }
    ))

/** A run: everything that `train` needs but the engine. */
export interface RunConfig {
  /** Where the JSON Schema is, for editors. */
  $schema?: string
  network: NetworkConfig
  task: TaskConfig
  optimizer: OptimizerConfig
  steps: number
  record?: { every?: number; probes?: ProbeConfig[] }
  until?: { loss?: number; gradientNorm?: number }
}
