/** What Upbit says to those whom it limits. The words and the form of the body are [?]; that it tells a ban's length is documented. */
import { refusal, refusalBody } from '../../model/upbit/refusal.ts';
import type { FrontAnswer } from '../server.ts';
import type { UpbitOptions } from './options.ts';
import type { Limited, QuotaHeaders } from './quota.ts';

export function limitAnswer(
  { status, forMs }: Limited,
  remaining: QuotaHeaders,
  { limitBody, retryAfter }: Pick<UpbitOptions, 'limitBody' | 'retryAfter'>,
): FrontAnswer {
  const seconds = Math.max(1, Math.ceil(forMs / 1000));
  const headers = { ...remaining, ...(retryAfter ? { 'Retry-After': String(seconds) } : {}) };
  if (limitBody === 'text') {
    const words = status === 418 ? `Too many API requests. Blocked for ${seconds} seconds.` : 'Too many API requests.';
    return { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: words };
  }
  const usual = refusal('too_many_requests');
  const message = status === 418 ? `${usual.message} ${seconds}초 후 다시 시도해주세요.` : usual.message;
  return { status, headers, body: JSON.stringify(refusalBody({ ...usual, message })) };
}
