/**
 * Who may import whom: the layers of the console, said once more in a form that a test can walk. `layers.json` makes
 * Biome enforce it; `lint.test.ts` proves for every pair of areas that Biome agrees with this table.
 */
export type Area =
  | 'shared'
  | 'engine'
  | 'runtime'
  | Adapter
  | 'compose'
  | 'desktop'
  | 'headless'
  | 'preload'
  | 'renderer'
  | 'simulator'
  | 'simulation';
export type Adapter = (typeof adapters)[number];

export const adapters = ['exchanges', 'signals', 'market', 'store', 'credentials', 'alerts', 'ipc'] as const;

/** Where the files of an area lie, without a trailing slash. */
export const folders: Readonly<Record<Area, string>> = {
  shared: 'src/shared',
  engine: 'src/main/engine',
  runtime: 'src/main/runtime',
  exchanges: 'src/main/exchanges',
  signals: 'src/main/signals',
  market: 'src/main/market',
  store: 'src/main/store',
  credentials: 'src/main/credentials',
  alerts: 'src/main/alerts',
  ipc: 'src/main/ipc',
  compose: 'src/main/compose',
  desktop: 'src/main/desktop',
  headless: 'src/headless',
  preload: 'src/preload',
  renderer: 'src/renderer',
  simulator: 'src/simulator',
  simulation: 'src/simulation',
};

/** `types`: type imports only. `ports`: files named port.ts only. An area that is not named is closed. */
export type Access = 'all' | 'types' | 'ports';
type Sight = Partial<Record<Area, Access>>;

const adapterSight: Sight = { shared: 'all', engine: 'types' };
const hostSight: Sight = { shared: 'all', engine: 'all', runtime: 'all', compose: 'all', store: 'all', ipc: 'all' };

export const sight: Readonly<Record<Area, Sight>> = {
  shared: {},
  engine: { shared: 'all' },
  runtime: { shared: 'all', engine: 'all', ...Object.fromEntries(adapters.map((adapter) => [adapter, 'ports'])) },
  exchanges: adapterSight,
  signals: adapterSight,
  market: adapterSight,
  store: adapterSight,
  credentials: adapterSight,
  alerts: adapterSight,
  ipc: adapterSight,
  compose: { shared: 'all', engine: 'all', runtime: 'all', simulator: 'all', ...Object.fromEntries(adapters.map((adapter) => [adapter, 'all'])) },
  desktop: hostSight,
  headless: hostSight,
  preload: { shared: 'all' },
  renderer: { shared: 'all' },
  simulator: { shared: 'all' },
  // Puts engine, runtime and venues together on a clock of its own, as compose does for real; nothing sees it.
  simulation: { shared: 'all', engine: 'all', runtime: 'all', exchanges: 'all', signals: 'all', store: 'all', simulator: 'all' },
};
