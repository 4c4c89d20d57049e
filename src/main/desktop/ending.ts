/** What a person is asked before the console ends while hedges are open, and what is said when it has ended. */
import { dialog } from 'electron';
import { isZero, text } from '../../shared/domain/units.ts';
import { holding, openHedges } from '../engine/legs.ts';
import type { State } from '../engine/state.ts';
import type { Words } from './words.ts';

/** One line a hedge: what each leg holds. */
const linesOf = (state: State, words: Words): readonly string[] =>
  openHedges(state).map((hedge) => {
    const { spot, perp } = holding(state, hedge);
    return words.hedgeLine(hedge.id, hedge.coin, text(spot), text(perp), words.phases[hedge.phase]);
  });

const most = 12;
const listed = (lines: readonly string[]): string => [...lines.slice(0, most), ...(lines.length > most ? ['…'] : [])].join('\n');

/**
 * Asks whether to end although hedges are open. The question belongs to no window: one that did would keep the page, and
 * with it the stop, from being clicked.
 */
export async function agreesToLeave(state: State, words: Words): Promise<boolean> {
  const lines = linesOf(state, words);
  if (lines.length === 0) return true;
  const leave = 0;
  const cancel = 1;
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: words.name,
    message: words.quitAsk(lines.length),
    detail: words.quitDetail(listed(lines)),
    buttons: [words.quitLeave(lines.length), words.cancel],
    defaultId: cancel,
    cancelId: cancel,
    noLink: true,
  });
  return response === leave;
}

/** Hedges whose legs differ, or that somebody has to look after: the last word must not be missed. */
const isUneven = (state: State): boolean => openHedges(state).some((hedge) => hedge.phase !== 'hedged' || !isZero(holding(state, hedge).residual));

/** Waits for the person only where what stays open is not hedged. @param asks whether anybody is there to press a button */
export async function lastWord(state: State, words: Words, asks: boolean): Promise<void> {
  if (!asks || !isUneven(state)) return;
  const detail = listed(linesOf(state, words));
  await dialog.showMessageBox({ type: 'error', title: words.name, message: words.unevenTitle, detail, buttons: [words.ok] });
}
