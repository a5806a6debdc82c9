// Writes assembly/gemm/tiles/, the gemm microkernels, a file each: AssemblyScript unrolls no loop, and a tile is the same line for every row and
// step. `node scripts/gemm-tiles.mjs` after a change here; a test compares the files with these texts.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const range = (n) => [...Array(n).keys()]

/** Vectors of a broad strip. */
const VECTORS = 5

/** The arguments of a tile, wrapped as the source is. */
const SIGNATURE = `  count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize, ldc: usize,`

/** One turn over k: the sums of \`rows\` rows take in the products with a row of B; \`load(r)\` is the element of row r of A. */
function turn(rows, half, load, at = 0) {
  const lines = [`const b0 = v128.load(p${at > 0 ? `, ${at}` : ''}), b1 = v128.load(p, ${at + 16});`]
  if (half) lines.push('const h = v128.load64_splat(p, 32);')
  for (const r of range(rows)) {
    lines.push(`const x${r} = ${load(r)};`)
    lines.push(`s${r}0 = madd<T>(s${r}0, x${r}, b0); s${r}1 = madd<T>(s${r}1, x${r}, b1);`)
    if (half && r % 2 === 1) {
      lines.push(`h${r - 1} = madd<T>(h${r - 1}, v128.shuffle<f64>(x${r - 1}, x${r}, 0, 2), h);`)
    }
  }
  return lines
}

const block = (lines) => ['{', ...lines.map((line) => `  ${line}`), '}']

/** The loop over k, \`steps\` turns in each of its own, with a way out after each. */
function loop(turns, after, pointer = 'p') {
  const body = turns.flatMap((lines, u) =>
    u === 0 ? block(lines) : [`if (${pointer} == end) break;`, ...block(lines)],
  )
  return ['do {', ...[...body, ...after].map((line) => `  ${line}`), `} while (${pointer} != end);`]
}

/** Rows of A lie along memory (cs is one element): a pointer a row, steps by offset. */
function alongRows(rows, half, steps) {
  const offset = (u) => (u === 0 ? '' : u === 1 ? ', sizeof<T>()' : `, ${u} * sizeof<T>()`)
  return [
    ...range(rows).map((r) => `let a${r} = ${r === 0 ? 'a' : `a${r - 1} + rs`};`),
    ...loop(
      range(steps).map((u) => [...turn(rows, half, (r) => `v128.load_splat<T>(a${r}${offset(u)})`), 'p += bs;']),
      range(rows).map((r) => `a${r} += ${steps} * sizeof<T>();`),
    ),
  ]
}

/** Columns of A lie along memory (rs is one element): one pointer, rows by offset. */
function alongColumns(rows, half, steps) {
  const offset = (r) => (r === 0 ? '' : r === 1 ? ', sizeof<T>()' : `, ${r} * sizeof<T>()`)
  const lines = [...turn(rows, half, (r) => `v128.load_splat<T>(q${offset(r)})`), 'q += cs;', 'p += bs;']
  return [
    'let q = a;',
    ...loop(
      range(steps).map(() => lines),
      [],
    ),
  ]
}

/** Any distances: a pointer a row, one turn. */
function anyhow(rows, turnOf) {
  const lines = [...turnOf((r) => `v128.load_splat<T>(a${r})`), ...range(rows).map((r) => `a${r} += cs;`), 'p += bs;']
  return [...range(rows).map((r) => `let a${r} = ${r === 0 ? 'a' : `a${r - 1} + rs`};`), ...loop([lines], [])]
}

/**
 * Copies of both operands: panels of A, all rows of a column beside each other, and strips of B, so that the turns of B are offsets and the
 * pointer to A, which has to move, also tells the end.
 */
function overCopies(rows, steps) {
  const offset = (r) => (r === 0 ? '' : r === 1 ? ', sizeof<T>()' : `, ${r} * sizeof<T>()`)
  return loop(
    range(steps).map((u) => [
      ...turn(rows, false, (r) => `v128.load_splat<T>(a${offset(r)})`, 32 * u),
      `a += ${rows} * sizeof<T>();`,
    ]),
    [`p += ${32 * steps};`],
    'a',
  )
}

/** What becomes of the sums, row after row from `to` on. */
function store(rows, half, update) {
  return range(rows).flatMap((r) => [
    `put2<T>(${update}, to, s${r}0, s${r}1, scale);`,
    ...(half
      ? [
          `putHalf<T>(${update}, to + 32, ${r % 2 === 0 ? `h${r}` : `v128.shuffle<f64>(h${r - 1}, h${r - 1}, 1, 1)`}, scale);`,
        ]
      : []),
    ...(r < rows - 1 ? ['to += ldc;'] : []),
  ])
}

