// Vite at work on a folder, as it is developed and as it is built, for as long as somebody looks.
import { build, createServer, type InlineConfig, preview } from 'vite'

const ADDRESS = { port: 0, host: '127.0.0.1' } as const
const quiet = (root: string): InlineConfig => ({ root, logLevel: 'error', configFile: false })

/** Serves the sources; what the visitor of its address finds. */
export async function whileDeveloped<T>(
  root: string,
  visit: (url: string) => Promise<T>,
  options: InlineConfig['server'] = {},
): Promise<T> {
  return during(await (await createServer({ ...quiet(root), server: { ...ADDRESS, ...options } })).listen(), visit)
}

/** Builds, and serves what was built. */
export async function onceBuilt<T>(root: string, visit: (url: string) => Promise<T>): Promise<T> {
  await build(quiet(root))
  return during(await preview({ ...quiet(root), preview: ADDRESS }), visit)
}

async function during<T>(
  server: { readonly resolvedUrls: { local: string[] } | null; close(): Promise<void> },
  visit: (url: string) => Promise<T>,
): Promise<T> {
  try {
    return await visit(server.resolvedUrls!.local[0])
  } finally {
    await server.close()
  }
}
