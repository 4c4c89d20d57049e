/** Where a signal came from, as words: short for tables, whole for titles. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SourceView } from '../../../shared/contract/rows.ts';

export interface SourceWords {
  /** `signals.jsonl:12`, `socket #2`, `by hand`. */
  short(source: SourceView): string;
  /** The whole path or address. */
  whole(source: SourceView): string;
}

const lastPart = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;
/** Without scheme and query: what tells one feed from another. */
const hostOf = (url: string): string => url.replace(/^\w+:\/\//, '').replace(/[?#].*$/, '');

export function useSourceWords(): SourceWords {
  const { t } = useTranslation('inbox');
  return useMemo(
    () => ({
      short: (source) => {
        switch (source.kind) {
          case 'file':
            return `${lastPart(source.path)}:${source.line}`;
          case 'folder':
            return `${lastPart(source.path)}#${source.index + 1}`;
          case 'socket':
            return t('source.socket', { connection: source.connection });
          case 'feed':
            return source.seq === undefined ? hostOf(source.url) : `${hostOf(source.url)} #${source.seq}`;
          case 'person':
            return t('source.person');
        }
      },
      whole: (source) => {
        switch (source.kind) {
          case 'file':
            return t('source.fileWhole', { path: source.path, line: source.line });
          case 'folder':
            return t('source.folderWhole', { path: source.path, index: source.index + 1 });
          case 'socket':
            return t('source.socketWhole', { connection: source.connection });
          case 'feed':
            return t('source.feedWhole', { url: source.url });
          case 'person':
            return t('source.person');
        }
      },
    }),
    [t],
  );
}
