// One bit of a binary: found by walking its sections, so tested on binaries with other sections before it, and on bytes that are none.
import { describe, expect, test } from 'vitest'
import { withSharedMemory } from '../../../src/engine/threads/shared-memory.js'
import { FormatError } from '../../../src/errors.js'
import { buildFile } from '../../kernels/helpers/executors.js'

const HEAD = [0, 97, 115, 109, 1, 0, 0, 0]
const name = (text: string) => [text.length, ...Buffer.from(text)]
const section = (id: number, body: number[]) => [id, body.length, ...body]
const memory = (...limits: number[]) => [...name('env'), ...name('memory'), 2, ...limits]

describe.each(['simd', 'relaxed'] as const)('kernels.%s.wasm', (build) => {
  const binary = new Uint8Array(buildFile(`kernels.${build}.wasm`))

  test('one byte changes, and back again', () => {
    const shared = withSharedMemory(binary, true)
    const changed = [...binary.keys()].filter((i) => binary[i] !== shared[i])
    expect(changed).toHaveLength(1)
    expect([binary[changed[0]], shared[changed[0]]]).toEqual([1, 3])
    expect(Buffer.from(withSharedMemory(shared, false)).equals(binary)).toBe(true)
    expect(Buffer.from(withSharedMemory(shared, true)).equals(shared)).toBe(true)
  })

  test('each takes its kind of memory and no other, where the engine takes the build at all', () => {
    for (const shared of [false, true]) {
      expect(WebAssembly.validate(withSharedMemory(binary, shared))).toBe(WebAssembly.validate(binary))
      if (!WebAssembly.validate(binary)) continue
      const module = new WebAssembly.Module(withSharedMemory(binary, shared))
      const over = (kind: boolean) => () =>
        new WebAssembly.Instance(module, {
          env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 2, shared: kind }) },
        })
      expect(over(shared)).not.toThrow()
      expect(over(!shared)).toThrow(WebAssembly.LinkError)
    }
  })
})

test('sections and imports before the memory are walked over, lengths of two bytes too', () => {
  const long = Array.from({ length: 200 }, () => 2) // bytes that look like a memory import
  const bytes = new Uint8Array([
    ...HEAD,
    ...[0, 200 + 2, 1, 1, 120, ...long.slice(1)],
    ...section(1, [1, 96, 0, 0]),
    ...section(2, [2, ...name('a'), ...name('b'), 0, 0, ...memory(1, 1, 2)]),
  ])
  const shared = withSharedMemory(bytes, true)
  const at = bytes.length - 3
  expect(shared[at]).toBe(3)
  expect([...shared].filter((byte, i) => byte !== bytes[i])).toEqual([3])
})

test.each([
  ['no section', []],
  ['no import', section(1, [0])],
  ['an import of a table first', section(2, [2, ...name('e'), ...name('t'), 1, 112, 0, 1, ...memory(1, 1, 2)])],
  ['a memory without a maximum', section(2, [1, ...memory(0, 1)])],
  ['an end in the middle', section(2, [1, ...memory(1, 1, 2)]).slice(0, 12)],
  ['a length without an end', [2, 128, 128]],
])('%s is refused', (_, body) => {
  expect(() => withSharedMemory(new Uint8Array([...HEAD, ...body]), true)).toThrow(FormatError)
})
