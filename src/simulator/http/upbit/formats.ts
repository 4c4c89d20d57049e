/** How a stream prints a frame: full or short keys, as an object or a list of one (docs.upbit.com, WebSocket data types). */

export const formats = ['DEFAULT', 'SIMPLE', 'JSON_LIST', 'SIMPLE_LIST'] as const;
export type Format = (typeof formats)[number];

type Frame = Readonly<Record<string, unknown>>;

/** @returns what goes over the wire: binary frames of JSON */
export function printFrame(frame: Frame, format: Format): Buffer {
  const isShort = format === 'SIMPLE' || format === 'SIMPLE_LIST';
  const shown = isShort ? shortened(frame, { ...shortKeys, ...(frame['type'] === 'trade' ? tradeKeys : {}) }) : frame;
  return Buffer.from(JSON.stringify(format === 'JSON_LIST' || format === 'SIMPLE_LIST' ? [shown] : shown));
}

function shortened(frame: Frame, keys: Readonly<Record<string, string>>): Frame {
  const short = (value: unknown): unknown => (Array.isArray(value) ? value.map(short) : isFrame(value) ? shortened(value, keys) : value);
  return Object.fromEntries(Object.entries(frame).map(([key, value]) => [keys[key] ?? key, short(value)]));
}
const isFrame = (value: unknown): value is Frame => typeof value === 'object' && value !== null && !Array.isArray(value);

const shortKeys: Readonly<Record<string, string>> = {
  type: 'ty',
  code: 'cd',
  timestamp: 'tms',
  stream_type: 'st',
  opening_price: 'op',
  high_price: 'hp',
  low_price: 'lp',
  trade_price: 'tp',
  prev_closing_price: 'pcp',
  change: 'c',
  change_price: 'cp',
  signed_change_price: 'scp',
  change_rate: 'cr',
  signed_change_rate: 'scr',
  trade_volume: 'tv',
  acc_trade_volume: 'atv',
  acc_trade_volume_24h: 'atv24h',
  acc_trade_price: 'atp',
  acc_trade_price_24h: 'atp24h',
  trade_date: 'tdt',
  trade_time: 'ttm',
  trade_timestamp: 'ttms',
  ask_bid: 'ab',
  acc_ask_volume: 'aav',
  acc_bid_volume: 'abv',
  highest_52_week_price: 'h52wp',
  highest_52_week_date: 'h52wdt',
  lowest_52_week_price: 'l52wp',
  lowest_52_week_date: 'l52wdt',
  market_state: 'ms',
  is_trading_suspended: 'its',
  delisting_date: 'dd',
  market_warning: 'mw',
  sequential_id: 'sid',
  best_ask_price: 'bap',
  best_ask_size: 'bas',
  best_bid_price: 'bbp',
  best_bid_size: 'bbs',
  total_ask_size: 'tas',
  total_bid_size: 'tbs',
  orderbook_units: 'obu',
  ask_price: 'ap',
  bid_price: 'bp',
  ask_size: 'as',
  bid_size: 'bs',
  level: 'lv',
  candle_date_time_utc: 'cdttmu',
  candle_date_time_kst: 'cdttmk',
  candle_acc_trade_volume: 'catv',
  candle_acc_trade_price: 'catp',
  uuid: 'uid',
  order_type: 'ot',
  state: 's',
  trade_uuid: 'tuid',
  price: 'p',
  avg_price: 'ap',
  volume: 'v',
  remaining_volume: 'rv',
  executed_volume: 'ev',
  trades_count: 'tc',
  reserved_fee: 'rsf',
  remaining_fee: 'rmf',
  paid_fee: 'pf',
  locked: 'l',
  executed_funds: 'ef',
  time_in_force: 'tif',
  trade_fee: 'tf',
  is_maker: 'im',
  identifier: 'id',
  smp_type: 'smpt',
  prevented_volume: 'pv',
  prevented_locked: 'pl',
  order_timestamp: 'otms',
  asset_uuid: 'astuid',
  assets: 'ast',
  asset_timestamp: 'asttms',
  currency: 'cu',
  balance: 'b',
};
/** The one key that two types shorten differently. */
const tradeKeys: Readonly<Record<string, string>> = { trade_date: 'td' };
