import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeepDamaged, keepInFile, keepInMemory } from './keep.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'state', 'upbit.jsonl');
const reopened = () => {
  const keep = keepInFile(file());
  const entries = Object.fromEntries(keep.load());
  keep.close();
  return entries;
};

describe('a durable record', () => {
  it('brings back what was written', () => {
    const keep = keepInFile(file());
    keep.write([
      ['balance/KRW', { free: '100', locked: '0' }],
      ['order/1', { state: 'open' }],
    ]);
    keep.write([
      ['order/1', null],
      ['balance/KRW', { free: '90', locked: '0' }],
    ]);
    keep.close();
    expect(reopened()).toEqual({ 'balance/KRW': { free: '90', locked: '0' } });
  });

  it('holds what was written, not what became of the object', () => {
    const keep = keepInMemory();
    const order = { filled: '0' };
    keep.write([['order/1', order]]);
    order.filled = '1';
    expect(keep.load().get('order/1')).toEqual({ filled: '0' });
  });

  it('drops a last line that was cut short, and writes on cleanly', () => {
    const keep = keepInFile(file());
    keep.write([['a', 1]]);
    keep.close();
    appendFileSync(file(), '[["a",2],["b"');
    const next = keepInFile(file());
    expect(Object.fromEntries(next.load())).toEqual({ a: 1 });
    next.write([['b', 3]]);
    next.close();
    expect(reopened()).toEqual({ a: 1, b: 3 });
  });

  it.each(['not json\n', '{"a":1}\n', '[["a"]]\n', '[[1,2]]\n'])('refuses damage before the end: %j', (line) => {
    const keep = keepInFile(file());
    keep.close();
    writeFileSync(file(), `${line}[["a",1]]\n`);
    expect(() => keepInFile(file())).toThrow(KeepDamaged);
  });

  it("compacts when it is opened, and is the owner's alone", () => {
    const keep = keepInFile(file());
    for (let count = 0; count < 100; count += 1) keep.write([['a', count]]);
    keep.close();
    reopened();
    expect(readFileSync(file(), 'utf8')).toBe('[["a",99]]\n');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('compacts while it is written, and keeps everything', () => {
    const keep = keepInFile(file(), 1000);
    for (let count = 0; count < 1000; count += 1) {
      keep.write([[`order/${count % 5}`, { count }]]);
      expect(statSync(file()).size).toBeLessThan(1500);
    }
    keep.write([['order/0', null]]);
    keep.close();
    expect(reopened()).toEqual({ 'order/1': { count: 996 }, 'order/2': { count: 997 }, 'order/3': { count: 998 }, 'order/4': { count: 999 } });
  });

  it('survives kill -9 at any moment with everything that was announced, whole', async () => {
    const script = `
      const { keepInFile } = await import(${JSON.stringify(new URL('keep.ts', import.meta.url).href)});
      const keep = keepInFile(process.argv[1], 20_000);
      for (let count = 1; ; count += 1) {
        keep.write([['a', count], ['b', count], ['pad', 'x'.repeat(count % 500)]]);
        process.stdout.write(count + '\\n');
        if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, file()], { stdio: ['ignore', 'pipe', 'inherit'] });
    let announced = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        announced += chunk.toString();
        if (announced.length > 3000) child.kill('SIGKILL');
      });
      child.on('close', () => resolve());
    });
    const last = Number(announced.split('\n').at(-2));
    const { a, b } = reopened();
    expect(last).toBeGreaterThan(100);
    expect(a).toBeGreaterThanOrEqual(last);
    expect(b).toBe(a);
  });
});
