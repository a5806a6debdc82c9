// What a figure was measured on.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly platform: string
  readonly arch: string
}

export function thisMachine(): Machine {
  const cores = cpus()
  const name = cores[0]?.model ?? 'unknown'
  return { cpu: `${name}${generation()}`, cores: cores.length, platform: process.platform, arch: process.arch }
}

/** Virtual machines give many processors one name; family and model tell them apart. */
function generation(): string {
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8')
    const [family, model] = ['cpu family', 'model'].map(
      (key) => text.match(new RegExp(`^${key}\\s*: (\\d+)$`, 'm'))?.[1],
    )
    return family === undefined || model === undefined ? '' : ` (family ${family}, model ${model})`
  } catch {
    return ''
  }
}
