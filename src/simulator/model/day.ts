/** A market's figures of the day: from its past before the start, from its trades since. Made when somebody asks. */
import { add, fromNumber, max, min, notional, type Price, type Quantity, toNumber } from '../../shared/domain/units.ts';
import type { Side } from './book.ts';
import type { Ruler } from './depth.ts';
import type { ListedMarket } from './listing.ts';
import type { PublicTrade, Ticker } from './market.ts';
import { seededRandom } from './random.ts';

const dayMinutes = 1440;
/** The past is looked at this often for the day's extremes. */
const sampleMinutes = 30;

interface DayParts {
  readonly listed: ListedMarket;
  readonly ruler: Ruler;
  readonly start: number | undefined;
  readonly before: (minutes: number) => number | undefined;
  readonly seed: number;
  readonly startAt: number;
}

export function createDay({ listed, ruler, start, before, seed, startAt }: DayParts) {
  const make = () => {
    const last = ruler.nearest(start ?? listed.startUsdt);
    const ago = (minutes: number): Price => {
      const at = before(minutes);
      return at === undefined ? last : ruler.nearest(at);
    };
    const open = ago(dayMinutes);
    let [high, low] = [max(open, last), min(open, last)];
    for (let minutes = sampleMinutes; minutes < dayMinutes; minutes += sampleMinutes) {
      high = max(high, ago(minutes));
      low = min(low, ago(minutes));
    }
    const random = seededRandom(seed, 'day', listed.symbol);
    const units = ((250 + 100 * random()) * listed.depthUsdt) / listed.startUsdt / toNumber(listed.coinsPerUnit);
    const volume = fromNumber<'quantity'>(units, listed.quantityPlaces);
    const lastTrade: PublicTrade = {
      venue: listed.venue,
      symbol: listed.symbol,
      id: 1,
      price: last,
      quantity: listed.step,
      takerSide: 'buy',
      at: startAt,
    };
    return { open, high, low, volume, quoteVolume: notional(last, volume), lastTrade };
  };
  let made: ReturnType<typeof make> | undefined;
  const day = () => {
    made ??= make();
    return made;
  };

  return {
    trade: (price: Price, quantity: Quantity, takerSide: Side, at: number): PublicTrade => {
      const figures = day();
      const trade = { venue: listed.venue, symbol: listed.symbol, id: figures.lastTrade.id + 1, price, quantity, takerSide, at };
      figures.lastTrade = trade;
      figures.high = max(figures.high, price);
      figures.low = min(figures.low, price);
      figures.volume = add(figures.volume, quantity);
      figures.quoteVolume = add<'notional'>(figures.quoteVolume, notional(price, quantity));
      return trade;
    },
    figures: (): Ticker => {
      const { open, high, low, volume, quoteVolume, lastTrade } = day();
      return { open, high, low, last: lastTrade.price, volume, quoteVolume, lastTrade };
    },
  };
}
