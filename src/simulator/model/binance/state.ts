/**
 * Everything an account owns, in memory, with the changes that are not yet on record.
 *
 * 1. Records are values: a change puts a new one in place of the old.
 * 2. Every change is in `takeChanges` once, in the order made, one entry a key.
 * 3. What was loaded is parsed; text of another form throws, for then the record is damaged.
 */
import { usdt } from '../../../shared/domain/units.ts';
import { type Position, type PositionSide, untouched } from './position.ts';
import {
  type Account,
  accountSchema,
  type AlgoOrder,
  algoSchema,
  type Countdown,
  countdownSchema,
  type Income,
  incomeSchema,
  isOpen,
  isWaiting,
  type ListenKey,
  listenKeySchema,
  type MarginChange,
  marginChangeSchema,
  type Order,
  orderSchema,
  positionSchema,
  type Trade,
  tradeSchema,
} from './records.ts';

export type Change = readonly [key: string, value: unknown];

export interface State {
  account(): Account;
  setAccount(account: Account): void;
  /** Leverage and margin mode are the symbol's; a position that was never touched has those of BOTH. */
  position(symbol: string, side?: PositionSide): Position;
  /** Of every symbol and side that was ever touched. */
  positions(): readonly Position[];
  setPosition(position: Position): void;
  order(id: number): Order | undefined;
  /** The newest order of a symbol with this client id. */
  orderByClientId(symbol: string, clientId: string): Order | undefined;
  /** All orders, or those of one symbol, oldest first. */
  orders(symbol?: string): readonly Order[];
  openOrders(symbol?: string): readonly Order[];
  setOrder(order: Order): void;
  /** All trades, oldest first. */
  trades(): readonly Trade[];
  addTrade(trade: Trade): void;
  algo(id: number): AlgoOrder | undefined;
  /** The newest conditional order with this client id. */
  algoByClientId(clientId: string): AlgoOrder | undefined;
  /** All conditional orders, oldest first. */
  algos(): readonly AlgoOrder[];
  /** Those that wait for their price, oldest first. */
  waitingAlgos(symbol?: string): readonly AlgoOrder[];
  setAlgo(order: AlgoOrder): void;
  /** Oldest first. */
  incomes(): readonly Income[];
  addIncome(income: Income): void;
  marginChanges(): readonly MarginChange[];
  addMarginChange(change: MarginChange): void;
  /** When the next open order expires by its own date; undefined where none does. */
  nextExpiry(): number | undefined;
  countdowns(): readonly Countdown[];
  setCountdown(symbol: string, countdown: Countdown | undefined): void;
  listenKey(): ListenKey | undefined;
  setListenKey(key: ListenKey | undefined): void;
  /** Forgets everything but the counters of ids and the listen key: streams live on. */
  clear(): void;
  /** The changes since the last call. */
  takeChanges(): readonly Change[];
}

const firstOrderId = 1_000_000_001;
const firstTradeId = 500_000_001;

const emptyAccount: Account = {
  wallet: usdt('0'),
  dualSide: false,
  nextOrderId: firstOrderId,
  nextTradeId: firstTradeId,
  nextLiquidation: 1,
  nextAlgoId: 2_000_001,
  nextTransactionId: 9_000_000_001,
  fundingDue: 0,
  multiAssets: false,
  updatedAt: 0,
};

interface Memory {
  account: Account;
  readonly positions: Map<string, Position>;
  readonly orders: Map<number, Order>;
  readonly open: Map<number, Order>;
  readonly byClientId: Map<string, number>;
  readonly trades: Trade[];
  readonly algos: Map<number, AlgoOrder>;
  readonly waiting: Map<number, AlgoOrder>;
  readonly incomes: Income[];
  readonly marginChanges: MarginChange[];
  readonly countdowns: Map<string, Countdown>;
  listenKey: ListenKey | undefined;
}

const clientKey = (symbol: string, clientId: string): string => `${symbol} ${clientId}`;

function indexOrder(memory: Memory, order: Order): void {
  memory.orders.set(order.id, order);
  const key = clientKey(order.symbol, order.clientId);
  if ((memory.byClientId.get(key) ?? 0) < order.id) memory.byClientId.set(key, order.id);
  if (isOpen(order)) memory.open.set(order.id, order);
  else memory.open.delete(order.id);
}

const positionKey = (symbol: string, side: PositionSide): string => (side === 'BOTH' ? symbol : `${symbol}:${side}`);

function indexAlgo(memory: Memory, order: AlgoOrder): void {
  memory.algos.set(order.id, order);
  if (isWaiting(order)) memory.waiting.set(order.id, order);
  else memory.waiting.delete(order.id);
}

/** Reads one kept entry into memory. Keys are `kind` or `kind:id`. */
function readEntry(memory: Memory, key: string, value: unknown): void {
  const kind = key.split(':')[0];
  if (kind === 'account') memory.account = accountSchema.parse(value);
  else if (kind === 'position') {
    const position = positionSchema.parse(value);
    memory.positions.set(positionKey(position.symbol, position.positionSide), position);
  } else if (kind === 'order') indexOrder(memory, orderSchema.parse(value));
  else if (kind === 'trade') memory.trades.push(tradeSchema.parse(value));
  else if (kind === 'algo') indexAlgo(memory, algoSchema.parse(value));
  else if (kind === 'income') memory.incomes.push(incomeSchema.parse(value));
  else if (kind === 'margin') memory.marginChanges.push(marginChangeSchema.parse(value));
  else if (kind === 'countdown') {
    const countdown = countdownSchema.parse(value);
    memory.countdowns.set(countdown.symbol, countdown);
  } else if (kind === 'listenKey') memory.listenKey = listenKeySchema.parse(value);
  else throw new Error(`Invariant: kept entries are of a known kind, was ${key}`);
}

