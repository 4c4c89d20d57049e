import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

// Prints until a write has failed, and some more; then ends by itself.
const child = (module: string): string => `
  import { outliveReaders } from ${JSON.stringify(module)};
  outliveReaders();
  let failed = 0;
  const end = setTimeout(() => process.exit(9), 10000);
  const timer = setInterval(() => {
    process.stdout.write('line\\n', (error) => { if (error != null) failed += 1; });
    process.stderr.write('words\\n');
    if (failed > 3) { clearInterval(timer); clearTimeout(end); }
  }, 5);`;

it('goes on when nobody reads what is printed any more', async () => {
  const module = new URL('./output.ts', import.meta.url).href;
  const running = spawn(process.execPath, ['--input-type=module', '-e', child(module)], { stdio: ['ignore', 'pipe', 'pipe'] });
  await once(running.stdout, 'data');
  running.stdout.destroy();
  running.stderr.destroy();
  expect(await once(running, 'exit')).toEqual([0, null]);
}, 20_000);
