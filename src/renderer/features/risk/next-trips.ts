/**
 * What would trip next: for each limit that stops everything or closes a hedge, how far it is and what would have to
 * happen, and the limit that the next entry is nearest to. For display only: the engine decides with exact numbers.
 */
import type { Parts, VenueView } from '../../../shared/contract/parts.ts';
import type { HedgeRow, OrderRow } from '../../../shared/contract/rows.ts';
import type { SettingName } from '../../../shared/domain/settings.ts';
import { type AtLimit, isSettingName, settingCatalog } from '../../ui/setting-catalog.ts';

/** What would have to happen. Ratios are parts of 1. */
export type Event =
  /** The premium of what is open falls by so many points of the spot price, which loses so much more. */
  | { readonly kind: 'premium'; readonly coin: string | null; readonly points: number; readonly krw: number }
  /** So much more is lost today, with nothing open that could be said of. */
  | { readonly kind: 'loss'; readonly krw: number }
  /** The perpetuals that are short rise by such a part. */
  | { readonly kind: 'price'; readonly rise: number }
  | { readonly kind: 'requests'; readonly venue: VenueView['venue']; readonly more: number }
  | { readonly kind: 'clock'; readonly venue: VenueView['venue']; readonly ms: number }
  /** An order stays without an outcome until then. */
  | { readonly kind: 'silence'; readonly venue: VenueView['venue']; readonly coin: string; readonly until: number }
  /** An entry that costs more than this. */
  | { readonly kind: 'size'; readonly krw: number }
  | { readonly kind: 'entries'; readonly more: number; readonly within: 'minute' | 'day' };

export interface Trip {
  /** One of each: the limit, or what is no setting. */
  readonly key: string;
  readonly setting: SettingName | null;
  readonly at: AtLimit;
  /** How much of the way is gone: 0 to 1 and beyond. */
  readonly part: number;
  /** Null: its use and its limit say it all. */
  readonly event: Event | null;
}

export type TripInputs = Pick<Parts, 'risk' | 'venues' | 'settings'> & {
  readonly hedges: readonly HedgeRow[];
  readonly orders: readonly OrderRow[];
  /** ms since 1970 by the engine's clock. */
  readonly now: number;
};

const numberOf = (text: string | undefined | null): number => Number(text ?? Number.NaN);
const partOf = ({ risk }: TripInputs, setting: SettingName): number | null => risk.limits.find((limit) => limit.setting === setting)?.part ?? null;
const isOpen = ({ phase }: HedgeRow): boolean => phase !== 'flat';
const spotValue = ({ spot, marks }: HedgeRow): number => Number(spot.quantity) * Number(marks.spotBid);

const weight: Readonly<Record<AtLimit, number>> = { stops: 0, closes: 1, denies: 2 };
/** Tenths of the way, all beyond it alike: what moves by less keeps its place. */
const bandOf = ({ part }: Trip): number => Math.floor(Math.min(part, 1) * 10);

/** Nearest first, in steps of a tenth; what cannot be told is left out. */
export function nextTrips(inputs: TripInputs): readonly Trip[] {
  const trips = [
    stopLoss(inputs),
    dailyLoss(inputs),
    marginRatio(inputs),
    apiErrors(inputs),
    failedEntries(inputs),
    clock(inputs),
    silence(inputs),
    nextEntry(inputs),
  ];
  return trips.flatMap((trip) => trip ?? []).sort((a, b) => bandOf(b) - bandOf(a) || weight[a.at] - weight[b.at] || (a.key < b.key ? -1 : 1));
}

/** The hedge whose premium has the least way to fall. */
function stopLoss({ hedges, settings }: TripInputs): Trip | null {
  const limit = numberOf(settings['hedgeStopLossRatio']);
  const trips = hedges
    .filter(({ phase, resultRatio }) => phase === 'hedged' && resultRatio !== null)
    .map((hedge): Trip & { readonly krw: number } => {
      const loss = -numberOf(hedge.resultRatio);
      const krw = (limit - loss) * numberOf(hedge.spotCostKrw);
      return {
        key: 'hedgeStopLossRatio',
        setting: 'hedgeStopLossRatio',
        at: 'closes',
        part: Math.max(0, loss / limit),
        event: { kind: 'premium', coin: hedge.coin, points: krw / spotValue(hedge), krw },
        krw,
      };
    })
    .filter(({ part, krw }) => Number.isFinite(part) && Number.isFinite(krw));
  const [nearest] = trips.sort((a, b) => b.part - a.part || a.krw - b.krw);
  if (nearest === undefined) return null;
  const { krw: _, ...trip } = nearest;
  return trip;
}

function dailyLoss(inputs: TripInputs): Trip | null {
  const { risk, settings, hedges } = inputs;
  const part = partOf(inputs, 'maxDailyLossRatio');
  const result = numberOf(risk.dayResultKrw);
  const krw = numberOf(settings['maxDailyLossRatio']) * (numberOf(risk.capitalKrw) - result) + result;
  if (part === null || !Number.isFinite(krw)) return null;
  const open = hedges.filter(isOpen).reduce((all, hedge) => all + spotValue(hedge), 0);
  const event: Event = open > 0 ? { kind: 'premium', coin: null, points: krw / open, krw } : { kind: 'loss', krw };
  return { key: 'maxDailyLossRatio', setting: 'maxDailyLossRatio', at: 'stops', part, event };
}

