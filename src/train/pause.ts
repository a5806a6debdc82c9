// Giving the event loop its turn between slices of work. In a page the next slice waits for the next animation frame: a chain of
// messages starves painting in some engines. Elsewhere the queue of immediate tasks is the quickest way back.

/** Whether this thread paints, so that slices must stay short. */
export function paints(): boolean {
  return typeof requestAnimationFrame === 'function' && typeof document !== 'undefined'
}

/** Resolves after other tasks had their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (paints() && document.visibilityState === 'visible') {
      // A page that is hidden meanwhile gets no more frames; the timer goes on, if slowly.
      const timer = setTimeout(resolve, 200)
      requestAnimationFrame(() => {
        clearTimeout(timer)
        resolve()
      })
    } else if (typeof setImmediate === 'function') setImmediate(resolve)
    else {
      // Some hosts end a program that waits for nothing but a message to itself, or know no messages; for a timer they wait.
      const hasMessages = typeof MessageChannel === 'function'
      const timer = setTimeout(resolve, hasMessages ? 20 : 0)
      if (!hasMessages) return
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        clearTimeout(timer)
        resolve()
      }
      port2.postMessage(null)
    }
  })
}
