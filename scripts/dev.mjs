/** `npm run dev`: electron-vite's development server with the desktop window, Electron's binary fetched first where it is missing. */
import './check-node.mjs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './build/entries.mjs';
import { fetchElectron, findElectron } from './desktop/electron.mjs';

if (findElectron() === null && (await fetchElectron()) === null) {
  process.stderr.write(
    'Electron is not there and cannot be fetched: try npx install-electron. Without it, npm start serves the console to a browser.\n',
  );
  process.exit(1);
}
const cli = join(dirname(createRequire(join(root, 'package.json')).resolve('electron-vite/package.json')), 'bin', 'electron-vite.js');
const child = spawn(process.execPath, [cli, 'dev', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
child.once('exit', (code) => process.exit(code ?? 1));
