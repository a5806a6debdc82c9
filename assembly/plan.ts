// The plan interpreter. A plan is an array of 64-byte records of sixteen i32 words; word 0 is 2 * code + isFloat64, so that
// one switch finds the kernel and its type. Scalars are float64 slots in linear memory. src/kernels/ops.ts is the table,
// src/kernels/reference/plan.ts the other interpreter.
import { copy, axpy, dot, scal, sumsq } from './level1';
import { gemv, ger } from './level2';
import { leakyRelu, leakyReluGradient, tanhGradient } from './activation';
import { add, axpby, clamp, fill, mul, sub } from './elementwise';
import { tanh } from './elementary/tanh';
import { ensembleGemm } from './ensemble/gemm';
import { ensembleAxpy, ensembleBroadcast, ensembleDot, ensembleScal } from './ensemble/level1';
import { ensembleSlotAxpy } from './ensemble/slots';
import { gather } from './gather';
import { gemmPacked } from './gemm/blocked';
import { gemmDirect } from './gemm/direct';
import { exponential, logistic, logSumExp, softmaxCrossEntropy } from './losses';
import { adam, clipFactor, rmsprop } from './optimizer';
import { normal } from './rng';

// @ts-ignore: decorator
@inline const OP_BYTES: usize = 64;
// @ts-ignore: decorator
@inline const OP_GEMM_PACKED: i32 = 1;
// @ts-ignore: decorator
@inline const OP_GEMM_DIRECT: i32 = 2;
// @ts-ignore: decorator
@inline const OP_GEMV: i32 = 3;
// @ts-ignore: decorator
@inline const OP_GER: i32 = 4;
// @ts-ignore: decorator
@inline const OP_COPY: i32 = 5;
// @ts-ignore: decorator
@inline const OP_FILL: i32 = 6;
// @ts-ignore: decorator
@inline const OP_SCAL: i32 = 7;
// @ts-ignore: decorator
@inline const OP_AXPY: i32 = 8;
// @ts-ignore: decorator
@inline const OP_ADD: i32 = 9;
// @ts-ignore: decorator
@inline const OP_SUB: i32 = 10;
// @ts-ignore: decorator
@inline const OP_MUL: i32 = 11;
// @ts-ignore: decorator
@inline const OP_SUMSQ: i32 = 12;
// @ts-ignore: decorator
@inline const OP_DOT: i32 = 13;
// @ts-ignore: decorator
@inline const OP_SLOT_AXPY: i32 = 14;
// @ts-ignore: decorator
@inline const OP_ROW: i32 = 15;
// @ts-ignore: decorator
@inline const OP_GATHER: i32 = 16;
// @ts-ignore: decorator
@inline const OP_NORMAL: i32 = 17;
// @ts-ignore: decorator
@inline const OP_AXPBY: i32 = 18;
// @ts-ignore: decorator
@inline const OP_CLAMP: i32 = 19;
// @ts-ignore: decorator
@inline const OP_CLIP_FACTOR: i32 = 20;
// @ts-ignore: decorator
@inline const OP_ADAM: i32 = 21;
// @ts-ignore: decorator
@inline const OP_RMSPROP: i32 = 22;
// @ts-ignore: decorator
@inline const OP_LEAKY_RELU: i32 = 23;
// @ts-ignore: decorator
@inline const OP_LEAKY_RELU_GRADIENT: i32 = 24;
// @ts-ignore: decorator
@inline const OP_TANH: i32 = 25;
// @ts-ignore: decorator
@inline const OP_TANH_GRADIENT: i32 = 26;
// @ts-ignore: decorator
@inline const OP_SOFTMAX_CROSS_ENTROPY: i32 = 27;
// @ts-ignore: decorator
@inline const OP_LOGISTIC: i32 = 28;
// @ts-ignore: decorator
@inline const OP_EXPONENTIAL: i32 = 29;
// @ts-ignore: decorator
@inline const OP_LOG_SUM_EXP: i32 = 30;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_GEMM: i32 = 40;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_DOT: i32 = 41;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_AXPY: i32 = 42;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_SCAL: i32 = 43;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_SLOT_AXPY: i32 = 44;
// @ts-ignore: decorator
@inline const OP_ENSEMBLE_BROADCAST: i32 = 45;
// @ts-ignore: decorator
@inline const OP_COPY_STRIDED: i32 = 46;

