// Light or dark: as the system has it, until the visitor chooses.

/** Calls back when colours have changed, and returns what turns light into dark and dark into light. */
export function watchTheme(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', changed)
  return () => {
    const { dataset } = document.documentElement
    const dark = dataset.theme === undefined ? system.matches : dataset.theme === 'dark'
    dataset.theme = dark ? 'light' : 'dark'
    changed()
  }
}
