import { describe, expect, it } from 'vitest';
import { signalId } from '../../shared/domain/ids.ts';
import { isFinal, knownSignal, type KnownSignal, type SignalBook, withSignal } from './signal-book.ts';

const known: KnownSignal = { digest: 'd', state: 'accepted', code: 'ACCEPTED', hedge: null };

describe('the signal book', () => {
  it('knows what it was told and nothing else, whatever the id is called', () => {
    const names = ['a1', 'constructor', '__proto__', 'toString', '1', 'hasOwnProperty', '~'.repeat(64)];
    for (const name of names) expect(knownSignal({}, signalId(name))).toBeUndefined();
    const book = names.reduce<SignalBook>((all, name, index) => withSignal(all, signalId(name), { ...known, digest: String(index) }), {});
    for (const [index, name] of names.entries()) expect(knownSignal(JSON.parse(JSON.stringify(book)), signalId(name))?.digest).toBe(String(index));
    expect(knownSignal(book, signalId('a2'))).toBeUndefined();
  });

  it('replaces what it knew, and leaves older books as they were', () => {
    const first = withSignal({}, signalId('a1'), known);
    const second = withSignal(first, signalId('a1'), { ...known, state: 'executed' });
    expect([knownSignal(first, signalId('a1'))?.state, knownSignal(second, signalId('a1'))?.state]).toEqual(['accepted', 'executed']);
  });

  it('calls exactly the verdicts final', () => {
    expect((['accepted', 'awaitingApproval', 'executed', 'rejected', 'expired', 'declined', 'failed'] as const).map(isFinal)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});