// The words of a record, by name.
// @ts-ignore: decorator
@inline function trans(op: usize): i32 { return load<i32>(op, 4); }
// @ts-ignore: decorator
@inline function m(op: usize): i32 { return load<i32>(op, 8); }
// @ts-ignore: decorator
@inline function n(op: usize): i32 { return load<i32>(op, 12); }
// @ts-ignore: decorator
@inline function k(op: usize): i32 { return load<i32>(op, 16); }
// @ts-ignore: decorator
@inline function a(op: usize): usize { return load<usize>(op, 20); }
// @ts-ignore: decorator
@inline function b(op: usize): usize { return load<usize>(op, 24); }
// @ts-ignore: decorator
@inline function c(op: usize): usize { return load<usize>(op, 28); }
// @ts-ignore: decorator
@inline function lda(op: usize): i32 { return load<i32>(op, 32); }
// @ts-ignore: decorator
@inline function ldb(op: usize): i32 { return load<i32>(op, 36); }
// @ts-ignore: decorator
@inline function ldc(op: usize): i32 { return load<i32>(op, 40); }
// @ts-ignore: decorator
@inline function alpha<T>(op: usize): T { return <T>load<f64>(load<usize>(op, 44)); }
// @ts-ignore: decorator
@inline function beta<T>(op: usize): T { return <T>load<f64>(load<usize>(op, 48)); }
// @ts-ignore: decorator
@inline function out(op: usize): usize { return load<usize>(op, 52); }
// The row of a table, from slot beta; the address of the cells that an op with many scalars reads from slot alpha on.
// @ts-ignore: decorator
@inline function cursor(op: usize): i32 { return <i32>beta<f64>(op); }
// @ts-ignore: decorator
@inline function cells(op: usize): usize { return load<usize>(op, 44); }
// The cells of the members of an ensemble.
// @ts-ignore: decorator
@inline function alphaCells(op: usize): usize { return load<usize>(op, 44); }
// @ts-ignore: decorator
@inline function betaCells(op: usize): usize { return load<usize>(op, 48); }

// @ts-ignore: decorator
@inline
function runGemmPacked<T>(p: usize, work: usize): void {
  gemmPacked<T>(
    trans(p), m(p), n(p), k(p), alpha<T>(p), a(p), lda(p), b(p), ldb(p), beta<T>(p), c(p), ldc(p), work);
}

// @ts-ignore: decorator
@inline
function runGemmDirect<T>(p: usize, work: usize): void {
  gemmDirect<T>(
    trans(p), m(p), n(p), k(p), alpha<T>(p), a(p), lda(p), b(p), ldb(p), beta<T>(p), c(p), ldc(p), work);
}

// @ts-ignore: decorator
@inline
function runGemv<T>(p: usize): void {
  gemv<T>(trans(p), m(p), n(p), alpha<T>(p), a(p), lda(p), b(p), ldb(p), beta<T>(p), c(p), ldc(p));
}

// @ts-ignore: decorator
@inline
function runGer<T>(p: usize): void {
  ger<T>(m(p), n(p), alpha<T>(p), a(p), lda(p), b(p), ldb(p), c(p), ldc(p));
}

// @ts-ignore: decorator
@inline
function runEnsembleGemm<T>(p: usize, work: usize): void {
  ensembleGemm<T>(
    trans(p), m(p), n(p), k(p), lda(p), alphaCells(p), a(p), b(p), betaCells(p), c(p), work);
}

// @ts-ignore: decorator
@inline
function runRow<T>(p: usize): void {
  copy<T>(n(p), a(p) + <usize>cursor(p) * <usize>n(p) * sizeof<T>(), 1, c(p), 1);
}

// @ts-ignore: decorator
@inline
function runGather<T>(p: usize): void {
  gather<T>(m(p), n(p), a(p), lda(p), b(p) + <usize>cursor(p) * <usize>n(p) * 4, c(p));
}

// @ts-ignore: decorator
@inline
function runNormal<T>(p: usize): void {
  normal<T>(n(p), lda(p), ldb(p), beta<f64>(p), alpha<f64>(p), c(p));
}

// @ts-ignore: decorator
@inline
function runSoftmaxCrossEntropy<T>(p: usize): void {
  softmaxCrossEntropy<T>(m(p), n(p), alpha<f64>(p), a(p), b(p), c(p), out(p));
}

// @ts-ignore: decorator
@inline
function runLogistic<T>(p: usize): void {
  logistic<T>(n(p), alpha<f64>(p), a(p), b(p), c(p), out(p));
}

// @ts-ignore: decorator
@inline
function runExponential<T>(p: usize): void {
  exponential<T>(n(p), alpha<f64>(p), a(p), b(p), c(p), out(p));
}

// @ts-ignore: decorator
@inline
function runLogSumExp<T>(p: usize): void {
  logSumExp<T>(n(p), alpha<f64>(p), a(p), b(p), c(p), out(p));
}

