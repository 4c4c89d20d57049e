/** The clients written by others, in a package of their own below e2e/: installed when missing or older than its lockfile. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Manner, programStep, type StepResult } from './step.ts';

const folder = 'e2e/clients';

/** @param where a package lies @returns whether what is installed there is what its lockfile says, by the files' times */
export function isInstalled(where: string): boolean {
  const installed = statSync(join(where, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(where, 'package-lock.json')).mtimeMs;
}

/** Installs where needed. @returns the step, where there was one to take */
export async function clientsInstalled(npm = process.env['npm_execpath']): Promise<StepResult[]> {
  if (isInstalled(folder)) return [];
  if (npm === undefined) throw new Error('Run this as npm test: npm says where it lies');
  return [await programStep('clients installed', npm, ['ci', '--prefix', folder])];
}

/** Checks their types, which are built on those of the rest. What they do is part of the end-to-end suites. */
export const clientTypesStep = (manner: Manner): Promise<StepResult> =>
  programStep('clients types', 'node_modules/typescript/bin/tsc', ['-p', folder], manner);
