import { useReplica } from '../app/hooks.ts';
import { useFormats } from './use-formats.ts';
import { useNow } from './use-now.ts';

/** A moment. `ago` counts up by itself, `clock` is the time of day; the exact moment in Korean time is its title. */
export function Time({ at, look = 'clock' }: { readonly at: number; readonly look?: 'ago' | 'clock' | 'dateClock' }) {
  const format = useFormats();
  return (
    <time dateTime={new Date(at).toISOString()} title={format.exact(at)}>
      {look === 'ago' ? <Ago at={at} /> : format[look](at)}
    </time>
  );
}

function Ago({ at }: { readonly at: number }) {
  const format = useFormats();
  const offset = useReplica((state) => state.clockOffsetMs);
  // Updates carry jitter of some ms: a whole second either way is not worth a new drawing.
  const rounded = Math.round(offset / 1000) * 1000;
  return useNow((now) => format.ago(now + rounded - at));
}