/** slot[out] := slot[alpha] * slot[a] + slot[b]: two roundings in both builds. */
// @ts-ignore: decorator
@inline
function runSlotAxpy(p: usize): void {
  store<f64>(out(p), alpha<f64>(p) * load<f64>(a(p)) + load<f64>(b(p)));
}

// @ts-ignore: decorator
@inline
function runClipFactor(p: usize): void {
  store<f64>(out(p), clipFactor(alpha<f64>(p), load<f64>(a(p))));
}

/** Run `count` records once. */
export function planStep(ops: usize, count: i32, work: usize): void {
  for (; count > 0; --count) {
    switch (load<i32>(ops)) {
      case 2 * OP_GEMM_PACKED: runGemmPacked<f32>(ops, work); break;
      case 2 * OP_GEMM_PACKED + 1: runGemmPacked<f64>(ops, work); break;
      case 2 * OP_GEMM_DIRECT: runGemmDirect<f32>(ops, work); break;
      case 2 * OP_GEMM_DIRECT + 1: runGemmDirect<f64>(ops, work); break;
      case 2 * OP_GEMV: runGemv<f32>(ops); break;
      case 2 * OP_GEMV + 1: runGemv<f64>(ops); break;
      case 2 * OP_GER: runGer<f32>(ops); break;
      case 2 * OP_GER + 1: runGer<f64>(ops); break;
      case 2 * OP_COPY: copy<f32>(n(ops), a(ops), 1, c(ops), 1); break;
      case 2 * OP_COPY + 1: copy<f64>(n(ops), a(ops), 1, c(ops), 1); break;
      case 2 * OP_FILL: fill<f32>(n(ops), alpha<f32>(ops), c(ops)); break;
      case 2 * OP_FILL + 1: fill<f64>(n(ops), alpha<f64>(ops), c(ops)); break;
      case 2 * OP_SCAL: scal<f32>(n(ops), alpha<f32>(ops), c(ops), 1); break;
      case 2 * OP_SCAL + 1: scal<f64>(n(ops), alpha<f64>(ops), c(ops), 1); break;
      case 2 * OP_AXPY: axpy<f32>(n(ops), alpha<f32>(ops), a(ops), 1, c(ops), 1); break;
      case 2 * OP_AXPY + 1: axpy<f64>(n(ops), alpha<f64>(ops), a(ops), 1, c(ops), 1); break;
      case 2 * OP_ADD: add<f32>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_ADD + 1: add<f64>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_SUB: sub<f32>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_SUB + 1: sub<f64>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_MUL: mul<f32>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_MUL + 1: mul<f64>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_SUMSQ: store<f64>(out(ops), sumsq<f32>(n(ops), a(ops))); break;
      case 2 * OP_SUMSQ + 1: store<f64>(out(ops), sumsq<f64>(n(ops), a(ops))); break;
      case 2 * OP_DOT: store<f64>(out(ops), dot<f32>(n(ops), a(ops), 1, b(ops), 1)); break;
      case 2 * OP_DOT + 1: store<f64>(out(ops), dot<f64>(n(ops), a(ops), 1, b(ops), 1)); break;
      case 2 * OP_SLOT_AXPY:
      case 2 * OP_SLOT_AXPY + 1: runSlotAxpy(ops); break;
      case 2 * OP_ROW: runRow<f32>(ops); break;
      case 2 * OP_ROW + 1: runRow<f64>(ops); break;
      case 2 * OP_GATHER: runGather<f32>(ops); break;
      case 2 * OP_GATHER + 1: runGather<f64>(ops); break;
      case 2 * OP_NORMAL: runNormal<f32>(ops); break;
      case 2 * OP_NORMAL + 1: runNormal<f64>(ops); break;
      case 2 * OP_AXPBY: axpby<f32>(n(ops), alpha<f32>(ops), a(ops), beta<f32>(ops), c(ops)); break;
      case 2 * OP_AXPBY + 1: axpby<f64>(n(ops), alpha<f64>(ops), a(ops), beta<f64>(ops), c(ops)); break;
      case 2 * OP_CLAMP: clamp<f32>(n(ops), alpha<f32>(ops), c(ops)); break;
      case 2 * OP_CLAMP + 1: clamp<f64>(n(ops), alpha<f64>(ops), c(ops)); break;
      case 2 * OP_CLIP_FACTOR:
      case 2 * OP_CLIP_FACTOR + 1: runClipFactor(ops); break;
      case 2 * OP_ADAM: adam<f32>(n(ops), a(ops), b(ops), c(ops), cells(ops)); break;
      case 2 * OP_ADAM + 1: adam<f64>(n(ops), a(ops), b(ops), c(ops), cells(ops)); break;
      case 2 * OP_RMSPROP: rmsprop<f32>(n(ops), b(ops), c(ops), cells(ops)); break;
      case 2 * OP_RMSPROP + 1: rmsprop<f64>(n(ops), b(ops), c(ops), cells(ops)); break;
      case 2 * OP_LEAKY_RELU: leakyRelu<f32>(n(ops), alpha<f32>(ops), a(ops), c(ops)); break;
      case 2 * OP_LEAKY_RELU + 1: leakyRelu<f64>(n(ops), alpha<f64>(ops), a(ops), c(ops)); break;
      case 2 * OP_LEAKY_RELU_GRADIENT:
        leakyReluGradient<f32>(n(ops), alpha<f32>(ops), a(ops), b(ops), c(ops));
        break;
      case 2 * OP_LEAKY_RELU_GRADIENT + 1:
        leakyReluGradient<f64>(n(ops), alpha<f64>(ops), a(ops), b(ops), c(ops));
        break;
      case 2 * OP_TANH: tanh<f32>(n(ops), a(ops), c(ops)); break;
      case 2 * OP_TANH + 1: tanh<f64>(n(ops), a(ops), c(ops)); break;
      case 2 * OP_TANH_GRADIENT: tanhGradient<f32>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_TANH_GRADIENT + 1: tanhGradient<f64>(n(ops), a(ops), b(ops), c(ops)); break;
      case 2 * OP_SOFTMAX_CROSS_ENTROPY: runSoftmaxCrossEntropy<f32>(ops); break;
      case 2 * OP_SOFTMAX_CROSS_ENTROPY + 1: runSoftmaxCrossEntropy<f64>(ops); break;
      case 2 * OP_LOGISTIC: runLogistic<f32>(ops); break;
      case 2 * OP_LOGISTIC + 1: runLogistic<f64>(ops); break;
      case 2 * OP_EXPONENTIAL: runExponential<f32>(ops); break;
      case 2 * OP_EXPONENTIAL + 1: runExponential<f64>(ops); break;
      case 2 * OP_LOG_SUM_EXP: runLogSumExp<f32>(ops); break;
      case 2 * OP_LOG_SUM_EXP + 1: runLogSumExp<f64>(ops); break;
      case 2 * OP_ENSEMBLE_GEMM: runEnsembleGemm<f32>(ops, work); break;
      case 2 * OP_ENSEMBLE_GEMM + 1: runEnsembleGemm<f64>(ops, work); break;
      case 2 * OP_ENSEMBLE_DOT: ensembleDot<f32>(m(ops), n(ops), a(ops), b(ops), out(ops)); break;
      case 2 * OP_ENSEMBLE_DOT + 1: ensembleDot<f64>(m(ops), n(ops), a(ops), b(ops), out(ops)); break;
      case 2 * OP_ENSEMBLE_AXPY: ensembleAxpy<f32>(m(ops), n(ops), alphaCells(ops), a(ops), c(ops)); break;
      case 2 * OP_ENSEMBLE_AXPY + 1: ensembleAxpy<f64>(m(ops), n(ops), alphaCells(ops), a(ops), c(ops)); break;
      case 2 * OP_ENSEMBLE_SCAL: ensembleScal<f32>(m(ops), n(ops), alphaCells(ops), c(ops)); break;
      case 2 * OP_ENSEMBLE_SCAL + 1: ensembleScal<f64>(m(ops), n(ops), alphaCells(ops), c(ops)); break;
      case 2 * OP_ENSEMBLE_SLOT_AXPY:
      case 2 * OP_ENSEMBLE_SLOT_AXPY + 1:
        ensembleSlotAxpy(trans(ops), n(ops), alphaCells(ops), a(ops), b(ops), out(ops));
        break;
      case 2 * OP_ENSEMBLE_BROADCAST: ensembleBroadcast<f32>(m(ops), n(ops), a(ops), c(ops)); break;
      case 2 * OP_ENSEMBLE_BROADCAST + 1: ensembleBroadcast<f64>(m(ops), n(ops), a(ops), c(ops)); break;
      case 2 * OP_COPY_STRIDED: copy<f32>(n(ops), a(ops), lda(ops), c(ops), ldc(ops)); break;
      case 2 * OP_COPY_STRIDED + 1: copy<f64>(n(ops), a(ops), lda(ops), c(ops), ldc(ops)); break;
      // The plan builder emits no other code; a record of zeros is a no-op.
      default: break;
    }
    ops += OP_BYTES;
  }
}

/**
 * Run `count` records `steps` times. Only a loop: V8 never replaces a frame that runs, so a frame that stays for the
 * whole run must call the one that works, which is exchanged for optimised code between two calls.
 */
export function planRun(ops: usize, count: i32, steps: i32, work: usize): void {
  for (; steps > 0; --steps) planStep(ops, count, work);
}
