/**
 * Everything an account owns, in memory, with the changes that are not yet on record.
 *
 * 1. Records are values: a change puts a new one in place of the old.
 * 2. Every change is in `takeChanges` once, in the order made, one entry a key.
 * 3. What was loaded is parsed; text of another form throws, for then the record is damaged.
 */
import { usdt } from '../../../shared/domain/units.ts';
import { type Position, untouched } from './position.ts';
import {
  type Account,
  accountSchema,
  type Countdown,
  countdownSchema,
  isOpen,
  type ListenKey,
  listenKeySchema,
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
  position(symbol: string): Position;
  /** Of every symbol that was ever touched. */
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
  updatedAt: 0,
};

interface Memory {
  account: Account;
  readonly positions: Map<string, Position>;
  readonly orders: Map<number, Order>;
  readonly open: Map<number, Order>;
  readonly byClientId: Map<string, number>;
  readonly trades: Trade[];
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

/** Reads one kept entry into memory. Keys are `kind` or `kind:id`. */
function readEntry(memory: Memory, key: string, value: unknown): void {
  const kind = key.split(':')[0];
  if (kind === 'account') memory.account = accountSchema.parse(value);
  else if (kind === 'position') {
    const position = positionSchema.parse(value);
    memory.positions.set(position.symbol, position);
  } else if (kind === 'order') indexOrder(memory, orderSchema.parse(value));
  else if (kind === 'trade') memory.trades.push(tradeSchema.parse(value));
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
    countdowns: new Map(),
    listenKey: undefined,
  };
  for (const [key, value] of entries) readEntry(memory, key, value);
  memory.trades.sort((a, b) => a.id - b.id);
  return memory;
}

const inSymbol = (orders: Iterable<Order>, symbol: string | undefined): readonly Order[] =>
  [...orders].filter((order) => symbol === undefined || order.symbol === symbol).sort((a, b) => a.id - b.id);

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
    position: (symbol) => memory.positions.get(symbol) ?? untouched(symbol),
    positions: () => [...memory.positions.values()],
    setPosition(position) {
      memory.positions.set(position.symbol, position);
      put(`position:${position.symbol}`, position);
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
      const { nextOrderId, nextTradeId, nextLiquidation } = memory.account;
      for (const key of keys) if (key !== 'listenKey') put(key, null);
      for (const map of [memory.positions, memory.orders, memory.open, memory.byClientId, memory.countdowns]) map.clear();
      memory.trades.length = 0;
      this.setAccount({ ...emptyAccount, nextOrderId, nextTradeId, nextLiquidation });
    },
    takeChanges() {
      const taken = [...changes];
      changes.clear();
      for (const [key, value] of taken) if (value === null) keys.delete(key);
      return taken;
    },
  };
}