function read(entries: ReadonlyMap<string, unknown>): Memory {
  const memory: Memory = {
    account: emptyAccount,
    positions: new Map(),
    orders: new Map(),
    open: new Map(),
    byClientId: new Map(),
    trades: [],
    algos: new Map(),
    waiting: new Map(),
    incomes: [],
    marginChanges: [],
    countdowns: new Map(),
    listenKey: undefined,
  };
  for (const [key, value] of entries) readEntry(memory, key, value);
  for (const rows of [memory.trades, memory.incomes, memory.marginChanges]) rows.sort((a, b) => a.id - b.id);
  return memory;
}

const inSymbol = (orders: Iterable<Order>, symbol: string | undefined): readonly Order[] =>
  [...orders].filter((order) => symbol === undefined || order.symbol === symbol).sort((a, b) => a.id - b.id);

function untouchedLeg(memory: Memory, symbol: string, side: PositionSide): Position {
  const { leverage, marginMode } = memory.positions.get(symbol) ?? untouched(symbol);
  return { ...untouched(symbol, side), leverage, marginMode };
}

type AlgoParts = Pick<
  State,
  'algo' | 'algoByClientId' | 'algos' | 'waitingAlgos' | 'setAlgo' | 'incomes' | 'addIncome' | 'marginChanges' | 'addMarginChange'
>;

function algoParts(memory: Memory, put: (key: string, value: unknown) => void): AlgoParts {
  return {
    algo: (id) => memory.algos.get(id),
    algoByClientId: (clientId) => [...memory.algos.values()].findLast((order) => order.clientId === clientId),
    algos: () => [...memory.algos.values()].sort((a, b) => a.id - b.id),
    waitingAlgos: (symbol) =>
      memory.waiting.size === 0
        ? []
        : [...memory.waiting.values()].filter((order) => symbol === undefined || order.symbol === symbol).sort((a, b) => a.id - b.id),
    setAlgo(order) {
      indexAlgo(memory, order);
      put(`algo:${order.id}`, order);
    },
    incomes: () => memory.incomes,
    addIncome(income) {
      memory.incomes.push(income);
      put(`income:${income.id}`, income);
    },
    marginChanges: () => memory.marginChanges,
    addMarginChange(change) {
      memory.marginChanges.push(change);
      put(`margin:${change.id}`, change);
    },
  };
}

/** @param entries what was kept before; empty for a new account */
export function createState(entries: ReadonlyMap<string, unknown>): State {
  const memory = read(entries);
  const changes = new Map<string, unknown>();
  const keys = new Set(entries.keys());
  const put = (key: string, value: unknown): void => {
    changes.delete(key);
    changes.set(key, value);
    keys.add(key);
  };
  return {
    account: () => memory.account,
    setAccount(account) {
      memory.account = account;
      put('account', account);
    },
    position: (symbol, side = 'BOTH') => memory.positions.get(positionKey(symbol, side)) ?? untouchedLeg(memory, symbol, side),
    positions: () => [...memory.positions.values()],
    setPosition(position) {
      const key = positionKey(position.symbol, position.positionSide);
      memory.positions.set(key, position);
      put(`position:${key}`, position);
    },
    order: (id) => memory.orders.get(id),
    orderByClientId: (symbol, clientId) => memory.orders.get(memory.byClientId.get(clientKey(symbol, clientId)) ?? 0),
    orders: (symbol) => inSymbol(memory.orders.values(), symbol),
    openOrders: (symbol) => inSymbol(memory.open.values(), symbol),
    setOrder(order) {
      indexOrder(memory, order);
      put(`order:${order.id}`, order);
    },
    trades: () => memory.trades,
    addTrade(trade) {
      memory.trades.push(trade);
      put(`trade:${trade.id}`, trade);
    },
    ...algoParts(memory, put),
    nextExpiry: () => {
      const due = [...memory.open.values()].filter((order) => order.goodTill > 0).map((order) => order.goodTill);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    countdowns: () => [...memory.countdowns.values()],
    setCountdown(symbol, countdown) {
      if (countdown === undefined) memory.countdowns.delete(symbol);
      else memory.countdowns.set(symbol, countdown);
      put(`countdown:${symbol}`, countdown ?? null);
    },
    listenKey: () => memory.listenKey,
    setListenKey(key) {
      memory.listenKey = key;
      put('listenKey', key ?? null);
    },
    clear() {
      const { nextOrderId, nextTradeId, nextLiquidation, nextAlgoId, nextTransactionId } = memory.account;
      for (const key of keys) if (key !== 'listenKey') put(key, null);
      const { positions, orders, open, byClientId, countdowns, algos, waiting, trades, incomes, marginChanges } = memory;
      for (const map of [positions, orders, open, byClientId, countdowns, algos, waiting]) map.clear();
      for (const rows of [trades, incomes, marginChanges]) rows.length = 0;
      this.setAccount({ ...emptyAccount, nextOrderId, nextTradeId, nextLiquidation, nextAlgoId, nextTransactionId });
    },
    takeChanges() {
      const taken = [...changes];
      changes.clear();
      for (const [key, value] of taken) if (value === null) keys.delete(key);
      return taken;
    },
  };
}
