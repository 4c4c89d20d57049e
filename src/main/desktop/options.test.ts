import { describe, expect, it } from 'vitest';
import { readDesktopOptions } from './options.ts';

const electrons = ['--inspect=0', '--remote-debugging-port=0', '.', '--no-sandbox', '--enable-features=A,B'];

describe("the desktop's command line", () => {
  it('reads its own options between those of Electron', () => {
    const read = readDesktopOptions([...electrons, '--data-dir', '/tmp/x', '--approval=auto', '--set', 'leverage=1', '--set', 'cooldownMs=0']);
    expect(read).toMatchObject({
      kind: 'run',
      stop: null,
      commandLine: {
        dataDir: '/tmp/x',
        approval: 'auto',
        market: 'synthetic',
        settings: [
          ['leverage', '1'],
          ['cooldownMs', '0'],
        ],
      },
    });
  });
  it('knows a stop from a start', () => {
    expect(readDesktopOptions(['--stop'])).toMatchObject({ stop: { closeAll: false } });
    expect(readDesktopOptions(['--close-all', '--stop'])).toMatchObject({ stop: { closeAll: true } });
  });
  it.each([
    [['--close-all']],
    [['--mode', 'live']],
    [['--data-dir']],
    [['--market', 'tomorrow']],
    [['--seed', '-1']],
    [['--upbit-url', 'http://127.0.0.1:1']],
    [['--signals-url', 'ws://research.example/signals']],
    [['--data-dir', '']],
    [['--signals-file=']],
  ])('says what is wrong with %j', (args) => {
    expect(readDesktopOptions(args)).toMatchObject({ kind: 'wrong', sentence: expect.stringContaining('--') as string });
  });
});
