/** The clients written by others, in a package of their own below e2e/: installed when missing or older than its lockfile. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { programStep, type StepResult } from './step.ts';

/** @param folder of a package @returns whether what is installed there is what its lockfile says, by the files' times */
export function isInstalled(folder: string): boolean {
  const installed = statSync(join(folder, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs;
}

/** Installs where needed, then checks the types; the rest is part of the end-to-end suites. */
export async function clientSteps(folder = 'e2e/clients', npm = process.env['npm_execpath']): Promise<StepResult[]> {
  const steps: StepResult[] = [];
  if (!isInstalled(folder)) {
    if (npm === undefined) throw new Error('Run this as npm test: npm says where it lies');
    steps.push(await programStep('clients installed', npm, ['ci', '--prefix', folder]));
  }
  if (steps.every(({ failed }) => failed === 0)) steps.push(await programStep('clients types', 'node_modules/typescript/bin/tsc', ['-p', folder]));
  return steps;
}
