// Progress of a run that does not tell it: whoever waits is asked every now and then, and may end the run.

/**
 * What `run` gives, with `progress` called while it works; where that throws, the run is ended and the error goes on.
 * @param expected seconds that the run may take, for the share that is shown
 */
export async function alongside<T>(
  run: (signal: AbortSignal) => Promise<T>,
  progress: (share: number) => Promise<void>,
  expected = 5,
): Promise<T> {
  const controller = new AbortController()
  await progress(0)
  const start = performance.now()
  const running = run(controller.signal)
  let done = false
  const mark = () => {
    done = true
  }
  running.then(mark, mark)
  try {
    while (!done) {
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 200))])
      const seconds = (performance.now() - start) / 1000
      await progress(seconds / (seconds + expected))
    }
  } catch (error) {
    controller.abort()
    await running.catch(() => undefined)
    throw error
  }
  return running
}
