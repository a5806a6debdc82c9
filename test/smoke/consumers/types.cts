// The same from CommonJS.
import deeplinear = require('deeplinear')
import config = require('deeplinear/config')
import io = require('deeplinear/io')
import theory = require('deeplinear/theory')

const engine = deeplinear.createEngineSync({ reproducible: true })
const product: number[][] = engine.matmul(engine.matrix([[1, 2]]), engine.matrix([[1], [2]])).toNested()
const curve: Float64Array = theory.balancedModes([1], 0.01, 2, [0, 5])
// @ts-expect-error a matrix is no string
const wrong: string = engine.matrix([[1]])
export = { product, curve, wrong, parse: config.parseConfig, npy: io.parseNpy }
