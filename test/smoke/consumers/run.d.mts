// What a run says of itself; see run.mjs.
export function run(library: object, options?: object): Promise<Record<string, unknown>>
export function theory(library: object): string
export function bits(values: ArrayLike<number>): string
