/** What became of a signal, or would: in words by its code, with the numbers that were compared. */
import { useCallback } from 'react';
import { useCodeWords } from '../../i18n/code-words.ts';

interface Verdict {
  readonly code: string;
  readonly reason: string;
  readonly compared: { readonly limit: string; readonly was: string } | null;
}

export function useVerdict(): (verdict: Verdict) => string {
  const words = useCodeWords();
  // Two moments in ms say nothing: the row has the time.
  return useCallback(({ code, reason, compared }) => words.verdict(code, reason, code === 'EXPIRED' ? null : compared), [words]);
}