const indent = (lines) => lines.map((line) => `  ${line}`)

/** A microkernel of operands in place: one tile after another, each with its sums, the loops that take in k, and what becomes of them. */
function frame(what, name, sums, inner, stores) {
  const steps = ['a += da;', 'b += db;', 'c += dc;']
  const tile = ['let p = b;', 'const end = p + <usize>k * bs;', ...sums, ...inner, 'let to = c;', ...stores, ...steps]
  const body = ['const scale = v128.splat<T>(alpha);', 'do {', ...indent(tile), '} while (--count > 0);']
  return `/** ${what} */\nexport function ${name}<T>(\n${SIGNATURE}\n): void {\n${indent(body).join('\n')}\n}\n`
}

/** A tile of \`rows\` rows by two vectors, or two and a half; \`steps\` turns over k in one of the loop, or 0 for any distances. */
function tile({ rows, half = false, steps }) {
  const name = half ? `tile${rows}xWide` : `tile${rows}x2`
  const inner =
    steps === 0
      ? anyhow(rows, (load) => turn(rows, half, load))
      : [
          'if (cs == sizeof<T>()) {',
          ...alongRows(rows, half, steps).map((line) => `  ${line}`),
          '} else {',
          ...alongColumns(rows, half, steps).map((line) => `  ${line}`),
          '}',
        ]
  const sums = [
    ...range(rows).map((r) => `let s${r}0 = zero<T>(), s${r}1 = zero<T>();`),
    ...(half
      ? [
          `let ${range(rows / 2)
            .map((i) => `h${2 * i} = zero<T>()`)
            .join(', ')};`,
        ]
      : []),
  ]
  const stores = [
    'if (update) {',
    ...indent(store(rows, half, true)),
    '} else {',
    ...indent(store(rows, half, false)),
    '}',
  ]
  const what = `${rows} row${rows === 1 ? '' : 's'} by two vectors${half ? ' and a half' : ''}${steps === 0 ? ', any distances in A' : ''}.`
  return frame(what, name, sums, inner, stores)
}

/** One turn over k of a broad strip: elements of A stay, a vector of B serves all rows and goes. */
function broadTurn(rows, load) {
  const sums = (v) => range(rows).map((r) => `s${r}${v} = madd<T>(s${r}${v}, x${r}, b${v});`)
  return [
    ...range(rows).map((r) => `const x${r} = ${load(r)};`),
    ...range(VECTORS).flatMap((v) => [`const b${v} = v128.load(p${v > 0 ? `, ${16 * v}` : ''});`, sums(v).join(' ')]),
  ]
}

/** A tile of `rows` rows by five vectors, any distances in A. What becomes of the sums is a loop: a small part of the time. */
function broadTile(rows) {
  const put = (update) => [
    ...range(VECTORS >> 1).map(
      (i) => `put2<T>(${update}, to${i > 0 ? ` + ${32 * i}` : ''}, s0${2 * i}, s0${2 * i + 1}, scale);`,
    ),
    `put1<T>(${update}, to + ${16 * (VECTORS - 1)}, s0${VECTORS - 1}, scale);`,
  ]
  const zeros = (r) => range(VECTORS).map((v) => `s${r}${v} = zero<T>()`)
  const shift = (r) => range(VECTORS).map((v) => `s${r}${v} = s${r + 1}${v};`)
  const sums = range(rows).map((r) => `let ${zeros(r).join(', ')};`)
  const stores = [
    `for (let r = ${rows}; r > 0; --r) {`,
    ...indent(['if (update) {', ...indent(put(true)), '} else {', ...indent(put(false)), '}', 'to += ldc;']),
    ...indent(range(rows - 1).map((r) => shift(r).join(' '))),
    '}',
  ]
  const inner = anyhow(rows, (load) => broadTurn(rows, load))
  return frame(`${rows} rows by five vectors, any distances in A.`, `tile${rows}x${VECTORS}`, sums, inner, stores)
}

