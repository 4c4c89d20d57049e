/** What a stop may meet: pages that are gone, streams that are down, venues that hang or have had enough, disks that fail. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../kit/until.ts';
import type { Bench, BenchParts } from './bench.ts';
import type { Hindrance } from './trial.ts';

type Venue = 'upbit' | 'binance';
const everything = { upbit: { path: '/v1/*' }, binance: { path: '/fapi/*' } } as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Variant extends Hindrance {
  /** The console ends with it: every trial has its own. */
  readonly isFatal?: boolean;
  readonly parts?: BenchParts;
  /** Why it cannot be made here; absent where it can. */
  readonly skip?: string;
  /** Venues that cannot confirm anything while it lasts. */
  readonly silent?: readonly Venue[];
}

/** A process that reads the console's updates as a page does, until it is frozen or killed. */
function page(signal: 'SIGSTOP' | 'SIGKILL'): Variant {
  const reads = `
    import { WebSocket } from ${JSON.stringify(import.meta.resolve('ws'))};
    const { url, origin, cookie, csrf } = JSON.parse(process.argv[1]);
    const socket = new WebSocket(url, { headers: { origin, cookie } });
    socket.on('open', () => socket.send(JSON.stringify({ csrf })));
    socket.once('message', () => process.stdout.write('reading'));`;
  let reader: ChildProcess | null = null;
  return {
    before: async ({ credentials }) => {
      reader = spawn(process.execPath, ['--input-type=module', '-e', reads, JSON.stringify(credentials)], { stdio: ['ignore', 'pipe', 'inherit'] });
      if (reader.stdout !== null) await once(reader.stdout, 'data');
      reader.kill(signal);
    },
    after: async () => {
      if (reader === null || reader.exitCode !== null || reader.signalCode !== null) return;
      const ended = once(reader, 'exit');
      reader.kill('SIGKILL');
      await ended;
    },
  };
}

const clear = (bench: Bench): Promise<void> => bench.clearFaults();

const hanging = (...venues: readonly Venue[]): Variant => ({
  isFatal: true,
  silent: venues,
  before: async (bench) => {
    for (const venue of venues) await bench.plant(venue, everything[venue], 'requestLost', { delayMs: 30_000 });
  },
  after: clear,
});

/** Somebody else on the same address and account uses up what both venues allow. */
async function useUp({ simulator }: Bench): Promise<void> {
  const { upbit, binance } = simulator.ready;
  const { accessKey, secretKey } = (simulator.ready.keys as { upbit: { accessKey: string; secretKey: string } }).upbit;
  const url = (value: object | Buffer): string => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');
  const signed = (): Promise<Response> => {
    const head = `${url({ alg: 'HS512', typ: 'JWT' })}.${url({ access_key: accessKey, nonce: randomUUID() })}`;
    const authorization = `Bearer ${head}.${url(createHmac('sha512', secretKey).update(head).digest())}`;
    return fetch(`${upbit.rest}/v1/accounts`, { headers: { authorization } });
  };
  // Up to the last few: refused too often, an address is banned, and then no cancel is heard either.
  for (let used = 0; used < 2370; ) {
    const batch = await Promise.all(Array.from({ length: 2 }, () => fetch(`${binance.rest}/fapi/v1/depth?symbol=BTCUSDT&limit=500`)));
    used = Math.max(...batch.map(({ headers }) => Number(headers.get('x-mbx-used-weight-1m'))));
    await Promise.all(batch.map((answer) => answer.arrayBuffer()));
  }
  const answers = await Promise.all(Array.from({ length: 28 }, signed));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
}

const succeeds = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Whether a small disk can be made here: as root, where mounting is allowed. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = join('/tmp', `kimp-stop-probe-${process.pid}`);
  mkdirSync(probe, { recursive: true });
  const can = succeeds('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe) && succeeds('umount', probe);
  succeeds('rmdir', probe);
  return can;
}

function becomesFull(mounted: string): boolean {
  const { blocks, bfree, bsize } = statfsSync(mounted);
  return succeeds('mount', '-o', `remount,size=${(blocks - bfree) * bsize}`, mounted);
}

const fullDisk: Variant = {
  isFatal: true,
  ...(canMount() ? {} : { skip: 'a small disk is mounted as root on Linux only' }),
  parts: {
    prepare: (data) => {
      if (!succeeds('mount', '-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', data)) throw new Error(`Nothing could be mounted on ${data}`);
    },
  },
  // The console goes on writing: what is used may have grown before the disk gets that size.
  before: async ({ data }) => void (await until('a full disk', () => (becomesFull(data) ? true : undefined), 5000)),
  after: ({ data }) => {
    if (!succeeds('umount', data)) succeeds('umount', '-l', data);
    return Promise.resolve();
  },
};

const flagOf = (data: string): string => join(data, '..', 'hung');
/** A disk whose fdatasync never ends once a file lies beside the data folder. */
const hungDisk: Variant = {
  isFatal: true,
  parts: {
    nodeArgs: [
      '--import',
      `data:text/javascript,${encodeURIComponent(`
        import { existsSync } from 'node:fs';
        import { open } from 'node:fs/promises';
        import { resolve } from 'node:path';
        const flag = resolve(process.argv[process.argv.indexOf('--data-dir') + 1], '..', 'hung');
        const handle = await open(process.execPath, 'r');
        const file = Object.getPrototypeOf(handle);
        await handle.close();
        const { datasync } = file;
        file.datasync = function () { return existsSync(flag) ? new Promise(() => undefined) : datasync.call(this); };`)}`,
    ],
  },
  before: ({ data }) => {
    writeFileSync(flagOf(data), '');
    return Promise.resolve();
  },
};

export const variants: Readonly<Record<string, Variant>> = {
  'the page killed': page('SIGKILL'),
  'the page frozen': page('SIGSTOP'),
  'streams down': {
    before: async (bench) => {
      await bench.plant('upbit', { stream: 'upbit.myOrder' }, 'halfOpen', { delayMs: 20_000 });
      await bench.plant('binance', { stream: 'binance.user' }, 'halfOpen', { delayMs: 20_000 });
    },
    after: clear,
  },
  'a disk that is full': fullDisk,
  'a disk that hangs': hungDisk,
  'upbit hanging': hanging('upbit'),
  'binance hanging': hanging('binance'),
  'both venues hanging': hanging('upbit', 'binance'),
  'the quota used up': { isFatal: true, parts: { usualQuota: true }, before: useUp },
  'a storm of 429': {
    isFatal: true,
    silent: ['upbit', 'binance'],
    before: async (bench) => {
      for (const venue of ['upbit', 'binance'] as const) await bench.plant(venue, everything[venue], 'rateLimited');
      await pause(300);
    },
    after: clear,
  },
};
