import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { parseCsv, type Table } from '../../src/io/csv.js'
import { type DatasetOptions, tableToDataset } from '../../src/io/dataset.js'

describe('tableToDataset', () => {
  test('labels in the last column', () => {
    const dataset = tableToDataset(parseCsv('1,2,1\n3,4,0\n5,6,2\n'))
    expect(dataset).toEqual({
      inputs: Float64Array.of(1, 3, 5, 2, 4, 6),
      targets: Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1),
      labels: Int32Array.of(1, 0, 2),
      classes: 3,
      outputs: 3,
      features: 2,
      samples: 3,
    })
  })

  test('more classes than the table has', () => {
    const { classes, targets } = tableToDataset(parseCsv('1,0\n2,1\n'), { classes: 4 })
    expect([classes, [...targets]]).toEqual([4, [1, 0, 0, 1, 0, 0, 0, 0]])
  })

  test('target columns', () => {
    const dataset = tableToDataset(parseCsv('1,2,30\n4,5,60\n'), { labels: 'none', targets: 2 })
    expect(dataset).toEqual({
      inputs: Float64Array.of(1, 4),
      targets: Float64Array.of(2, 5, 30, 60),
      classes: 0,
      outputs: 2,
      features: 1,
      samples: 2,
    })
  })

  test('features only', () => {
    const dataset = tableToDataset(parseCsv('1,2\n4,5\n'), { labels: 'none' })
    expect(dataset).toMatchObject({ features: 2, samples: 2, outputs: 0, classes: 0, targets: new Float64Array(0) })
    expect(dataset.labels).toBeUndefined()
  })

  const table = (...data: number[]): Table => ({ rows: data.length / 2, cols: 2, data: Float64Array.from(data) })
  test.each<[string, Table, DatasetOptions | undefined, string, RegExp]>([
    ['a fractional label', table(1, 0, 1, 0.5), undefined, 'FORMAT', /row 2.*0\.5/],
    ['a negative label', table(1, 0, 1, 1, 1, -1), undefined, 'RANGE', /row 3.*-1/],
    ['a label not below classes', table(1, 0, 1, 2), { classes: 2 }, 'RANGE', /row 2.*from 0 to 1/],
    ['an id for a label', table(1, 0, 1, 2 ** 31), undefined, 'RANGE', /row 2/],
    ['too many classes for the rows', table(...new Array(8202).fill(65_535)), undefined, 'RANGE', /one-hot/],
    ['a feature that is not finite', table(1, 0, Number.NaN, 1), undefined, 'FORMAT', /row 2, column 1.*NaN/],
    ['no features left', { rows: 1, cols: 1, data: Float64Array.of(0) }, undefined, 'SHAPE', /1 columns/],
    ['all columns targets', table(1, 2), { labels: 'none', targets: 2 }, 'SHAPE', /none for the features/],
    ['data of another length', { rows: 2, cols: 2, data: new Float64Array(3) }, undefined, 'SHAPE', /2 x 2/],
    ['no rows', { rows: 0, cols: 2, data: new Float64Array(0) }, undefined, 'RANGE', /table\.rows/],
    ['targets beside labels', table(1, 0), { targets: 1 }, 'OPTION', /'targets'/],
    ['classes without labels', table(1, 0), { labels: 'none', classes: 2 }, 'OPTION', /'classes'/],
    ['an unknown option', table(1, 0), { label: 'last' } as DatasetOptions, 'OPTION', /did you mean 'labels'/],
    ['an unknown choice', table(1, 0), { labels: 'first' } as unknown as DatasetOptions, 'OPTION', /'last', 'none'/],
    ['classes of 0', table(1, 0), { classes: 0 }, 'RANGE', /classes/],
  ])('%s is refused', (_, input, options, code, message) => {
    let error: unknown
    try {
      tableToDataset(input, options)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(DeepLinearError)
    expect((error as DeepLinearError).code).toBe(code)
    expect((error as DeepLinearError).message).toMatch(message)
  })
})
