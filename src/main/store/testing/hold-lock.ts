/** A process of its own for the lock tests: tries for the lock of argv[2] once, prints how that went, and stays. */
import { lockFolder } from '../lock.ts';

const [, , folder = ''] = process.argv;
const lock = await lockFolder(folder);
process.stdout.write(`${JSON.stringify(lock.ok ? { ok: true } : lock)}\n`);
setInterval(() => undefined, 1000);
