import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { type TrainingData, type TrainingFigureOptions, trainingFigure } from '../../src/report/index.js'
import { type Staircase, staircase } from './staircase.js'
import { readXml } from './xml.js'

const MAX_BYTES = 300_000
const TEN = Array.from({ length: 10 }, (_, i) => 10 - 0.95 * i)
const close = (from: number, apart: number): number[] => TEN.map((_, i) => from + apart * i)

function altered(options: Staircase, alter: (data: TrainingData) => void): TrainingData {
  const data = staircase(options)
  alter(data)
  return data
}

const runs: [string, TrainingData, TrainingFigureOptions?][] = [
  ['four modes', staircase()],
  ['ten modes with accuracy', staircase({ strengths: TEN, accuracy: true })],
  ['close plateaus at the left', staircase({ strengths: TEN, times: close(0.02, 0.003) })],
  ['close plateaus at the right', staircase({ strengths: TEN, times: close(0.9, 0.009) })],
  [
    'coinciding plateaus',
    altered({}, (data) => (data.plateaus = data.plateaus.map((p) => ({ ...p, ...data.plateaus[0] })))),
  ],
  ['no plateaus', altered({}, (data) => (data.plateaus = []))],
  ['one frame', staircase({ strengths: [1], frames: 1 })],
  ['two frames', staircase({ strengths: [2, 1], frames: 2 })],
  ['a logarithmic axis', staircase({ frames: 5000 }), { logX: true }],
  ['one frame on a logarithmic axis', altered({ frames: 1 }, (data) => (data.step = [7])), { logX: true }],
  ['the smallest width', staircase({ strengths: TEN, accuracy: true }), { width: 480 }],
  ['64 modes and plateaus', staircase({ strengths: Array.from({ length: 64 }, (_, i) => 8 * 0.93 ** i) })],
  ['a long noisy run', staircase({ strengths: TEN, frames: 50_000, noise: 0.9, accuracy: true })],
  ['loss 0', altered({ accuracy: true }, (data) => (data.loss = new Float64Array(1000)))],
  [
    'all NaN',
    altered({ accuracy: true }, (data) => {
      data.loss = new Float64Array(1000).fill(Number.NaN)
      data.singularValues = new Float64Array(4000).fill(Number.NaN)
      data.testAccuracy = new Float64Array(1000).fill(Number.NaN)
    }),
  ],
  [
    'divergence',
    altered({}, (data) => {
      data.loss = Float64Array.from(data.loss, (x, i) => (i < 500 ? x : x * Math.exp(2 * (i - 500))))
      data.singularValues = Float64Array.from(data.singularValues, (x, i) => (i < 2000 ? x : x * Math.exp(i - 2000)))
    }),
  ],
  [
    'the largest and the smallest numbers',
    altered({}, (data) => {
      data.loss = Float64Array.from(data.loss, (_, i) => (i % 2 ? Number.MAX_VALUE : Number.MIN_VALUE))
      data.singularValues = new Float64Array(4000).fill(Number.MAX_VALUE)
    }),
  ],
  ['a loss that does not change', altered({}, (data) => (data.loss = new Float64Array(1000).fill(0.37)))],
  ['steps that repeat', altered({}, (data) => (data.step = Float64Array.from(data.step, (x) => Math.floor(x / 500))))],
  [
    'hostile text',
    staircase({ title: '</title><script>alert(1)</script> & "\' \u0000\u00a0\ud800', subtitle: '<![CDATA[' }),
  ],
  ['long text', staircase({ title: 'title '.repeat(100), subtitle: 'x'.repeat(2000) })],
]

