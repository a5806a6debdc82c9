// Typed arrays that are to be moved instead of copied.
const marked = new WeakSet<ArrayBufferView>()

/**
 * Mark a typed array to be moved to the worker by the next call that it is given to, without a copy; it is empty here afterwards.
 * @example
 * transfer(new Float64Array(4)).length // -> 4
 */
export function transfer<T extends Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(array: T): T {
  marked.add(array)
  return array
}

/** Whether `transfer` was called for it. */
export function isTransferable(array: ArrayBufferView): boolean {
  return marked.delete(array)
}
