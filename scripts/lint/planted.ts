/**
 * One small violating file per rule that we rely on. Each is put into its place in a copy of the project's settings,
 * where the check must fail on exactly that rule. A rule without its violation here is not known to work.
 */
import { type Area, adapters, folders, sight } from './layers.ts';

export interface Planted {
  /** Where the file is put. */
  readonly path: string;
  readonly source: string;
  /**
   * What the check must say of it, once or more, and nothing else; empty when the file is allowed. Rules of our own are
   * named by the word that their message begins with.
   */
  readonly rule: string;
}

const file = (rule: string, path: string, source: string): Planted => ({ path, source: `${source}\n`, rule });
const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('\n');

const areas = Object.keys(folders) as Area[];

/** Every pair of areas, as a type import, a value import and an import of a port. */
function layerFiles(): Planted[] {
  return areas.flatMap((from) =>
    areas
      .filter((to) => to !== from)
      .flatMap((to) => {
        const access = sight[from][to];
        const up = '../'.repeat(folders[from].split('/').length);
        const target = `${up}${folders[to]}`;
        const at = (kind: string): string => `${folders[from]}/${kind}-${to}.ts`;
        const valueRule = access === 'all' ? '' : access === 'types' ? 'engine-types-only' : 'layers';
        return [
          file(
            access === 'all' || access === 'types' ? '' : 'layers',
            at('type'),
            `import type { A } from '${target}/part/a.ts';\nexport type B = A;`,
          ),
          file(valueRule, at('value'), `import { a } from '${target}/part/a.ts';\nexport const b = a;`),
          file(access === 'ports' ? '' : valueRule, at('port'), `import { a } from '${target}/port.ts';\nexport const b = a;`),
        ];
      }),
  );
}

const importOf = (name: string): string => `import thing from '${name}';\nexport const one = thing;`;
const inAreas = (rule: string, areas: readonly Area[], name: string, stem: string): Planted[] =>
  areas.map((area) => file(rule, `${folders[area]}/${stem}.ts`, importOf(name)));

const withoutElectron: readonly Area[] = ['shared', 'engine', 'runtime', ...adapters, 'compose', 'headless', 'renderer', 'simulator'];
const withoutCcxt = areas.filter((area) => area !== 'exchanges');
const withoutNode: readonly Area[] = ['shared', 'engine', 'renderer'];

const packageFiles: readonly Planted[] = [
  ...inAreas('electron', withoutElectron, 'electron', 'electron-package'),
  file('', 'src/main/ipc/electron.ts', importOf('electron')),
  file('', 'src/main/desktop/window.ts', importOf('electron')),
  file('', 'src/main/index.ts', importOf('electron')),
  ...inAreas('ccxt', withoutCcxt, 'ccxt', 'ccxt-whole'),
  ...inAreas('ccxt', withoutCcxt, 'ccxt/js/src/pro/upbit.js', 'ccxt-part'),
  file('', 'src/main/exchanges/ccxt-part.ts', importOf('ccxt/js/src/pro/upbit.js')),
  ...inAreas('node', withoutNode, 'node:fs', 'node-module'),
  ...inAreas('node', withoutNode, 'node:fs/promises', 'node-submodule'),
  ...inAreas('decimals', areas, 'big.js', 'decimal-package'),
  file('', 'src/shared/domain/units.ts', importOf('big.js')),
];

const bannedGlobals: readonly (readonly [name: string, use: string])[] = [
  ['date', 'Date.now()'],
  ['new-date', 'new Date()'],
  ['set-timeout', 'setTimeout(() => 1, 1)'],
  ['set-interval', 'setInterval(() => 1, 1)'],
  ['number', "Number('1')"],
  ['parse-float', "parseFloat('1')"],
  ['performance', 'performance.now()'],
  ['process', 'process.pid'],
  ['fetch', "fetch('http://127.0.0.1')"],
  ['global-this', 'globalThis.name'],
];
const randomness: readonly (readonly [name: string, use: string])[] = [
  ['math-random', 'export const one = Math.random();'],
  ['math-computed', "const key = 'random';\nexport const one = Math[key]();"],
  ['math-taken-apart', 'const { random } = Math;\nexport const one = random();'],
];
const pureFiles: readonly Planted[] = ['src/main/engine/fold', 'src/simulator/model'].flatMap((folder) => [
  ...bannedGlobals.map(([name, use]) => file('lint/style/noRestrictedGlobals', `${folder}/${name}.ts`, `export const one = ${use};`)),
  ...randomness.map(([name, source]) => file('pure-math', `${folder}/${name}.ts`, source)),
]);

