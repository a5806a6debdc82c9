// The settings of `deeplinear train`, checked: one schema for the flags and for --config files.
import { readFile, stat } from 'node:fs/promises'
import * as z from 'zod'
import { describe } from '../check.js'
import { DeepLinearError, FormatError, IoError, OptionError } from '../errors.js'
import { flagName, SETTINGS, type Setting, type TrainSetting } from './train-settings.js'

const CONFIG_BYTES = 2 ** 20
const fileName = z.string().min(1)
const steps = z.int().min(1).max(1e12)

const trainConfigSchema = z.strictObject({
  data: fileName.optional(),
  targets: z.int().min(1).max(10_000).optional(),
  scaling: z.enum(SETTINGS.scaling.choices).default(SETTINGS.scaling.default),
  testFraction: z.number().min(0).max(0.9).default(SETTINGS.testFraction.default),
  depth: z.int().min(1).max(64).default(SETTINGS.depth.default),
  width: z.int().min(1).max(16_384).default(SETTINGS.width.default),
  gamma: z.number().min(-8).max(64).optional(),
  variance: z.number().positive().optional(),
  learningRate: z.number().positive().default(SETTINGS.learningRate.default),
  update: z.enum(SETTINGS.update.choices).default(SETTINGS.update.default),
  steps: steps.default(SETTINGS.steps.default),
  every: steps.optional(),
  seed: z.int().min(0).default(SETTINGS.seed.default),
  dtype: z.enum(SETTINGS.dtype.choices).default(SETTINGS.dtype.default),
  backend: z.enum(SETTINGS.backend.choices).default(SETTINGS.backend.default),
  fast: z.boolean().default(SETTINGS.fast.default),
  figure: z.union([fileName, z.literal(false)]).default(SETTINGS.figure.default),
} satisfies Record<TrainSetting, z.ZodType>)

/** Checked settings of a training run. */
export type TrainConfig = z.output<typeof trainConfigSchema>

/** The settings that flags give, over those of a file. @throws {OptionError} naming every setting at fault */
export async function readTrainConfig(
  path: string | undefined,
  flags: Readonly<Record<string, unknown>>,
): Promise<TrainConfig> {
  return checkTrainConfig(path === undefined ? undefined : await readConfig(path), settingsOf(flags))
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

/** Numeric texts become numbers; what is no number stays as it is, for the schema to refuse by name. */
function settingsOf(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flags)) {
    // Commander sets `figure: true` when only --no-figure is declared and not given.
    if (name === 'figure' && value === true) continue
    const isNumeric = (SETTINGS as Record<string, Setting>)[name].takes === 'n'
    settings[name] =
      typeof value === 'string' && isNumeric && value.trim() !== '' && !Number.isNaN(Number(value))
        ? Number(value)
        : value
  }
  return settings
}

async function readConfig(path: string): Promise<unknown> {
  let text: string
  try {
    const { size } = await stat(path)
    if (size > CONFIG_BYTES)
      throw new FormatError(`${path} is ${size} bytes; a config file has at most ${CONFIG_BYTES}`, {
        argument: 'config',
      })
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new IoError(`cannot read ${path} (${(cause as NodeJS.ErrnoException).code ?? cause})`, {
      argument: 'config',
      cause,
    })
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new FormatError(`${path} is not JSON: ${(cause as Error).message}`, { argument: 'config', cause })
  }
}
