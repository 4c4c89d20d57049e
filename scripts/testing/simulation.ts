/**
 * The seeded simulation as part of `npm test`: a few thousand lives, other ones for every commit and every day, so that
 * what nobody has lived yet is tried. The name of the step says where they begin; the same start lives them again.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type Manner, programStep, type StepResult } from './step.ts';

const seeds = 3000;
/** Seeds have at most nine digits. */
const last = 999_000_000;

/** @param commit what is tested @param day a date: the same commit tries others tomorrow */
export function startOf(commit: string, day: string): number {
  return 1 + (createHash('sha256').update(`${commit} ${day}`).digest().readUInt32BE(0) % last);
}

/** Without a repository (a packed source) the day alone decides. */
function commitHere(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch (error) {
    if (error instanceof Error && ('code' in error || 'status' in error)) return '';
    throw error;
  }
}

/** Needs `out/simulate.mjs`. */
export function simulationStep(manner: Manner): Promise<StepResult> {
  const from = startOf(commitHere(), new Date().toISOString().slice(0, 10));
  const args = ['--seeds', String(seeds), '--jobs', '2', '--from', String(from)];
  return programStep(`simulation of ${seeds} seeds from ${from}`, 'out/simulate.mjs', args, manner);
}
