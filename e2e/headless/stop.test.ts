/** `npm run stop` where the console is gone: no other program's answer passes for an acknowledgment. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, temporaryFolder } from '../kit/programs.ts';

it('leaves a STOP file and fails when somebody else answers on the port of the run file', async () => {
  const folder = await temporaryFolder();
  const stranger = createServer((_request, response) => void response.end('<html>hello</html>'));
  await new Promise<void>((resolve) => {
    stranger.listen(0, '127.0.0.1', resolve);
  });
  try {
    const { port } = stranger.address() as AddressInfo;
    await writeFile(join(folder.path, 'run.json'), JSON.stringify({ pid: 1, port, token: 'old' }));
    const program = spawn(process.execPath, [join(root, 'out', 'stop.mjs'), folder.path], { stdio: 'ignore' });
    expect(await new Promise((resolve) => program.once('close', resolve))).toBe(1);
    expect(existsSync(join(folder.path, 'STOP'))).toBe(true);
  } finally {
    stranger.closeAllConnections();
    stranger.close();
    await folder.remove();
  }
});
