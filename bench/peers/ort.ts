// onnxruntime-web on WebAssembly, one thread. A model of a single node, MatMul or Gemm, written here as the protocol buffer that ONNX is.

import type { DType, GemmWork } from '../report/problems.js'
import type { Adapter } from './adapter.js'
import { load } from './packages.js'

interface OrtTensor {
  readonly data: ArrayLike<number>
  dispose(): void
}

interface Ort {
  env: { wasm: { numThreads: number } }
  Tensor: new (type: string, data: Float32Array | Float64Array, dims: number[]) => OrtTensor
  InferenceSession: {
    create(model: Uint8Array, options: object): Promise<{ run(feeds: object): Promise<Record<string, OrtTensor>> }>
  }
}

export const ort: Adapter = {
  name: 'onnxruntime-web',
  packages: ['onnxruntime-web'],
  async open() {
    const library = await load<Ort>('onnxruntime-web', 'onnxruntime-web/wasm')
    if (library === null) return null
    library.env.wasm.numThreads = 1
    return {
      async gemm(work, inputs, dtype) {
        const { m, n, k, transposeA, transposeB } = work
        const session = await library.InferenceSession.create(gemmModel(work, dtype), { executionProviders: ['wasm'] })
        const feeds = {
          A: new library.Tensor(dtype, inputs.a, transposeA ? [k, m] : [m, k]),
          B: new library.Tensor(dtype, inputs.b, transposeB ? [n, k] : [k, n]),
        }
        let c: OrtTensor | undefined
        return {
          async run(count) {
            for (let i = 0; i < count; i++) c = (await session.run(feeds)).C
          },
          result: () => c!.data,
        }
      },
    }
  },
}

/** ModelProto of C = op(A) op(B), by field numbers of onnx.proto. */
function gemmModel({ m, n, k, transposeA, transposeB }: GemmWork, dtype: DType): Uint8Array {
  const flag = (name: string, value: boolean) => bytes(5, text(1, name), integer(3, value ? 1 : 0), integer(20, 2))
  const attributes = transposeA || transposeB ? [flag('transA', transposeA), flag('transB', transposeB)] : []
  const type = attributes.length > 0 ? 'Gemm' : 'MatMul'
  const node = bytes(1, text(1, 'A'), text(1, 'B'), text(2, 'C'), text(4, type), ...attributes)
  const element = dtype === 'float32' ? 1 : 11
  const value = (field: number, name: string, dims: number[]) => {
    const shape = bytes(2, ...dims.map((size) => bytes(1, integer(1, size))))
    return bytes(field, text(1, name), bytes(2, bytes(1, integer(1, element), shape)))
  }
  const graph = bytes(
    7,
    node,
    text(2, 'product'),
    value(11, 'A', transposeA ? [k, m] : [m, k]),
    value(11, 'B', transposeB ? [n, k] : [k, n]),
    value(12, 'C', [m, n]),
  )
  return Uint8Array.from([...integer(1, 8), ...graph, ...bytes(8, text(1, ''), integer(2, 13))])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]
}

function integer(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)]
}

function bytes(field: number, ...parts: number[][]): number[] {
  const body = parts.flat()
  return [...varint(field * 8 + 2), ...varint(body.length), ...body]
}

function text(field: number, value: string): number[] {
  return bytes(field, [...new TextEncoder().encode(value)])
}