const codeFiles: readonly Planted[] = [
  file(
    'lint/nursery/noFloatingPromises',
    'src/main/runtime/floating.ts',
    'const act = async (): Promise<number> => 1;\nexport function go(): void {\n  act();\n}',
  ),
  file(
    'lint/nursery/noMisusedPromises',
    'src/main/runtime/misused.ts',
    'const act = async (): Promise<boolean> => true;\nexport function go(): number {\n  if (act()) return 1;\n  return 2;\n}',
  ),
  file(
    'lint/nursery/useExhaustiveSwitchCases',
    'src/main/runtime/switch.ts',
    "export function go(state: 'open' | 'closed'): number {\n  switch (state) {\n    case 'open':\n      return 1;\n  }\n  return 2;\n}",
  ),
  file('lint/nursery/useAwaitThenable', 'src/main/runtime/await.ts', 'export async function go(): Promise<number> {\n  return await 1;\n}'),
  file(
    'lint/style/noExcessiveLinesPerFile',
    'src/main/runtime/long-file.ts',
    lines(401, (index) => `export const n${index} = ${index};`),
  ),
  file(
    'lint/complexity/noExcessiveLinesPerFunction',
    'src/main/runtime/long-function.ts',
    `export function go(log: (n: number) => void): void {\n${lines(71, (index) => `  log(${index});`)}\n}`,
  ),
  file('lint/suspicious/noExplicitAny', 'src/main/runtime/any.ts', 'export const one: any = 1;'),
  file('lint/style/noNonNullAssertion', 'src/main/runtime/bang.ts', 'export const one = (list: readonly number[]): number => list.at(0)!;'),
  file('lint/style/useImportType', 'src/main/runtime/import-type.ts', "import { A } from './a.ts';\nexport type B = A;"),
  file('lint/correctness/noUnusedImports', 'src/main/runtime/unused-import.ts', "import { a } from './a.ts';\nexport const b = 1;"),
  file(
    'lint/correctness/noUndeclaredDependencies',
    'src/main/runtime/undeclared.ts',
    "import thing from 'not-in-package-json';\nexport const one = thing;",
  ),
  file('lint/suspicious/noConsole', 'src/main/runtime/console.ts', "console.log('here');"),
  file(
    'lint/suspicious/noEmptyBlockStatements',
    'src/main/runtime/swallow.ts',
    'export function go(act: () => void): void {\n  try {\n    act();\n  } catch {}\n}',
  ),
  file('lint/suspicious/noTsIgnore', 'src/main/runtime/ignore.ts', "// @ts-ignore\nexport const one: number = 'two';"),
  file('lint/style/useThrowOnlyError', 'src/main/runtime/throw.ts', "export function go(): never {\n  throw 'text';\n}"),
  file('lint/style/useNodejsImportProtocol', 'src/main/runtime/protocol.ts', importOf('fs')),
  file('lint/style/useFilenamingConvention', 'src/main/runtime/camelCase.ts', 'export const one = 1;'),
  file('lint/suspicious/noFocusedTests', 'src/main/runtime/focused.test.ts', "import { it } from 'vitest';\nit.only('runs alone', () => 1);"),
  file('lint/suspicious/noSkippedTests', 'src/main/runtime/skipped.test.ts', "import { it } from 'vitest';\nit.skip('never runs', () => 1);"),
  file('lint/suspicious/noImportCycles', 'src/main/runtime/cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = (): number => b();"),
  file('lint/suspicious/noImportCycles', 'src/main/runtime/cycle-b.ts', "import { a } from './cycle-a.ts';\nexport const b = (): number => a();"),
  file(
    'approval-only',
    'src/main/runtime/approving.ts',
    "import type { Approved } from '../engine/approved.ts';\nexport const go = <T>(order: T): Approved<T> => order as Approved<T>;",
  ),
  file('no-import-types', 'src/main/runtime/import-in-type.ts', "export type A = import('../engine/a.ts').A;"),
];

export const plantedLayers: readonly Planted[] = layerFiles();
export const plantedFiles: readonly Planted[] = [...packageFiles, ...pureFiles, ...codeFiles];

/** Violations that the compiler must find; `rule` is its error code. */
export const plantedTypes: readonly Planted[] = [
  file('TS2591', 'src/main/engine/planted-node.ts', 'export const one = process.pid;'),
  file('TS2584', 'src/main/engine/planted-console.ts', "export const go = (): void => console.log('here');"),
  file('TS2304', 'src/main/engine/planted-dom.ts', 'export const one = window;'),
  file('TS2591', 'src/shared/planted-node.ts', "export const one = Buffer.from('');"),
  file('TS6307', 'src/main/engine/planted-layer.ts', "import type { A } from '../runtime/planted-a.ts';\nexport type B = A;"),
  file('TS6307', 'src/shared/planted-layer.ts', "import type { A } from '../main/engine/planted-a.ts';\nexport type B = A;"),
  file('', 'src/main/runtime/planted-a.ts', 'export type A = 1;'),
  file('', 'src/main/engine/planted-a.ts', 'export type A = 1;'),
  file('TS1294', 'src/main/engine/planted-enum.ts', 'export enum State {\n  open,\n}'),
  file('TS2322', 'src/main/engine/planted-index.ts', 'export const one = (list: readonly number[]): number => list[0];'),
  file('TS2365', 'src/main/engine/planted-plus.ts', "import { krw } from '../../shared/domain/units.ts';\nexport const one = krw('1') + krw('2');"),
  file(
    'TS2345',
    'src/main/engine/planted-units.ts',
    "import { add, krw, usdt } from '../../shared/domain/units.ts';\nexport const one = add(krw('1'), usdt('2'));",
  ),
  file(
    'TS2322',
    'src/main/planted-unapproved.ts',
    "import type { OrderRequest } from '../shared/domain/venue.ts';\nimport type { VenuePort } from './exchanges/port.ts';\nexport const go = (order: OrderRequest): Parameters<VenuePort['place']>[0] => order;",
  ),
  // An approved order with other terms is none.
  ...(
    [
      ['', 'passed-on', 'order'],
      ['TS2322', 'changed', '({ ...order, reduceOnly: false })'],
    ] as const
  ).map(([rule, name, sent]) =>
    file(
      rule,
      `src/main/planted-${name}.ts`,
      `import type { VenuePort } from './exchanges/port.ts';\ntype Approved = Parameters<VenuePort['place']>[0];\nexport const go = (order: Approved): Approved => ${sent};`,
    ),
  ),
];
