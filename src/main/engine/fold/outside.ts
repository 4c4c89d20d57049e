import { withKey, withoutKey } from '../../../shared/domain/record.ts';
import { isZero } from '../../../shared/domain/units.ts';
import { outsideOf } from '../outside.ts';
import type { Folds } from './table.ts';

export const foldOutside: Folds<'outsideSeen' | 'outsideTaken'> = {
  outsideSeen: (state, { venue, coin, quantity, sure, at }) => {
    const book = outsideOf(state, venue);
    if (!sure) return { ...state, outside: { ...state.outside, [venue]: { ...book, doubted: withKey(book.doubted, coin, { quantity, at }) } } };
    const seen = isZero(quantity) ? withoutKey(book.seen, coin) : withKey(book.seen, coin, quantity);
    return { ...state, outside: { ...state.outside, [venue]: { ...book, seen, doubted: withoutKey(book.doubted, coin) } } };
  },
  outsideTaken: (state, { venue, rows }) => {
    const book = outsideOf(state, venue);
    return { ...state, outside: { ...state.outside, [venue]: { ...book, taken: { ...book.taken, ...rows } } } };
  },
};
