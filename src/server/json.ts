// Numbers as JSON: typed arrays become lists, and what JSON cannot say - NaN and the infinities - becomes a word of its own instead of null.
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return String(item)
    if (ArrayBuffer.isView(item)) return Array.from(item as Float64Array, (x) => (Number.isFinite(x) ? x : String(x)))
    return item
  })
}
