/**
 * A bank's USD/KRW, asked for every 10 s: what the kimchi premium is shown with. Nothing is decided on it, so a bank
 * that is silent raises no alarm: the last rate stays, with its age.
 */
import { type Agent as HttpAgent, get as plainGet, type IncomingMessage } from 'node:http';
import { type Agent as HttpsAgent, get as secureGet } from 'node:https';
import { z } from 'zod';
import { parseDecimal, sign } from '../../shared/domain/units.ts';
import type { BankRate, BankRatePort } from './port.ts';

const everyMs = 10_000;
const deadlineMs = 5000;
const maxBytes = 10_000;

const answerShape = z.object({
  rate: z.string().refine((source) => {
    const rate = parseDecimal(source);
    return rate !== undefined && sign(rate) > 0;
  }),
  at: z.number().min(0).max(Number.MAX_SAFE_INTEGER).transform(Math.round),
  source: z.string().min(1).max(100),
});

export interface BankRateParts {
  /** Answers a GET with `{"rate":"1400.5","at":1795250000000,"source":"…"}`. */
  readonly url: URL;
  /** Carry the guard on where connections may go; their connections end with each request. */
  readonly agents: { readonly plain: HttpAgent; readonly secure: HttpsAgent };
  readonly clock: { every(ms: number, call: () => void): () => void };
  /** Told of each rate that was read. */
  readonly onRate?: () => void;
}

export class BankRateReader implements BankRatePort {
  readonly #parts: BankRateParts;
  #last: BankRate | null = null;
  #asking: AbortController | null = null;
  #end: () => void = () => undefined;

  constructor(parts: BankRateParts) {
    this.#parts = parts;
  }

  get last(): BankRate | null {
    return this.#last;
  }

  /** Asks at once, then again and again. */
  start(): void {
    this.close();
    this.#end = this.#parts.clock.every(everyMs, () => this.#ask());
    this.#ask();
  }

  close(): void {
    this.#end();
    this.#end = () => undefined;
    this.#asking?.abort();
    this.#asking = null;
  }

  /** A bank that has not answered yet is not asked again on top of it. */
  #ask(): void {
    if (this.#asking !== null) return;
    const asking = new AbortController();
    this.#asking = asking;
    const done = (body: string | null): void => {
      if (this.#asking !== asking) return;
      this.#asking = null;
      const rate = body === null ? null : rateIn(body);
      if (rate === null) return;
      this.#last = rate;
      this.#parts.onRate?.();
    };
    fetchText(this.#parts, asking.signal, done);
  }
}

/** Calls back exactly once, with null for anything but a whole answer of 200. */
function fetchText({ url, agents }: BankRateParts, signal: AbortSignal, done: (body: string | null) => void): void {
  let told = false;
  const tell = (body: string | null): void => {
    if (!told) done(body);
    told = true;
  };
  const take = (answer: IncomingMessage): void => {
    let body = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > maxBytes) answer.destroy();
    });
    answer.on('end', () => tell(answer.statusCode === 200 ? body : null));
    answer.on('error', () => tell(null));
    answer.on('close', () => tell(null));
  };
  const options = { headers: { accept: 'application/json' }, signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]) };
  const request =
    url.protocol === 'https:' ? secureGet(url, { ...options, agent: agents.secure }, take) : plainGet(url, { ...options, agent: agents.plain }, take);
  request.on('error', () => tell(null));
  request.on('close', () => tell(null));
}

function rateIn(body: string): BankRate | null {
  const read = answerShape.safeParse(jsonOf(body));
  return read.success ? read.data : null;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
