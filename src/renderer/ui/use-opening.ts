/** A table's row that a press opens; one that the address names is opened, and comes into sight. */
import { type RefObject, useEffect, useId, useRef, useState } from 'react';

export interface Opening {
  readonly line: RefObject<HTMLTableRowElement | null>;
  /** Id of what lies below the row. */
  readonly detailId: string;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

/** @param isNamed whether the address names this row */
export function useOpening(isNamed: boolean): Opening {
  const [isOpen, setOpen] = useState(isNamed);
  const line = useRef<HTMLTableRowElement>(null);
  const detailId = useId();
  useEffect(() => {
    if (!isNamed) return;
    setOpen(true);
    line.current?.scrollIntoView({ block: 'center' });
  }, [isNamed]);
  return { line, detailId, isOpen, toggle: () => setOpen(!isOpen) };
}