/** The tile of packed blocks: `count` panels of `rows` rows below each other by two vectors. */
function panel(rows, steps) {
  const body = [
    'const scale = v128.splat<T>(alpha);',
    `const line = <usize>k * (${rows} * sizeof<T>());`,
    'do {',
    ...[
      'let p = b;',
      'const end = a + line;',
      ...range(rows).map((r) => `let s${r}0 = zero<T>(), s${r}1 = zero<T>();`),
      ...overCopies(rows, steps),
      'let to = c;',
      'if (update) {',
      ...store(rows, false, true).map((line) => `  ${line}`),
      '} else {',
      ...store(rows, false, false).map((line) => `  ${line}`),
      '}',
      'c = to + ldc;',
    ].map((line) => `  ${line}`),
    '} while (--count > 0);',
  ]
  return `/** Panels of ${rows} rows by two vectors, both packed. */\nexport function panel${rows}x2<T>(\n  count: i32, k: i32, a: usize, b: usize, alpha: T, update: bool, c: usize, ldc: usize,\n): void {\n${body.map((line) => `  ${line}`).join('\n')}\n}\n`
}

const MADE = '// Made by scripts/gemm-tiles.mjs: '
const importing = (puts) => `import { madd, zero } from '../../simd';\nimport { ${puts} } from '../put';\n\n`
const imports = (half) => importing(half ? 'put2, putHalf' : 'put2')

/** What is said of all tiles; it stands with the largest. */
const CONTRACT = `${MADE}a gemm microkernel of operands in place, \`count\` tiles of C one after another.
//
//   s = sum over k ascending of A(:, k) B(k, :)      from zero, in registers
//   C := alpha s                                     when not \`update\`: C is not read
//   C := C + alpha s                                 when \`update\`
//
//   a    element (i, k) of A at a + i * rs + k * cs   (bytes; one of rs and cs is that of an element, but where any will do)
//   b    row k of B at b + k * bs, contiguous         (bytes)
//   c    row i of C at c + i * ldc, contiguous        (bytes)
//   da db dc   from a tile to the next                (bytes)
//   k count   at least 1
//
// Six rows make twelve sums, which fill the multipliers of x64 (two a cycle, four cycles each), and take every register: 12 sums, 2 vectors of B,
// 1 of A. Compilers that need one more register are faster with four rows: which tile runs is measured (sixes in block.ts).
// A turn over k has as few instructions beside the multiplications as can be, since four a cycle is all that is decoded: offsets instead of
// additions, four turns before the pointers move. Between turns the loop may end, which is also what keeps V8 from loading everything
// that four turns need before it begins to multiply, and spilling. Broadcasts of A are loads, not shuffles. The loop over tiles is in here, since
// a call costs as much as two or three turns; nothing is called in it, since V8 keeps on the stack, in every turn, what lives on behind a call.
`

const PACKED = `${MADE}the microkernel of tile6x2.ts over copies of both operands, \`count\` tiles below each other.
//
//   a    panels: all rows of a tile beside each other, column after column
//   b    a strip: two vectors a row, row after row
//
// Five turns before the pointers move: the strip moves by offsets as well, which makes 22 instructions of the 24 that six cycles decode, against 23
// in place.
`

const BROAD = `${MADE}the microkernel of tile6x2.ts for strips of five vectors: ten sums of two rows fill the multipliers as well, and no column is
// left to a tile that could not.
`

const inPlace = (shape) => {
  const wide = shape.half ? ', for strips of two vectors and a half: the halves of two rows share a vector' : ''
  const head = shape.rows === 6 ? CONTRACT : `${MADE}the microkernel of tile6x2.ts with fewer rows${wide}.\n`
  return `${head}${imports(shape.half)}${tile(shape)}`
}

/** The files by their names in assembly/gemm/tiles. */
export function tiles() {
  return {
    'tile6x2.ts': inPlace({ rows: 6, steps: 4 }),
    'tile4x2.ts': inPlace({ rows: 4, steps: 4 }),
    'tile2x2.ts': inPlace({ rows: 2, steps: 0 }),
    'tile1x2.ts': inPlace({ rows: 1, steps: 0 }),
    'tile2x5.ts': `${BROAD}${importing('put1, put2')}${broadTile(2)}`,
    'tile4xWide.ts': inPlace({ rows: 4, half: true, steps: 4 }),
    'tile2xWide.ts': inPlace({ rows: 2, half: true, steps: 0 }),
    'panel6x2.ts': `${PACKED}${imports(false)}${panel(6, 5)}`,
    'panel4x2.ts': `${PACKED}${imports(false)}${panel(4, 5)}`,
  }
}

const self = fileURLToPath(import.meta.url)
if (process.argv[1] === self) {
  for (const [name, text] of Object.entries(tiles()))
    writeFileSync(new URL(`../assembly/gemm/tiles/${name}`, import.meta.url), text)
}
