// A tsup plugin: namespace objects that bundlers can leave out. For `export * as probes` esbuild writes
//
//   var probes_exports = {};            and here it becomes     var probes_exports =
//   __export(probes_exports, { ... })                           /* @__PURE__ */ __export({}, { ... })
//
// A call with an effect keeps every module that the namespace names, also where nothing of it is used: `matmul` alone was 860 kB in a bundle of
// rollup that takes no notice of "sideEffects", 22 kB now, and 17 kB minified in one that does, 11 kB now. Lines stay where they are, and with
// them the source maps.

const CALL = /var (\w+) = \{\};\n__export\(\1, \{/g
const HELPER = /(var __export = \(target, all\) => \{\n.*\n.*)\n\};/

/** The code of a chunk with its namespaces as values. @throws {Error} esbuild writes them in another way than it did */
export function pureNamespaces(code: string): string {
  const pure = code.replace(CALL, 'var $1 =\n/* @__PURE__ */ __export({}, {').replace(HELPER, '$1\n  return target; };')
  const calls = pure.match(/^.*\b__export\(/gm) ?? []
  const impure = calls.filter((line) => !line.startsWith('/* @__PURE__ */'))
  if (impure.length > 0) throw new Error(`esbuild writes namespaces in a new way: ${impure[0]}`)
  if (pure.includes('var __export =') && !pure.includes('return target; };'))
    throw new Error('esbuild writes __export in a new way')
  return pure
}
