import { once } from 'node:events';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchElectron, noWindowBecause, runElectron } from './electron.mjs';

describe('whether a window can be opened here', () => {
  const linux = { platform: 'linux', isRoot: false, env: {} };
  it('takes a display on Linux, and nobody who is root', () => {
    expect(noWindowBecause(linux)).toContain('display');
    expect(noWindowBecause({ ...linux, env: { DISPLAY: '' } })).toContain('display');
    expect(noWindowBecause({ ...linux, env: { DISPLAY: ':0' } })).toBeNull();
    expect(noWindowBecause({ ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull();
    expect(noWindowBecause({ ...linux, env: { DISPLAY: ':0' }, isRoot: true })).toContain('root');
  });
  it('takes nothing elsewhere', () => {
    for (const platform of ['darwin', 'win32']) expect(noWindowBecause({ platform, env: {}, isRoot: false })).toBeNull();
  });
});

describe('an Electron that ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kimp-electron-'));
  const program = (name: string, script: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  it.runIf(process.platform !== 'win32')('is told from one that never began', async () => {
    expect(await runElectron(program('ended', 'exit 0'), [])).toEqual({ code: 0, didStart: true });
    expect(await runElectron(program('in-use', 'exit 3'), [])).toEqual({ code: 3, didStart: true });
    expect(await runElectron(program('no-display', 'exit 1'), [])).toEqual({ code: 1, didStart: false });
    expect(await runElectron(program('nobody-to-stop', 'exit 1'), ['--stop'])).toEqual({ code: 1, didStart: true });
    expect(await runElectron(program('no-library', 'exit 127'), [])).toEqual({ code: 127, didStart: false });
    expect(await runElectron(program('no-sandbox', 'kill -TRAP $$'), [])).toEqual({ code: 1, didStart: false });
    expect(await runElectron(join(folder, 'nothing'), [])).toEqual({ code: 1, didStart: false });
  });
});

describe('fetching the binary', () => {
  it('gives up within seconds where its server does not answer', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    process.env['ELECTRON_MIRROR'] = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    try {
      const began = performance.now();
      expect(await fetchElectron()).toBeNull();
      expect(performance.now() - began).toBeLessThan(5000);
    } finally {
      delete process.env['ELECTRON_MIRROR'];
      silent.close();
    }
  });
});
