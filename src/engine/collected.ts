// What to do once something was collected. Hosts may lack it (Cloudflare's runtime before compatibility date 2025-05-05): there nothing is told of
// what was forgotten, and everything else works.

/** The part of FinalizationRegistry that is used. */
export type Collected<T> = Pick<FinalizationRegistry<T>, 'register' | 'unregister'>

/** Call `tell` some time after a registered object was collected. */
export function whenCollected<T>(tell: (held: T) => void): Collected<T> {
  if (typeof FinalizationRegistry === 'function') return new FinalizationRegistry(tell)
  return { register: () => {}, unregister: () => false }
}
