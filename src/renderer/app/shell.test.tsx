// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Parts } from '../../shared/contract/parts.ts';
import type { Snapshot } from '../../shared/contract/updates.ts';
import { emptySnapshot, fixtureSnapshot } from '../testing/fixture.ts';
import { draw } from '../testing/render.tsx';
import { Banner } from './banner.tsx';
import { ViewBoundary } from './boundary.tsx';
import { Nav } from './nav.tsx';
import { Shell } from './shell.tsx';
import { Strips } from './strips.tsx';

afterEach(cleanup);
const standing = (change: Partial<Parts['standing']>, base = fixtureSnapshot()): Snapshot => ({
  ...base,
  parts: { ...base.parts, standing: { ...base.parts.standing, ...change } },
});
const stop = {
  at: fixtureSnapshot().at - 60_000,
  source: 'limit',
  reason: 'The loss of the day',
  code: 'DAILY_LOSS',
  values: { was: '0.031', limit: '0.03' },
} as const;

describe('the banner', () => {
  it('says mode and market as values, whatever the language', () => {
    draw(<Banner />, { language: 'ko', snapshot: standing({ market: 'recorded:/data/2025.csv' }) });
    expect(screen.getByTestId('mode').dataset['value']).toBe('paper');
    expect(screen.getByTestId('market').dataset['value']).toBe('recorded:/data/2025.csv');
    expect(screen.getByTestId('market').textContent).toContain('2025.csv');
  });
  it('switches approval, by pointer and by keys, and never to what it is', async () => {
    const { fake } = draw(<Banner />);
    fireEvent.click(screen.getByTestId('approval-manual'));
    expect(fake.sent).toEqual([]);
    fireEvent.keyDown(screen.getByTestId('approval-manual'), { key: 'ArrowRight' });
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'approval.set', input: { approval: 'auto' } }]));
    act(() => fake.push({ parts: { standing: { ...fixtureSnapshot().parts.standing, approval: 'auto' } } }));
    expect(screen.getByTestId('approval-auto').getAttribute('aria-checked')).toBe('true');
  });
  it('arms only what is not armed, and says in words why it was refused', async () => {
    const { fake } = draw(<Banner />, { language: 'ko', snapshot: standing({ trading: 'disarmed' }) });
    fake.answer('console.arm', () => ({ ok: false, code: 'FOREIGN_ORDERS', reason: 'Another installation' }));
    fireEvent.click(screen.getByTestId('arm'));
    expect((await screen.findByRole('alert')).textContent).toContain('다른 콘솔');
    expect(screen.queryByTestId('disarm')).toBeNull();
    act(() => fake.push({ parts: { standing: fixtureSnapshot().parts.standing } }));
    fireEvent.click(screen.getByTestId('arm'));
    fireEvent.click(screen.getByTestId('disarm'));
    await waitFor(() => expect(fake.sent.map(({ name }) => name)).toEqual(['console.arm', 'console.disarm']));
  });
});

describe('the bands', () => {
  it('say why it is stopped, what is open and what nobody knows', () => {
    draw(<Strips />, { snapshot: standing({ trading: 'stopped', stop }) });
    const band = screen.getByTestId('stopped').textContent;
    for (const words of ['The loss of the day', 'automatic limit', 'Hedges open: 6', 'Not hedged: +0.02 BTC', 'Orders without a known outcome: 4'])
      expect(band).toContain(words);
  });
  it('say that nothing is open', () => {
    draw(<Strips />, { snapshot: standing({ trading: 'stopped', stop }, emptySnapshot()) });
    expect(screen.getByTestId('stopped').textContent).toContain('No hedge is open');
  });
  it('are not there on an ordinary day', () => {
    const { container } = draw(<Strips />, { snapshot: standing({}, emptySnapshot()) });
    expect(container.textContent).toBe('');
  });
  it('say since when the connection is lost', () => {
    const { fake, container } = draw(<Strips />);
    act(() => fake.state('lost'));
    expect(container.querySelector('[data-connection="lost"]')?.textContent).toMatch(/as of \d\d:\d\d:\d\d/);
    act(() => fake.state('connected'));
    expect(container.querySelector('[data-connection="lost"]')).toBeNull();
  });
});

it('the navigation counts what waits for approval', () => {
  const { fake } = draw(<Nav />);
  expect(screen.getByTestId('view-inbox').textContent).toContain('3');
  act(() => fake.push({ tables: { signals: { 'h-0012': null, 'h-0013': null, 'x-0004': null } } }));
  expect(screen.getByTestId('view-inbox').textContent).not.toMatch(/\d/);
});

it('a page that is signed out says how to come back', () => {
  const { fake } = draw(<Shell />);
  act(() => fake.state('unauthorized'));
  expect(screen.getByTestId('signed-out').textContent).toContain('npm run open');
});

it('a view that throws takes only itself along, and can be tried again', () => {
  let broken = true;
  const View = () => {
    if (broken) throw new Error('meant by the test');
    return <p>whole</p>;
  };
  // React says on the console what it caught, which is what a person would want and a test report would not.
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  draw(
    <>
      <p>beside</p>
      <ViewBoundary>
        <View />
      </ViewBoundary>
    </>,
  );
  said.mockRestore();
  expect(screen.getByText('beside')).toBeTruthy();
  broken = false;
  fireEvent.click(screen.getByText('Try again'));
  expect(screen.getByText('whole')).toBeTruthy();
});
