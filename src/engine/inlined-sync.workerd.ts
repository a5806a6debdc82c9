// In place of inlined-sync.ts where the condition `workerd` holds.
import module from './kernels.simd.wasm'

export const inlinedSync = () => module
