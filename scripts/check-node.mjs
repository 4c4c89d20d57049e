/**
 * Sees to it that a program runs on a Node that is new enough: hands an older one's process over to the Node that
 * `npm ci` brought along, or ends with one line that says what is needed. Every program imports it before anything
 * else; it must itself be readable by any Node that knows modules. It lies one folder below the root, built or not.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const mark = 'KIMP_CONSOLE_HANDED_OVER';
const leastMajor = 22;
const leastMinor = 12;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const brought = fileURLToPath(new URL(`../node_modules/node-${platform}-${process.arch}/${binary}`, import.meta.url));
  if (existsSync(brought)) await handOver(brought);
  process.stderr.write(
    `Kimp Console needs Node ${leastMajor}.${leastMinor} or newer, this is ${process.versions.node}. ` +
      'Run npm ci first: on Linux and Windows it brings the right Node along.\n',
  );
  process.exit(1);
}

// Whoever kills the process that handed over means this one: it must not trade on unseen.
if (process.env[mark] === '1' && process.channel) {
  delete process.env[mark];
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

/** @param {string} node another Node, which runs the same program with the same arguments, output and signals */
async function handOver(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, [mark]: '1' } });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve) => child.once('exit', (...end) => resolve(end)));
  process.exit(code ?? (signal === null ? 1 : 128));
}