describe('trainingFigure', () => {
  test.each(runs)('%s: well-formed XML, finite numbers, small', (_, data, options) => {
    const svg = trainingFigure(data, options)
    expect(Buffer.byteLength(svg)).toBeLessThan(MAX_BYTES)
    const { root, elements } = readXml(svg)
    expect(root.name).toBe('svg')
    expect(root.attributes).toMatchObject({ xmlns: 'http://www.w3.org/2000/svg', role: 'img' })
    expect(root.attributes.viewBox).toMatch(/^0 0 \d+ \d+$/)
    expect(elements.map(({ name }) => name)).not.toContain('script')
    for (const { name, attributes } of elements) {
      for (const [key, value] of Object.entries(attributes)) {
        expect(`${name} ${key} ${value}`).not.toMatch(/NaN|undefined|Infinity|null/)
      }
    }
    expect(parseHTML(svg).document.querySelector('svg > title')).not.toBeNull()
  })

  test.each(runs)('%s: all text lies within the figure and no two labels of one kind overlap', (_, data, options) => {
    const { root, texts } = readXml(trainingFigure(data, options))
    const [width, height] = root.attributes.viewBox.split(' ').slice(2).map(Number)
    for (const { x, y } of texts) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(width)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThanOrEqual(height)
    }
    const modes = texts.filter(({ text }) => /^s[\u2080-\u2089]+$/.test(text)).map(({ y }) => y)
    const ranks = texts.filter(({ text }) => /^(rank )?\d+$/.test(text) && text.startsWith('rank')).map(({ x }) => x)
    for (let i = 1; i < modes.length; i++) expect(modes[i] - modes[i - 1]).toBeGreaterThan(12)
    for (let i = 1; i < ranks.length; i++) expect(ranks[i] - ranks[i - 1]).toBeGreaterThan(36)
  })

  test('every mode and every plateau is labelled, and the title is there', () => {
    const { texts } = readXml(trainingFigure(staircase({ title: 'A & B', subtitle: 'depth 2', accuracy: true })))
    const found = texts.map(({ text }) => text)
    for (const wanted of [
      'A & B',
      'depth 2',
      's\u2081',
      's\u2084',
      'rank 0',
      'rank 3',
      'Training step',
      'Test accuracy',
    ]) {
      expect(found).toContain(wanted)
    }
    expect(found.filter((text) => text.startsWith('Loss'))).toHaveLength(1)
  })

  test('without accuracy there is no panel for it', () => {
    expect(trainingFigure(staircase())).not.toContain('Test accuracy')
  })

  test('frames that cannot be drawn are counted', () => {
    const data = altered({}, (run) => (run.loss = Float64Array.from(run.loss, (x, i) => (i < 3 ? Number.NaN : x))))
    expect(trainingFigure(data)).toContain('Not drawn: the loss of 3 of 1,000 frames')
  })

  test('the same data give the same text', () => {
    expect(trainingFigure(staircase())).toBe(trainingFigure(staircase()))
  })

  test('a given document is used', () => {
    const { document } = parseHTML('<html></html>')
    expect(trainingFigure(staircase(), { document })).toBe(trainingFigure(staircase()))
  })

  test.each<[string, Partial<TrainingData>, TrainingFigureOptions, string, RegExp]>([
    ['no frames', { step: [], loss: [], singularValues: [] }, {}, 'SHAPE', /step/],
    ['a short loss', { loss: [1] }, {}, 'SHAPE', /loss must have 1000 numbers, it has 1/],
    ['short singular values', { singularValues: [1] }, {}, 'SHAPE', /singularValues/],
    ['short accuracy', { testAccuracy: [1] }, {}, 'SHAPE', /testAccuracy/],
    ['rank 0', { rank: 0 }, {}, 'RANGE', /rank/],
    ['descending steps', { step: Array.from({ length: 1000 }, (_, i) => -i) }, {}, 'RANGE', /ascend/],
    ['a step that is NaN', { step: new Float64Array(1000).fill(Number.NaN) }, {}, 'RANGE', /step\[0\]/],
    [
      'a plateau that ends before it begins',
      { plateaus: [{ step: 1, from: 2, to: 1, loss: 1, rank: 0 }] },
      {},
      'RANGE',
      /to/,
    ],
    ['a title that is no text', { title: 7 as unknown as string }, {}, 'DTYPE', /title/],
    ['a narrow figure', {}, { width: 100 }, 'RANGE', /width/],
    ['an unknown option', {}, { logx: true } as TrainingFigureOptions, 'OPTION', /did you mean 'logX'/],
    ['nothing above step 0 on a logarithmic axis', { step: new Float64Array(1000) }, { logX: true }, 'OPTION', /logX/],
    ['no document', {}, { document: {} as Document }, 'OPTION', /document/],
  ])('%s is refused', (_, change, options, code, message) => {
    let error: unknown
    try {
      trainingFigure({ ...staircase(), ...change }, options)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(DeepLinearError)
    expect((error as DeepLinearError).code).toBe(code)
    expect((error as DeepLinearError).message).toMatch(message)
  })
})
