/** Which feed servers the console may connect to: wss anywhere, ws on loopback only. */
export type FeedUrl =
  | {
      readonly ok: true;
      readonly url: URL;
      /** For journal and screen: without its query, which may hold a key. */
      readonly shown: string;
    }
  | { readonly ok: false; readonly reason: string };

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @returns the address, or a sentence that says what is wrong with it */
export function readFeedUrl(source: string): FeedUrl {
  if (!URL.canParse(source)) return { ok: false, reason: 'A feed is an address such as wss://example.com/signals.' };
  const url = new URL(source);
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:')
    return { ok: false, reason: `A feed begins with wss:// (or ws:// on this machine), was ${url.protocol}//` };
  if (url.protocol === 'ws:' && !loopback.has(url.hostname))
    return { ok: false, reason: 'ws:// is open to anyone on the way; it is for 127.0.0.1, localhost and [::1] only. Use wss://' };
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'A feed address holds no user name or password.' };
  if (url.hash !== '') return { ok: false, reason: 'A feed address has no fragment.' };
  return { ok: true, url, shown: `${url.protocol}//${url.host}${url.pathname}` };
}
