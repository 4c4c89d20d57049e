/** What became of a signal, or would: in words by its code, with the numbers that were compared. */
import { useCallback } from 'react';
import { type CodedVerdict, useCodeWords } from '../../i18n/code-words.ts';

export function useVerdict(): (verdict: CodedVerdict) => string {
  const words = useCodeWords();
  // Two moments in ms say nothing: the row has the time.
  return useCallback((verdict) => words.verdict(verdict.code === 'EXPIRED' ? { ...verdict, compared: null } : verdict), [words]);
}
