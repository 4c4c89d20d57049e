/** Reads vitest's JSON report. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';
import type { Count } from './step.ts';

const reportForm = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/**
 * Counts the tests of a report; a file that could not be run at all counts as one failed test.
 * @param path the report; when it is missing nothing has run, and that is one failure
 * @param root folder that file names in skips are relative to
 */
export function countTests(path: string, root: string): Count {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: [] };
  const { testResults } = reportForm.parse(JSON.parse(readFileSync(path, 'utf8')));
  const skipped: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of testResults) {
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failed += 1;
      else skipped.push(`${relative(root, file.name)} > ${test.fullName}`);
    }
  }
  return { passed, failed, skipped };
}
