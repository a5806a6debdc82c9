// What load.mjs is in a page: the server of the benchmark sends this file under that name. Packages come from the same node_modules, in the
// form that each has for pages.
const packages = new URL('node_modules/', import.meta.url)

/** Where a page finds what a specifier names in Node. */
const MODULES = {
  'numpy-ts': 'numpy-ts/dist/numpy-ts.browser.js',
  'onnxruntime-web/wasm': 'onnxruntime-web/dist/ort.wasm.min.mjs',
}

/** The version that is installed, or null. */
export async function installed(name) {
  const answer = await fetch(new URL(`${name}/package.json`, packages))
  return answer.ok ? (await answer.json()).version : null
}

/** Import a module of a package that is installed. */
export function load(specifier) {
  return import(specifier in MODULES ? new URL(MODULES[specifier], packages).href : specifier)
}
