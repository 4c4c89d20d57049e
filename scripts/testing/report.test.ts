import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countLooks, countTests } from './report.ts';

describe('counting the tests of a report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kimp-report-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const count = (testResults: readonly unknown[]) => {
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify({ testResults }));
    return countTests(path, folder);
  };
  const test = (fullName: string, status: string) => ({ fullName, status });

  it('counts each state and names what was skipped', () => {
    const assertionResults = [test('a', 'passed'), test('b', 'failed'), test('c', 'skipped'), test('d', 'todo'), test('e', 'pending')];
    const name = join(folder, 'src', 'x.test.ts');
    const path = join('src', 'x.test.ts');
    expect(count([{ name, status: 'failed', assertionResults }])).toEqual({
      passed: 1,
      failed: 1,
      skipped: [`${path} > c`, `${path} > d`, `${path} > e`],
    });
  });

  it('counts a file that could not be run as one failure', () => {
    expect(count([{ name: 'x', status: 'failed', assertionResults: [] }]).failed).toBe(1);
    expect(count([{ name: 'x', status: 'failed', assertionResults: [test('a', 'passed')] }])).toEqual({ passed: 1, failed: 1, skipped: [] });
  });

  it('takes a missing report for a failure', () => {
    expect(countTests(join(folder, 'none.json'), folder).failed).toBe(1);
  });
});

describe('the count of a Playwright report', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ projectName: 'browser', status }] });
  const folder = mkdtempSync(join(tmpdir(), 'kimp-report-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (report: object): string => {
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify(report));
    return path;
  };
  it('finds the tests of nested suites, and takes one that passed only when run again for failed', () => {
    const inner = {
      title: 'in a block',
      specs: [spec('passes', 'expected'), spec('is not run', 'skipped'), spec('passes the second time', 'flaky')],
    };
    const path = written({ suites: [{ title: 'a.spec.ts', specs: [spec('fails', 'unexpected')], suites: [inner] }], errors: [] });
    expect(countLooks(path)).toEqual({ passed: 1, failed: 2, skipped: ['browser: a.spec.ts > in a block > is not run'] });
  });
  it('counts an error outside any test, and a report that is missing, as failed', () => {
    expect(countLooks(written({ suites: [], errors: [{ message: 'no such file' }] }))).toMatchObject({ passed: 0, failed: 1 });
    expect(countLooks(join(tmpdir(), 'no-such-report.json'))).toMatchObject({ passed: 0, failed: 1 });
  });
});
