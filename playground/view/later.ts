// What is to happen soon, and once, however often it is asked for.

export interface Later {
  (): void
  cancel(): void
}

/** After so many milliseconds in which it was not asked for again. */
export function later(delay: number, act: () => void): Later {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = () => clearTimeout(timer)
  const ask = () => {
    cancel()
    timer = setTimeout(act, delay)
  }
  return Object.assign(ask, { cancel })
}

/** At the next frame of the screen: many changes are drawn once. */
export function atNextFrame(act: () => void): () => void {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(() => {
      asked = false
      act()
    })
  }
}
