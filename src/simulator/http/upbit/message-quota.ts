/** How many requests one connection may write: five a second and a hundred a minute (docs.upbit.com, rate limits). */
const windows = [
  { limit: 5, ms: 1000 },
  { limit: 100, ms: 60_000 },
] as const;

/** @returns counts one message at this time, ms; false: it is one too many */
export function createMessageQuota(): (now: number) => boolean {
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((at) => now - at < 60_000);
    if (windows.some(({ limit, ms }) => taken.filter((at) => now - at < ms).length >= limit)) return false;
    taken.push(now);
    return true;
  };
}
