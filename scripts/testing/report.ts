/** Reads the JSON reports of vitest and of Playwright. */
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

interface Suite {
  readonly title: string;
  readonly specs: readonly { readonly title: string; readonly tests: readonly { readonly projectName: string; readonly status: string }[] }[];
  readonly suites?: readonly Suite[] | undefined;
}
const suiteForm: z.ZodType<Suite> = z.object({
  title: z.string(),
  specs: z.array(z.object({ title: z.string(), tests: z.array(z.object({ projectName: z.string(), status: z.string() })) })),
  get suites() {
    return z.array(suiteForm).optional();
  },
});
const lookForm = z.object({ suites: z.array(suiteForm), errors: z.array(z.unknown()) });

/**
 * Counts the tests of a Playwright report; an error outside any test counts as one that failed, and so does a test that
 * passed only when it was run again.
 * @param path the report; when it is missing nothing has run, and that is one failure
 */
export function countLooks(path: string): Count {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: [] };
  const { suites, errors } = lookForm.parse(JSON.parse(readFileSync(path, 'utf8')));
  const skipped: string[] = [];
  let passed = 0;
  let failed = errors.length;
  const walk = (suite: Suite, above: string): void => {
    const place = above === '' ? suite.title : `${above} > ${suite.title}`;
    for (const spec of suite.specs)
      for (const { projectName, status } of spec.tests) {
        if (status === 'expected') passed += 1;
        else if (status === 'skipped') skipped.push(`${projectName}: ${place} > ${spec.title}`);
        else failed += 1;
      }
    for (const inner of suite.suites ?? []) walk(inner, place);
  };
  for (const suite of suites) walk(suite, '');
  return { passed, failed, skipped };
}