/** A short loses as its price rises, and what it must keep grows with it. */
function marginRatio(inputs: TripInputs): Trip | null {
  const { margin, positions } = inputs.venues.binance;
  const part = partOf(inputs, 'maxMarginRatio');
  const limit = numberOf(inputs.settings['maxMarginRatio']);
  const short = positions.reduce((all, { quantity, markPrice }) => all + Math.max(0, -Number(quantity)) * Number(markPrice), 0);
  if (margin === null || part === null || short <= 0) return null;
  const [balance, maintenance] = [Number(margin.balance), Number(margin.maintenance)];
  const rise = (limit * balance - maintenance) / (maintenance + limit * short);
  return Number.isFinite(rise) ? { key: 'maxMarginRatio', setting: 'maxMarginRatio', at: 'stops', part, event: { kind: 'price', rise } } : null;
}

const worst = ({ venues }: TripInputs, of: (venue: VenueView) => number): VenueView =>
  of(venues.upbit) >= of(venues.binance) ? venues.upbit : venues.binance;

function apiErrors(inputs: TripInputs): Trip | null {
  const part = partOf(inputs, 'maxConsecutiveApiErrors');
  const { venue, apiErrors: errors } = worst(inputs, (view) => view.apiErrors);
  const more = numberOf(inputs.settings['maxConsecutiveApiErrors']) - errors + 1;
  const key = 'maxConsecutiveApiErrors';
  return part === null || !Number.isFinite(more) ? null : { key, setting: key, at: 'stops', part, event: { kind: 'requests', venue, more } };
}

function failedEntries(inputs: TripInputs): Trip | null {
  const key = 'maxFailedEntriesInARow';
  const part = partOf(inputs, key);
  return part === null ? null : { key, setting: key, at: 'stops', part, event: null };
}

function clock(inputs: TripInputs): Trip | null {
  const part = partOf(inputs, 'maxClockOffsetStopMs');
  const { venue, clockOffsetMs } = worst(inputs, (view) => Math.abs(view.clockOffsetMs ?? 0));
  const ms = numberOf(inputs.settings['maxClockOffsetStopMs']) - Math.abs(clockOffsetMs ?? 0);
  const key = 'maxClockOffsetStopMs';
  return part === null || !Number.isFinite(ms) ? null : { key, setting: key, at: 'stops', part, event: { kind: 'clock', venue, ms } };
}

/** The order whose outcome has been unknown for longest: with time alone it stops everything. */
function silence({ orders, now }: TripInputs): Trip | null {
  const trips = orders.flatMap(({ id, venue, coin, unknownSince, evidence }) => {
    const until = evidence?.operatorAt ?? null;
    return unknownSince === null || until === null || until <= unknownSince ? [] : [{ id, venue, coin, unknownSince, until }];
  });
  const [first] = trips.sort((a, b) => a.until - b.until);
  if (first === undefined) return null;
  const { id, venue, coin, unknownSince, until } = first;
  const part = Math.max(0, (now - unknownSince) / (until - unknownSince));
  return { key: `silence-${id}`, setting: null, at: 'stops', part, event: { kind: 'silence', venue, coin, until } };
}

/** An age goes up and down with every read: it says something only once reads fail to come. */
const ages: ReadonlySet<string> = new Set<SettingName>(['maxBookAgeMs', 'maxFxAgeMs']);
const telling = 0.75;

/** Of all limits that only deny, the one that is used most. */
function nextEntry(inputs: TripInputs): Trip | null {
  const denying = inputs.risk.limits.flatMap(({ setting, part }) =>
    part !== null && isSettingName(setting) && settingCatalog[setting].at === 'denies' && (part >= telling || !ages.has(setting))
      ? [{ setting, part }]
      : [],
  );
  const [nearest] = denying.sort((a, b) => b.part - a.part);
  if (nearest === undefined) return null;
  const { setting, part } = nearest;
  return { key: setting, setting, at: 'denies', part, event: entryEvent(inputs, setting) };
}

function entryEvent({ risk, settings }: TripInputs, setting: SettingName): Event | null {
  const use = numberOf(risk.limits.find((limit) => limit.setting === setting)?.use);
  const left = numberOf(settings[setting]) - use;
  if (setting === 'maxEntriesPerMinute') return { kind: 'entries', more: Math.max(0, left), within: 'minute' };
  if (setting === 'maxEntriesPerDay') return { kind: 'entries', more: Math.max(0, left), within: 'day' };
  if (setting !== 'maxPositionRatio' && setting !== 'maxCoinPositionRatio') return null;
  const krw = left * numberOf(risk.capitalKrw);
  return Number.isFinite(krw) ? { kind: 'size', krw: Math.max(0, krw) } : null;
}
