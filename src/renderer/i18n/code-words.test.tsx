// @vitest-environment happy-dom
import { cleanup } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Language } from '../stop/appearance.ts';
import { draw } from '../testing/render.tsx';
import { type CodeWords, isTold, useCodeWords } from './code-words.ts';

afterEach(cleanup);

function wordsIn(language: Language): CodeWords {
  let words: CodeWords | undefined;
  const Reader = () => {
    words = useCodeWords();
    return null;
  };
  draw(<Reader />, { language });
  if (words === undefined) throw new Error('Nothing was drawn');
  return words;
}
const reason = 'An English sentence';

describe('codes with their facts', () => {
  it.each([
    ['ko', '업비트에 BTC 0.05개만 있습니다. 헤지에는 0.07개가 필요합니다.'],
    ['en', 'Upbit holds 0.05 BTC; our hedges need 0.07.'],
  ] as const)('are a sentence in %s', (language, sentence) => {
    const stop = { code: 'POSITION_MISMATCH', reason, values: { venue: 'upbit', coin: 'BTC', held: '0.05', needed: '0.07' } };
    expect(wordsIn(language).stop(stop)).toBe(sentence);
  });

  it('have numbers in the form that they are of', () => {
    const words = wordsIn('en');
    expect(words.stop({ code: 'MARGIN_RATIO', reason, values: { was: '0.5123', limit: '0.5' } })).toBe('The margin ratio is 51.23% (limit 50%).');
    expect(words.stop({ code: 'CLOCK', reason, values: { venue: 'binance', was: '-1203.5', limit: '1000' } })).toContain('-1,203.5 ms');
    const apiErrors = { venue: 'upbit', was: '11', limit: '10', failure: 'VENUE_ERROR 500' };
    expect(words.stop({ code: 'API_ERRORS', reason, values: apiErrors })).toBe(
      'Upbit: 11 API errors in a row (limit 10, the last: venue error 500).',
    );
  });

  it('stand as the engine’s sentence where a fact is missing: journals of before there were any', () => {
    const words = wordsIn('ko');
    expect(words.stop({ code: 'MARGIN_RATIO', reason, values: {} })).toBe(reason);
    expect(words.stop({ code: 'UNSAID', reason, values: {} })).toBe(reason);
    expect(words.alarmDetail({ code: 'OVERFILL', detail: reason, values: { what: 'elsewhere' } })).toBe(reason);
    expect(words.alarmDetail({ code: 'constructor', detail: reason, values: {} })).toBe(reason);
  });

  it('choose their sentence', () => {
    const words = wordsIn('en');
    const values = { venue: 'binance', coin: 'BTC', order: 'k1', was: '0.06', limit: '0.05' };
    expect(words.alarmDetail({ code: 'OVERFILL', detail: reason, values: { ...values, what: 'order' } })).toContain('asked for 0.05 BTC');
    expect(words.alarmDetail({ code: 'OVERFILL', detail: reason, values: { ...values, what: 'leg' } })).toContain('were closed');
  });

  it('are followed by what others said of it, and by nothing where nobody did', () => {
    const words = wordsIn('ko');
    expect(words.stop({ code: 'KEY_REFUSED', reason, values: { venue: 'upbit', said: 'invalid_access_key' } })).toBe(
      '업비트에서 API 키를 거부했습니다. (invalid_access_key)',
    );
    expect(words.stop({ code: 'KEY_REFUSED', reason, values: { venue: 'upbit', said: '' } })).toBe('업비트에서 API 키를 거부했습니다.');
    const unwound = { code: 'UNWOUND', reason, compared: null, values: { said: '-2019 Margin is insufficient' } };
    expect(words.verdict(unwound)).toBe('한쪽만 체결되어 되돌렸습니다. (-2019 Margin is insufficient)');
  });

  it('are followed by the numbers that were compared, also in a refusal', () => {
    const words = wordsIn('ko');
    const compared = { limit: '0.5', was: '0.613' };
    const values = { coin: 'ETH' };
    const sentence = 'ETH 포지션 한도를 넘습니다. (한도 50%, 값 61.3%)';
    expect(words.verdict({ code: 'COIN_POSITION_LIMIT', reason, compared, values })).toBe(sentence);
    expect(words.refusal({ ok: false, code: 'COIN_POSITION_LIMIT', reason, compared, values })).toBe(sentence);
    expect(words.refusal({ ok: false, code: 'DISARMED', reason })).toBe('거래가 꺼져 있습니다.');
  });
});

it.each([
  ['all facts are there', 'NOT_LISTED', { venue: 'upbit' }, true],
  ['there are none to be had', 'DISARMED', {}, true],
  ['facts are missing', 'NOT_LISTED', {}, false],
  ['only the sentence says where the text broke', 'NOT_JSON', {}, false],
])('words say all where %s: %s', (_when, code, values, is) => {
  expect(isTold({ code, values })).toBe(is);
});
