/** The check checks itself: each planted violation is found, as its own rule and as nothing else. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders } from './layers.ts';
import { type Planted, plantedFiles, plantedLayers, plantedTypes } from './planted.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A folder with the project's own settings, the given files of the project, and the planted ones. */
function overlay(copied: readonly string[], planted: readonly Planted[]): string {
  // The real path: the tools report it, and the temporary folder may be a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kimp-planted-')));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true, filter: (source) => !source.endsWith('.test.ts') });
  linkPackages(folder);
  for (const { path, source } of planted) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  return folder;
}

/** Links each installed package by itself: the folder node_modules stays the overlay's own, and with it the compiler's cache. */
function linkPackages(folder: string): void {
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => !entry.startsWith('.'))) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
}

/** Runs a tool and gives what it printed, whatever its exit code. */
function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules', program), ...args], { cwd, maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout));
  });
}

/** The distinct rules reported for each path. `form` matches a line; its groups are the path, the rule and, for a rule of our own, its name. */
function rulesByPath(report: string, form: RegExp): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { groups } of report.matchAll(form)) {
    const path = (groups?.['path'] ?? '').replaceAll('\\', '/');
    found.set(path, (found.get(path) ?? new Set()).add(groups?.['own'] ?? groups?.['rule'] ?? ''));
  }
  return new Map([...found].map(([path, rules]) => [path, [...rules].sort()]));
}

const expected = ({ rule }: Planted): string[] => (rule === '' ? [] : [rule]);

describe('lint rules on planted files', () => {
  let folder: string;
  let found: Map<string, string[]>;

  beforeAll(async () => {
    folder = overlay(['biome.json', 'package.json', 'scripts/lint'], [...plantedFiles, ...plantedLayers]);
    const report = await output(
      '@biomejs/biome/bin/biome',
      ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', 'src'],
      folder,
    );
    found = rulesByPath(
      report.replaceAll(`file=${folder}/`, 'file='),
      /^::\w+ title=(?<rule>[^,]+),file=(?<path>[^,]+),[^:]*::(?:(?<own>[a-z-]+): )?/gm,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(plantedFiles.map((planted) => [planted.path, planted] as const))('%s', (path, planted) => {
    expect(found.get(path) ?? []).toEqual(expected(planted));
  });

  // One test for each importing folder: a wrong override shows as one failure that lists its pairs.
  const importers = new Set(plantedLayers.map(({ path }) => dirname(path)));
  it.each([...importers])('imports of %s', (importer) => {
    const planted = plantedLayers.filter(({ path }) => dirname(path) === importer);
    const said = planted.map(({ path }) => [path, found.get(path) ?? []]);
    expect(said).toEqual(planted.map((one) => [one.path, expected(one)]));
  });
});

describe('compiler on planted files', () => {
  let folder: string;
  let found: Map<string, string[]>;

  beforeAll(async () => {
    const settings = ['package.json', 'tsconfig.base.json', ...['src/shared', 'src/main/engine', 'src/main'].map((path) => `${path}/tsconfig.json`)];
    const sources = ['src/shared/domain', 'src/main/engine/approved.ts', 'src/main/exchanges/port.ts'];
    folder = overlay([...settings, ...sources], plantedTypes);
    const report = await output('typescript/bin/tsc', ['-b', '--pretty', 'false', 'src/main'], folder);
    found = rulesByPath(report, /^(?<path>[^(\s]+)\(\d+,\d+\): error (?<rule>TS\d+):/gm);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(plantedTypes.map((planted) => [planted.path, planted] as const))('%s', (path, planted) => {
    expect(found.get(path) ?? []).toEqual(expected(planted));
  });
});

describe('layers', () => {
  const subfolders = (path: string): string[] =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${path}/${entry.name}`);

  it('know every folder of the source', () => {
    const known = new Set<string>(Object.values(folders));
    const there = [...subfolders('src').filter((path) => path !== 'src/main'), ...subfolders('src/main')];
    expect(there.filter((path) => !known.has(path))).toEqual([]);
  });
});
