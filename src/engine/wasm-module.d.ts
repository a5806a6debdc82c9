// What a host without compilation gives for an imported binary.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
