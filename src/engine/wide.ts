// `wide: true`: V8 can merge pairs of 128-bit operations into 256-bit ones, with the same bits, behind a flag of the whole process.

/** Whether that flag was set, and why or why not. */
export interface WideInfo {
  readonly used: boolean
  /** One sentence. */
  readonly reason: string
}

const FLAG = '--experimental-wasm-revectorize'
/** The first V8 that knows the flag, measured; an older one prints a complaint, and there is no way to ask. */
const FIRST_V8 = 12

type NodeProcess = {
  readonly arch: string
  readonly versions: { readonly v8?: string }
  readonly getBuiltinModule?: (name: string) => unknown
}

/** Set the flag where this host knows it; it counts for what is compiled from then on. */
export function widen(process = (globalThis as { process?: NodeProcess }).process): WideInfo {
  const v8 = process?.getBuiltinModule?.('node:v8') as { setFlagsFromString(flags: string): void } | undefined
  if (process === undefined || v8 === undefined)
    return { used: false, reason: 'only Node can be told to merge vectors' }
  if (process.arch !== 'x64') return { used: false, reason: `V8 merges vectors on x64 alone, this is ${process.arch}` }
  const version = process.versions.v8 ?? ''
  if (!(Number.parseInt(version, 10) >= FIRST_V8)) {
    return { used: false, reason: `V8 ${version} does not know ${FLAG}; use Node 22 or later` }
  }
  v8.setFlagsFromString(FLAG)
  return { used: true, reason: `${FLAG} is set for this process` }
}
