import { describe, expect, it } from 'vitest';
import { isOwnPage } from './sender.ts';

const origin = 'app://console';
const own = { url: 'app://console/index.html#overview', origin, parent: null };

describe('who may call the engine', () => {
  it('is the page in the main frame', () => {
    expect(isOwnPage(own, origin)).toBe(true);
  });
  it.each([
    ['a frame that is gone', null],
    ['a frame inside the page', { ...own, parent: {} }],
    ['another origin', { ...own, origin: 'https://example.com', url: 'https://example.com/' }],
    ['an origin that begins like ours', { ...own, origin: 'app://console.evil', url: 'app://console.evil/' }],
    ['a URL that begins like ours', { ...own, url: 'app://console.evil/' }],
    ['an opaque origin', { ...own, origin: 'null', url: 'data:text/html,x' }],
    ['a file', { ...own, origin: 'file://', url: 'file:///index.html' }],
  ])('is not %s', (_who, frame) => {
    expect(isOwnPage(frame, origin)).toBe(false);
  });
});
