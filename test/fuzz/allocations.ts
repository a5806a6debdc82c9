// How many bytes of typed arrays and array buffers this process has asked for. Their constructors are replaced by ones that add up; what is freed in
// between counts all the same, so the number is the same on every run, which that of a memory meter is not.

const NAMES = [
  ...([
    'ArrayBuffer',
    'Uint8Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
    'Float32Array',
    'Float64Array',
  ] as const),
  ...(['BigInt64Array', 'BigUint64Array'] as const),
]

let allocated = 0
let installed = false

/** The bytes asked for since the first call of this. */
export function allocatedBytes(): number {
  if (!installed) install()
  return allocated
}

function install(): void {
  installed = true
  const globals = globalThis as unknown as Record<string, new (...given: never[]) => { byteLength: number }>
  for (const name of NAMES) {
    globals[name] = new Proxy(globals[name], {
      construct(target, given, newTarget) {
        // Before the allocation: one that fails was asked for as well.
        const [first] = given as readonly unknown[]
        const size = (target as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1
        if (typeof first === 'number') allocated += first * size
        const made = Reflect.construct(target, given, newTarget)
        // A view of a buffer takes nothing; a list is copied.
        if (typeof first === 'object' && first !== null && !isBuffer(first)) allocated += made.byteLength
        return made
      },
    })
  }
}

const isBuffer = (value: object) => /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value))
