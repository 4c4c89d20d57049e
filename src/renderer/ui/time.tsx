import { useReplica } from '../app/hooks.ts';
import { useFormats } from './use-formats.ts';
import { useNow } from './use-now.ts';

/**
 * A moment. `ago` counts up by itself, `clock` is the time of day, `recent` the same with the date where it was another
 * day; the exact moment in Korean time is its title.
 */
export function Time({ at, look = 'clock' }: { readonly at: number; readonly look?: 'ago' | 'recent' | 'clock' | 'dateClock' }) {
  const format = useFormats();
  return (
    // What counts up in a band that is read out as it changes would be read out every second.
    <time dateTime={new Date(at).toISOString()} title={format.exact(at)} aria-live={look === 'ago' ? 'off' : undefined}>
      {look === 'ago' ? <Ago at={at} /> : look === 'recent' ? <Recent at={at} /> : format[look](at)}
    </time>
  );
}

function Ago({ at }: { readonly at: number }) {
  const format = useFormats();
  // Every update has its jitter of some ms: a whole second either way is not worth a new drawing.
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 1000) * 1000);
  return useNow((now) => format.ago(now + offset - at));
}

/** Korean time has no summer time: its days are 24 hours each. */
const kstDay = (at: number): number => Math.floor((at + 9 * 3_600_000) / 86_400_000);

function Recent({ at }: { readonly at: number }) {
  const format = useFormats();
  const today = useNow(kstDay);
  return kstDay(at) === today ? format.clock(at) : format.dateClock(at);
}
