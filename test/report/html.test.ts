import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { DTypeError, FormatError } from '../../src/errors.js'
import { htmlReport, trainingFigure } from '../../src/report/index.js'
import { staircase } from './staircase.js'

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)> & "\''
const EMPTY = { title: 'A run', figures: [], tables: [], parameters: {} }
const page = (html: string): Document => parseHTML(html).document as Document

describe('htmlReport', () => {
  const report = htmlReport({
    title: 'A run',
    figures: [trainingFigure(staircase()), trainingFigure(staircase({ title: 'Another' }))],
    tables: [
      {
        caption: 'Checks',
        head: ['check', 'measured', 'pass'],
        rows: [
          ['loss', 1.23456789e-9, true],
          ['rank', 20_000, false],
        ],
      },
    ],
    parameters: { depth: 2, init: { gamma: 1.5 }, learningRate: 0.1234567890123, target: Float64Array.of(4, 2) },
    notes: ['First.', 'Second.'],
    data: { loss: Float64Array.of(1, 0.5), big: [10n] },
  })

  test('holds what it was given', () => {
    const document = page(report)
    expect(document.querySelector('h1')?.textContent).toBe('A run')
    expect(document.querySelectorAll('figure > svg')).toHaveLength(2)
    expect(document.querySelector('caption')?.textContent).toBe('Checks')
    const cells = Array.from(document.querySelectorAll('td'), (cell) => cell.textContent)
    expect(cells).toEqual(['loss', '1.235\u00d710\u207b\u2079', 'yes', 'rank', '20,000', 'no'])
    const values = Array.from(document.querySelectorAll('dd'), (cell) => cell.textContent)
    expect(values).toEqual(['2', '{"gamma":1.5}', '0.1234567890123', '[4,2]'])
    expect(Array.from(document.querySelectorAll('section p'), (p) => p.textContent)).toEqual(['First.', 'Second.'])
    expect(JSON.parse(document.querySelector('#data')?.textContent ?? '')).toEqual({ loss: [1, 0.5], big: ['10'] })
  })

  test('asks no network for anything and says so to the browser', () => {
    expect(report.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|@import|url\(/)
    expect(report).toContain("default-src 'none'")
    expect(report).toContain('prefers-color-scheme: dark')
  })

  test('hostile text stays text, everywhere', () => {
    const html = htmlReport({
      title: HOSTILE,
      figures: [trainingFigure(staircase({ title: HOSTILE, subtitle: HOSTILE }))],
      tables: [{ caption: HOSTILE, head: [HOSTILE], rows: [[HOSTILE], [{ text: HOSTILE }]] }],
      parameters: { [HOSTILE]: HOSTILE, nested: { [HOSTILE]: [HOSTILE] } },
      notes: [HOSTILE],
      data: { [HOSTILE]: `${HOSTILE}<!--\u2028` },
    })
    const document = page(html)
    expect(document.querySelectorAll('script')).toHaveLength(1)
    expect(document.querySelectorAll('img')).toHaveLength(0)
    expect(html.match(/<script/gi)).toHaveLength(1)
    expect(html.match(/<\/script/gi)).toHaveLength(1)
    expect(html).not.toContain('<!--')
    expect(document.querySelector('h1')?.textContent).toBe(HOSTILE)
    expect(JSON.parse(document.querySelector('#data')?.textContent ?? '')).toEqual({
      [HOSTILE]: `${HOSTILE}<!--\u2028`,
    })
  })

  test('leaves out what is not there', () => {
    const html = htmlReport(EMPTY)
    expect(html).not.toMatch(/<h2|<table|<figure|<script/)
  })

  test.each([
    ['NaN', Number.NaN],
    ['undefined', undefined],
    ['a function', () => 1],
    ['null', null],
    ['a symbol', Symbol('x')],
  ])('%s as a cell and as a parameter', (_, value) => {
    const table = { caption: 'c', head: ['h'], rows: [[value]] }
    expect(() => htmlReport({ ...EMPTY, tables: [table], parameters: { value } })).not.toThrow()
  })

  test.each([
    ['no SVG', '<p>hello</p>'],
    ['a script', '<svg><script>alert(1)</script></svg>'],
  ])('%s is refused as a figure', (_, figure) => {
    expect(() => htmlReport({ ...EMPTY, figures: [figure] })).toThrow(FormatError)
  })

  test('data with a cycle are refused', () => {
    const data: { self?: unknown } = {}
    data.self = data
    expect(() => htmlReport({ ...EMPTY, data })).toThrow(DTypeError)
  })
})
