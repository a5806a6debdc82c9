// What draws figures and pages: a third of all the code, so it is loaded where some are wanted alone. Before the work and not after it: by then
// the package may have been replaced by another version, whose files have other names.

/** Everything of deeplinear/report. */
export type Drawing = typeof import('../report/index.js')

/** What draws these files; undefined where none is wanted. */
export async function drawingFor(...paths: readonly (string | false | undefined)[]): Promise<Drawing | undefined> {
  return paths.some((path) => typeof path === 'string') ? import('../report/index.js') : undefined
}
