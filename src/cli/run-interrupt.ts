// Ctrl-C: the first time work is asked to end, the second time the process ends.

/**
 * Do work that a SIGINT or SIGTERM asks to end.
 * @returns 0, or 130 or 143 where a signal came
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController()
  let exitCode = 0
  const interrupt = (_signal: string, number: number) => {
    if (controller.signal.aborted) process.exit(128 + number)
    exitCode = 128 + number
    controller.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    await work(controller.signal)
    return exitCode
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
