// Peers outside of JavaScript.
/** Libraries outside of JavaScript, with the environment that puts them on one thread and one instruction set. */
export const NATIVE = {
  'NumPy, AVX2': { library: 'numpy', environment: { OPENBLAS_CORETYPE: 'Haswell' } },
  'NumPy, SSE': { library: 'numpy', environment: { OPENBLAS_CORETYPE: 'Nehalem' } },
  PyTorch: {
    library: 'torch',
    environment: { ATEN_CPU_CAPABILITY: 'avx2', MKL_ENABLE_INSTRUCTIONS: 'AVX2', ONEDNN_MAX_CPU_ISA: 'AVX2' },
  },
} as const
