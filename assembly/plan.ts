// The plan interpreter. A plan is an array of 64-byte records of sixteen i32 words; word 0 is 2 * code + isFloat64, so that
// one switch finds the kernel and its type. Scalars are float64 slots in linear memory. src/kernels/ops.ts is the table,
// src/kernels/reference/plan.ts the other interpreter.
import { copy, axpy, dot, scal, sumsq } from './level1';
import { gemv, ger } from './level2';
import { add, fill, mul, sub } from './elementwise';
import { gemmPacked } from './gemm/blocked';
import { gemmDirect } from './gemm/direct';

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

/** slot[out] := slot[alpha] * slot[a] + slot[b]: two roundings in both builds. */
// @ts-ignore: decorator
@inline
function runSlotAxpy(p: usize): void {
  store<f64>(out(p), alpha<f64>(p) * load<f64>(a(p)) + load<f64>(b(p)));
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
