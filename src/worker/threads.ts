// Node's worker threads, where there are some. Asked for at run time, so that what bundles this for a page needs no such module.

/** The module `node:worker_threads`; undefined in a page. */
export function workerThreads(): typeof import('node:worker_threads') | undefined {
  return globalThis.process?.getBuiltinModule?.('node:worker_threads')
}
