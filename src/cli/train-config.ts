// The settings of `deeplinear train`: one schema for the flags and for --config files.
import { z } from 'zod'
import { describe } from '../check.js'
import { OptionError } from '../errors.js'

const fileName = z.string().min(1)
const steps = z.int().min(1).max(1e12)

export const trainConfigSchema = z.strictObject({
  data: fileName.optional().describe('CSV, CSV.GZ or NPY table, one sample a row; default: the handwritten digits'),
  targets: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('the last N columns are regression targets; default: the last column is a class'),
  scaling: z
    .enum(['none', 'center', 'standardize'])
    .default('center')
    .describe('what is done to features (targets are centred unless none)'),
  testFraction: z.number().min(0).max(0.9).default(0.2).describe('part of the samples held out for testing'),
  depth: z.int().min(1).max(64).default(4).describe('number of weight matrices'),
  width: z.int().min(1).max(16_384).default(64).describe('width of every hidden layer'),
  gamma: z.number().min(-8).max(64).optional().describe('start N(0, width^-gamma); default 2.4, a small start'),
  variance: z.number().positive().optional().describe('start N(0, variance), instead of gamma'),
  learningRate: z.number().positive().default(0.2).describe('step length of gradient descent'),
  update: z.enum(['simultaneous', 'alternating']).default('simultaneous').describe('order in which layers see updates'),
  steps: steps.default(24_000).describe('training steps'),
  every: steps.optional().describe('steps between recorded frames; default: 400 frames'),
  seed: z.int().min(0).default(1).describe('seed of the start and of the split'),
  dtype: z.enum(['float64', 'float32']).default('float64').describe('element type'),
  backend: z.enum(['auto', 'wasm', 'typescript']).default('auto').describe('what computes'),
  fast: z
    .boolean()
    .default(false)
    .describe('take the fused build where there is one; results then differ in the last bits between machines'),
  figure: z
    .union([fileName, z.literal(false)])
    .default('deeplinear-train.svg')
    .describe('where the figure goes: .svg or .html'),
})

/** Checked settings of a training run. */
export type TrainConfig = z.output<typeof trainConfigSchema>

/** Names of the settings, as in a config file. */
export type TrainSetting = keyof TrainConfig

/** The flag of a setting: `learningRate` is `--learning-rate`. */
export function flagName(setting: string): string {
  return `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Check settings from flags over those from a file. @throws {OptionError} naming every setting at fault */
export function checkTrainConfig(file: unknown, flags: Record<string, unknown>): TrainConfig {
  if (file !== undefined && (typeof file !== 'object' || file === null || Array.isArray(file))) {
    throw new OptionError('the config file must hold one JSON object of settings', { argument: 'config' })
  }
  const merged = { ...(file as Record<string, unknown>), ...flags }
  // A flag for one kind of start replaces the file's other kind.
  if (flags.variance !== undefined && flags.gamma === undefined) delete merged.gamma
  if (flags.gamma !== undefined && flags.variance === undefined) delete merged.variance
  const parsed = trainConfigSchema.safeParse(merged)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const [setting] = issue.path
      if (setting === undefined) return issue.message
      return `${flagName(String(setting))} (${String(setting)}): ${issue.message}, got ${describe(merged[String(setting)])}`
    })
    throw new OptionError(`bad settings: ${problems.join('; ')}`, {
      argument: String(parsed.error.issues[0].path[0] ?? 'config'),
    })
  }
  if (parsed.data.gamma !== undefined && parsed.data.variance !== undefined) {
    throw new OptionError('give gamma or variance, not both', { argument: 'gamma' })
  }
  return parsed.data
}
