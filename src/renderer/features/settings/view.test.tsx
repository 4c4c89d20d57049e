// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../../../shared/contract/parts.ts';
import { refused } from '../../../shared/contract/reply.ts';
import type { Snapshot } from '../../../shared/contract/updates.ts';
import { fixtureSettings, fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { SettingsView } from './view.tsx';

const at = (trading: Parts['standing']['trading']): Snapshot => {
  const base = fixtureSnapshot();
  return { ...base, parts: { ...base.parts, standing: { ...base.parts.standing, trading } } };
};
const field = (name: string): HTMLInputElement => screen.getByTestId(`setting-${name}`);
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const save = (name: string) => fireEvent.click(screen.getByTestId(`save-${name}`));

beforeEach(() => {
  location.hash = '';
});
afterEach(cleanup);

describe('a trading setting', () => {
  it('is shown in words with its unit, and typed in it', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('disarmed') });
    expect(field('maxHedgeKrw').value).toBe('100,000,000');
    expect(field('maxPositionRatio').value).toBe('50');
    expect(field('maxBookAgeMs').value).toBe('3');
    type('maxPositionRatio', '12.5');
    save('maxPositionRatio');
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'settings.set', input: { name: 'maxPositionRatio', value: '0.125' } }]));
  });
  it('shows what is in force once that is heard, and nothing to save then', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('disarmed') });
    type('maxPositionRatio', '040.0');
    save('maxPositionRatio');
    await waitFor(() => expect(fake.sent).toHaveLength(1));
    act(() => fake.push({ parts: { settings: { ...fixtureSettings, maxPositionRatio: '0.4' } } }));
    expect(field('maxPositionRatio').value).toBe('40');
    expect(screen.queryByTestId('save-maxPositionRatio')).toBeNull();
    act(() => fake.push({ parts: { settings: { ...fixtureSettings, maxPositionRatio: '0.3' } } }));
    expect(field('maxPositionRatio').value).toBe('30');
  });
  it('is loosened only after its new value was typed again', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('disarmed') });
    type('minFreeMarginRatio', '5');
    expect(screen.getByTestId<HTMLButtonElement>('save-minFreeMarginRatio').disabled).toBe(true);
    fireEvent.submit(field('minFreeMarginRatio'));
    const again = screen.getByTestId('again-minFreeMarginRatio');
    fireEvent.change(again, { target: { value: '6' } });
    expect(screen.getByTestId<HTMLButtonElement>('save-minFreeMarginRatio').disabled).toBe(true);
    fireEvent.change(again, { target: { value: '5.0' } });
    save('minFreeMarginRatio');
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'settings.set', input: { name: 'minFreeMarginRatio', value: '0.05', again: '0.05' } }]));
  });
  it('says in words what it takes, whether the page or the engine finds the mistake', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('disarmed'), language: 'ko' });
    for (const wrong of ['two', '0', '3']) {
      type('leverage', wrong);
      expect(screen.getByRole('alert').textContent).toContain('1배 ~ 2배');
      expect(screen.queryByTestId('again-leverage')).toBeNull();
      expect(screen.getByTestId<HTMLButtonElement>('save-leverage').disabled).toBe(true);
    }
    type('leverage', '1');
    fake.answer('settings.set', () => refused('BAD_SETTING', 'maxHedgeKrw: a decimal above 0, as text, was 0'));
    type('maxHedgeKrw', '0');
    save('maxHedgeKrw');
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('0보다 커야 합니다'));
    type('maxHedgeKrw', '100000000');
    expect(screen.queryByRole('alert')).toBeNull();
  });
  it('is tightened while armed; to loosen it one press disarms, the next saves', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('armed') });
    expect(screen.getByTestId('settings-disarm')).toBeTruthy();
    type('maxPositionRatio', '40');
    save('maxPositionRatio');
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'settings.set', input: { name: 'maxPositionRatio', value: '0.4' } }]));
    type('maxPositionRatio', '60');
    expect(screen.queryByTestId('save-maxPositionRatio')).toBeNull();
    fireEvent.change(screen.getByTestId('again-maxPositionRatio'), { target: { value: '60' } });
    fireEvent.submit(field('maxPositionRatio'));
    fireEvent.click(screen.getByTestId('disarm-for-maxPositionRatio'));
    await waitFor(() => expect(fake.sent.slice(1)).toEqual([{ name: 'console.disarm', input: {} }]));
    act(() => fake.push({ parts: { standing: at('disarmed').parts.standing } }));
    expect(field('maxPositionRatio').value).toBe('60');
    save('maxPositionRatio');
    const loosened = { name: 'settings.set', input: { name: 'maxPositionRatio', value: '0.6', again: '0.6' } };
    await waitFor(() => expect(fake.sent.at(-1)).toEqual(loosened));
  });
  it('that is a choice is made twice where it is looser', async () => {
    const { fake } = draw(<SettingsView />, { snapshot: at('disarmed') });
    type('spotEntryOrder', 'market');
    expect(screen.getByTestId<HTMLButtonElement>('save-spotEntryOrder').disabled).toBe(true);
    fireEvent.change(screen.getByTestId('again-spotEntryOrder'), { target: { value: 'market' } });
    save('spotEntryOrder');
    const sent = { name: 'settings.set', input: { name: 'spotEntryOrder', value: 'market', again: 'market' } };
    await waitFor(() => expect(fake.sent).toEqual([sent]));
  });
  it('goes back on Escape', () => {
    draw(<SettingsView />, { snapshot: at('disarmed') });
    type('leverage', '2');
    fireEvent.keyDown(field('leverage'), { key: 'Escape' });
    expect(field('leverage').value).toBe('1');
  });
  it('has the focus when a link led to it', () => {
    location.hash = 'settings/maxSignalRisk';
    draw(<SettingsView />, { snapshot: at('disarmed') });
    expect(document.activeElement).toBe(field('maxSignalRisk'));
  });
});

it('language and theme are preferences of the engine', async () => {
  const { fake } = draw(<SettingsView />, { snapshot: at('disarmed') });
  fireEvent.click(screen.getByTestId('language-ko'));
  fireEvent.click(screen.getByTestId('theme-light'));
  await waitFor(() => expect(fake.sent.map(({ input }) => input)).toContainEqual({ language: 'ko' }));
});

it('says where data lies and where signals come from', () => {
  draw(<SettingsView />);
  const sources = within(screen.getByRole('region', { name: 'Signal sources' }));
  expect(sources.getByText('/home/trader/research/signals.jsonl')).toBeTruthy();
  expect(screen.getByText('/home/trader/.local/share/kimp-console')).toBeTruthy();
});
