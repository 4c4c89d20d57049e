/** Whether an element is in sight or nearly, for rows whose numbers need not follow while nobody can see them. */
import { type RefObject, useEffect, useRef, useState } from 'react';

/** So far outside of the window that scrolling never meets a number of before. */
const margin = '400px 0px';
const reports = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | null = null;

function hear(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) reports.get(target)?.(isIntersecting);
}

/** In sight until the browser says otherwise. One observer serves the whole page. */
export function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const ref = useRef<E>(null);
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    observer ??= new IntersectionObserver(hear, { rootMargin: margin });
    reports.set(element, setSeen);
    observer.observe(element);
    return () => {
      observer?.unobserve(element);
      reports.delete(element);
    };
  }, []);
  return [ref, seen];
}
